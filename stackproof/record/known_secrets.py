"""The secrets that a run knows by their values, and texts without them.

By its format `redaction` finds a secret in a text, whoever wrote it; what looks like any other word
only the run tells: the state keeps it secret, its name says so, or it is an environment variable,
of which a record keeps a digest alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model import Resource
from stackproof.model.json_text import parse
from stackproof.model.secrecy import HIDDEN
from stackproof.record.facts import kept_by_digest
from stackproof.record.redaction import redacted
from stackproof.sights import special

# A shorter text stands in too many others.
_SHORTEST: Final = 4
# Of what may be no secret (a level, a switch) a short one stands in any sentence.
_SHORTEST_WORDS: Final = 6
# How pytest and reprlib shorten what is long.
_CUT: Final = "..."


class Hiding:
    """Hides known values wherever they stand in a text, also as Python or JSON quotes them."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = sorted({form for value in values for form in _forms(value)}, key=_longest)
        words = "|".join(map(re.escape, self._values))
        self._found = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])") if words else None

    def __call__(self, text: str) -> str:
        """Give a text without the values; also without the ends of one that was cut short."""
        if self._found is None or not text:
            return text
        first, *others = self._found.sub(HIDDEN, text).split(_CUT)
        for part in others:
            first = f"{self._without_end(first)}{_CUT}{self._without_begin(part)}"
        return first

    def _without_end(self, text: str) -> str:
        cut = max((_overlap(text, value) for value in self._values), default=0)
        return f"{text[: len(text) - cut]}{HIDDEN}" if cut else text

    def _without_begin(self, text: str) -> str:
        mirrored = text[::-1]
        cut = max((_overlap(mirrored, value[::-1]) for value in self._values), default=0)
        return f"{HIDDEN}{text[cut:]}" if cut else text


def of_resources(
    resources: Iterable[Resource], secrets: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Give the values that are secret, or of which a record keeps a digest alone.

    `secrets` are the properties that the state keeps secret, by URN. What stands in plain in
    another property is no secret.
    """
    words: set[str] = set()
    public: set[str] = set()
    for resource in resources:
        public.update(text for text in (resource.id, resource.arn, resource.name) if text)
        if resource.unread is not None:
            continue
        named, by_digest = secrets.get(resource.urn or "", ()), kept_by_digest(resource)
        for name, value in resource.data.items():
            if name in named:
                yield from _texts(value)
                continue
            yield from _by_name(name, value)
            (words if name in by_digest else public).update(_texts(value))
    yield from (
        text
        for text in words - public
        if len(text) >= _SHORTEST_WORDS and not text.startswith("arn:")
    )


def of_outputs(values: Mapping[str, Any], secret: Collection[str] = ()) -> Iterator[str]:
    """Give the outputs whose name says secret; `secret` are those that the state keeps so."""
    for name, value in values.items():
        if name in secret:
            yield from _texts(value)
        else:
            yield from _by_name(name, value)


def of_export(exported: Any) -> Iterator[str]:
    """Give what an exported state holds as secret and shows in plain (`--show-secrets`)."""
    if isinstance(exported, list):
        for item in exported:
            yield from of_export(item)
    elif isinstance(exported, dict):
        if special.SIGNATURE not in exported:
            for item in exported.values():
                yield from of_export(item)
        elif isinstance(exported.get("plaintext"), str):
            with suppress(ValueError):
                yield from _texts(json.loads(exported["plaintext"]))
        elif exported.get("secret"):
            yield from _texts(exported.get("value"))


def secret_outputs(exported: Any) -> frozenset[str]:
    """Give the names of the stack's outputs that an exported state keeps secret."""
    resources = exported.get("deployment", {}).get("resources", ())
    stacks = (r for r in resources if r.get("type") == "pulumi:pulumi:Stack")
    return frozenset(
        name
        for stack in stacks
        for name, value in (stack.get("outputs") or {}).items()
        if isinstance(value, dict)
        and (value.get(special.SIGNATURE) == special.SECRET or value.get("secret"))
    )


def _by_name(name: str, value: Any) -> Iterator[str]:
    """Give the texts of a property that stand under a name that says secret."""
    match value:
        case str():
            if is_secret(name, value) or redacted(name, value) == HIDDEN:
                yield value
            elif (document := _document(value)) is not None:
                yield from _by_name(name, document)
        case Mapping():
            pair = value.get("name", value.get("key"))
            for inner, item in value.items():
                called = pair if inner == "value" and isinstance(pair, str) else inner
                yield from _by_name(str(called), item)
        case list() | tuple():
            for item in value:
                yield from _by_name(name, item)


def _texts(value: Any) -> Iterator[str]:
    """Give a value's texts, and those of the documents that they hold."""
    match value:
        case str():
            yield value
            if (document := _document(value)) is not None:
                yield from _texts(document)
        case Mapping():
            # Of the pairs of a container's environment the values, not their names.
            named = "value" in value and ("name" in value or "key" in value)
            for name, item in value.items():
                if not named or name == "value":
                    yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)


def _document(text: str) -> Any:
    if text.lstrip().startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            return parse(text)
    return None


def _forms(value: str) -> Iterator[str]:
    """Give a value as texts show it: as it is, by its lines, and in quotes."""
    for text in (value, *value.splitlines()):
        if len(text.strip()) >= _SHORTEST:
            yield from (text, repr(text)[1:-1], json.dumps(text)[1:-1])


def _longest(text: str) -> tuple[int, str]:
    return -len(text), text


def _overlap(text: str, value: str) -> int:
    """Give how much of a value's beginning a text ends with, if enough to tell."""
    lengths = range(min(len(text), len(value)), _SHORTEST - 1, -1)
    return next((n for n in lengths if text.endswith(value[:n])), 0)
