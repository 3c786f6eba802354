"""What IAM policy documents say, statement by statement, and how wide that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stackproof.model import Cause, Unknown, UnresolvedError
from stackproof.reasoning.access.patterns import (
    cover,
    is_everything,
    is_unbounded,
    matches,
    names_nothing_of,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key (in lower case, as AWS compares keys) with its values."""

    operator: str
    key: str
    values: tuple[str, ...]


def service_of(principal: str) -> str:
    """Give a service's name without the suffix that it may have in China.

    Source: IAM User Guide, "AWS JSON policy elements: Principal", "AWS service principals".
    """
    plain = principal.removesuffix(".cn")
    return plain if plain.endswith(".amazonaws.com") else principal


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, its lists made whole; `excepted_…` hold NotPrincipal, NotAction, NotResource.

    Principals are pairs of kind and name (`("Service", "ecs.amazonaws.com")`).
    """

    index: int
    sid: str
    allows: bool
    principals: tuple[tuple[str, str], ...]
    excepted_principals: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    excepted_actions: tuple[str, ...]
    resources: tuple[str, ...]
    excepted_resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def name(self) -> str:
        """Give what a finding calls the statement: its Sid, else its place."""
        return self.sid or f"statement {self.index}"

    @property
    def everybody(self) -> bool:
        """Tell whether the statement's principals are everybody."""
        return bool(self.excepted_principals) or any(name == "*" for _, name in self.principals)

    @property
    def services(self) -> tuple[str, ...]:
        """Give the AWS services among the principals, by the names that they have everywhere."""
        return tuple(service_of(name) for kind, name in self.principals if kind == "Service")

    @property
    def every_action(self) -> bool:
        """Tell whether it is about every action of every service."""
        return any(set(action) <= set("*:") for action in self.actions)

    @property
    def every_resource(self) -> bool:
        """Tell whether it reaches every resource there is."""
        return bool(self.excepted_resources) or any(map(is_everything, self.resources))

    @property
    def whole_services(self) -> tuple[str, ...]:
        """Give the services of which it covers every action (`s3:*`; a NotAction gives `*`)."""
        if self.excepted_actions:
            return ("*",)
        return tuple(a.split(":")[0] for a in self.actions if a.endswith(":*"))

    @property
    def services_throughout(self) -> tuple[str, ...]:
        """Give the services of which it covers every action on everything there is."""
        if self.excepted_resources:
            return self.whole_services
        if not self.every_action:
            return tuple(filter(self.names_nothing_of, self.whole_services))
        named = (pattern.split(":") for pattern in self.resources)
        services = dict.fromkeys(parts[2] for parts in named if len(parts) > 2)
        return ("*",) if self.every_resource else tuple(filter(self.names_nothing_of, services))

    def names_nothing_of(self, service: str) -> bool:
        """Tell whether it reaches things of a service of which it names none in particular."""
        return any(names_nothing_of(pattern, service) for pattern in self.resources)

    def acts(self, action: str) -> bool:
        """Tell whether it is about an action (`kms:Decrypt`), wildcards counted."""
        if self.excepted_actions:
            return not cover(self.excepted_actions, action)
        return cover(self.actions, action)

    def reaches(self, resource: str) -> bool:
        """Tell whether it is about a resource; a statement without resources is about its own."""
        if self.excepted_resources:
            return not any(matches(p, resource, any_case=False) for p in self.excepted_resources)
        wanted = self.resources or ("*",)
        return any(matches(pattern, resource, any_case=False) for pattern in wanted)

    def unbounded(self, service: str, kind: str) -> tuple[str, ...]:
        """Give its resource patterns that name no particular thing of a service's kind.

        For `("kms", "key")` these are `*`, `arn:aws:kms:*:*:*`, `arn:aws:kms:eu-west-1:…:key/*`.
        """
        if self.excepted_resources:
            return tuple(f"not {pattern}" for pattern in self.excepted_resources)
        return tuple(p for p in self.resources if is_unbounded(p, service, kind))


def statements(document: Any) -> tuple[Statement, ...]:
    """Read a parsed policy document; none when there is no document.

    Raises UnresolvedError when it is not a policy document, or a part of it is unknown.
    """
    if document is None:
        return ()
    if not isinstance(document, Mapping) or "Statement" not in document:
        raise _unreadable("no Statement in it")
    listed = _known(document["Statement"])
    if not isinstance(listed, (Mapping, list, tuple)):
        raise _unreadable("its Statement is no list")
    return tuple(
        _statement(index, _known(item))
        for index, item in enumerate([listed] if isinstance(listed, Mapping) else listed)
    )


def _statement(index: int, item: Any) -> Statement:
    if not isinstance(item, Mapping) or item.get("Effect") not in ("Allow", "Deny"):
        raise _unreadable(f"statement {index} is neither Allow nor Deny")
    return Statement(
        index=index,
        sid=str(item.get("Sid") or ""),
        allows=item["Effect"] == "Allow",
        principals=_principals(item, "Principal", index),
        excepted_principals=_principals(item, "NotPrincipal", index),
        actions=_strings(item.get("Action")),
        excepted_actions=_strings(item.get("NotAction")),
        resources=_strings(item.get("Resource")),
        excepted_resources=_strings(item.get("NotResource")),
        conditions=tuple(_conditions(item.get("Condition"))),
    )


def _principals(item: Mapping[str, Any], name: str, index: int) -> tuple[tuple[str, str], ...]:
    value = _known(item.get(name))
    kinds = value.items() if isinstance(value, Mapping) else (("AWS", value),)
    found = tuple((kind, name) for kind, names in kinds for name in _strings(names))
    if value is not None and not found:
        raise _unreadable(f"the {name} of statement {index} names nobody")
    return found


def _conditions(value: Any) -> Iterator[Condition]:
    for operator, keys in _map(value, "Condition").items():
        for key, values in _map(keys, operator).items():
            yield Condition(operator, key.lower(), _strings(values))


def _map(value: Any, name: str) -> Mapping[str, Any]:
    value = _known(value)
    if value is not None and not isinstance(value, Mapping):
        raise _unreadable(f"its {name} is no object")
    return value or {}


def _strings(value: Any) -> tuple[str, ...]:
    value = _known(value)
    if value is None:
        return ()
    items = value if isinstance(value, (list, tuple)) else [value]
    return tuple(map(_text, items))


def _text(value: Any) -> str:
    value = _known(value)
    if not isinstance(value, (str, int, float)):
        raise _unreadable("an object or a list stands where a text should")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _known(value: Any) -> Any:
    if isinstance(value, Unknown):
        raise UnresolvedError(value)
    return value


def _unreadable(why: str) -> UnresolvedError:
    return UnresolvedError(Unknown(Cause.UNREADABLE, detail=f"not a policy document: {why}"))
