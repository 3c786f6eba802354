"""What the patterns of policy documents cover: actions, ARNs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

_WILD = re.compile(r"[*?$]")
_VARIABLE = re.compile(r"\$\{([^},]*)[^}]*\}")
_EVERY_RESOURCE = re.compile(r"(arn(:[a-z*-]+)?)?[:/*]*\*")


def matches(pattern: str, text: str, *, any_case: bool = True) -> bool:
    """Tell whether an IAM pattern (`*`, `?`, policy variables as `*`) covers a text."""
    if not ("*" in pattern or "?" in pattern or "$" in pattern):
        # Most are names, and AWS's own policies have hundreds: no expression is made for these.
        same = len(pattern) == len(text)
        return same and (pattern == text or (any_case and pattern.lower() == text.lower()))
    return _pattern(pattern, any_case).fullmatch(text) is not None


def meet(pattern: str, other: str, *, any_case: bool = True) -> bool:
    """Tell whether some text is covered by both patterns, or may be."""
    if not _WILD.search(other):
        return matches(pattern, other, any_case=any_case)
    if not _WILD.search(pattern):
        return matches(other, pattern, any_case=any_case)
    heads = [_WILD.split(text.lower() if any_case else text)[0] for text in (pattern, other)]
    return heads[0].startswith(heads[1]) or heads[1].startswith(heads[0])


@lru_cache(maxsize=1 << 16)
def cover(patterns: tuple[str, ...], action: str) -> bool:
    """Tell whether patterns of actions cover an action: the same few policies are asked often."""
    names, wild = _apart(patterns)
    return action.lower() in names or any(matches(pattern, action) for pattern in wild)


@lru_cache(maxsize=1 << 12)
def _apart(patterns: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the patterns that are mere names, which are looked up, and those that are tried."""
    wild = tuple(pattern for pattern in patterns if _WILD.search(pattern))
    return frozenset(pattern.lower() for pattern in {*patterns} - {*wild}), wild


# What of the request tells who asks, and cannot be chosen by them: it names one thing for each.
# Source: IAM User Guide, "IAM policy elements: Variables and tags", and the pages of the keys.
_CALLER = re.compile(
    r"aws:(userid|username|sourceidentity|federatedprovider|principal[a-z]+|principaltag/.+)"
    r"|ec2:sourceinstancearn|.+:(sub|aud|id|user_id|namequalifier)",
    re.IGNORECASE,
)


@cache
def _without_variables(pattern: str) -> str:
    """Put a name for each variable of who asks and each escaped character, else a wildcard."""
    return _VARIABLE.sub(lambda found: "~caller~" if _names(found[1].strip()) else "*", pattern)


def _names(variable: str) -> bool:
    return variable in ("*", "?", "$") or _CALLER.fullmatch(variable) is not None


@cache
def _pattern(pattern: str, any_case: bool) -> re.Pattern[str]:
    loose = re.sub(r"\$\{[^}]*\}", "*", pattern)
    text = re.escape(loose).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.DOTALL | (re.IGNORECASE if any_case else 0))


def is_everything(pattern: str) -> bool:
    """Tell whether a pattern covers every resource there is."""
    return _EVERY_RESOURCE.fullmatch(pattern) is not None


def is_unbounded(pattern: str, service: str, kind: str) -> bool:
    """Tell whether a pattern covers a thing of a kind with a name that nobody means.

    What a variable of who asks is in (`user/${aws:username}`) names one thing for each of them.
    """
    plain = _without_variables(pattern)
    return any(matches(plain, probe, any_case=False) for probe in _probes(plain, service, kind))


def _probes(pattern: str, service: str, kind: str) -> Iterator[str]:
    """Make ARNs of something with a name that nobody means, where the pattern would have it."""
    given = pattern.split(":", maxsplit=5)
    places = dict(enumerate(given[1:5], 1)) if len(given) == 6 else {}
    partition, region, account = (
        other if set(place := places.get(index, "*")) & set("*?$") else place
        for index, other in ((1, "aws"), (3, "nowhere-1"), (4, "000000000000"))
    )
    for separator in ":/":
        yield f"arn:{partition}:{service}:{region}:{account}:{kind}{separator}~nobody~"


# Services in whose ARNs the name of a thing stands first, without a word for its kind.
# Source: Service Authorization Reference, "Resource types defined by" each of them.
_NAME_FIRST = frozenset({"codecommit", "codepipeline", "execute-api", "s3", "sns", "sqs"})


def names_nothing_of(pattern: str, service: str) -> bool:
    """Tell whether a pattern covers things of a service, and names none of them in particular.

    `arn:aws:s3:::*`, `arn:aws:sqs:*:*:*` and `arn:aws:dynamodb:eu-west-1:123456789012:table/*` do.
    """
    if is_everything(pattern):
        return True
    parts = _without_variables(pattern).split(":", maxsplit=5)
    if len(parts) < 6:
        return matches(pattern, f"arn:aws:{service}:nowhere-1:000000000000:~nobody~")
    if not matches(parts[2], service):
        return False
    words = re.split(r"[/:]", parts[5])
    kind = 0 if service in _NAME_FIRST or set(words[0]) <= {"*"} else 1
    return len(words) > kind and all(set(word) <= {"*"} for word in words[kind:])
