"""The declared sight: what CrossGuard shows of a program, as resources with explicit unknowns.

Whoever shows a resource (`stackproof.policy_pack.requests` from the engine's request itself,
`stackproof.policy_pack.proxies` from the SDK's objects) gives plain data: dicts, lists, and
Unknown leaves. Here it becomes what controls judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stackproof.model import LEFT_TO_AWS, Cause, Resource, Sight, Stack, Unknown
from stackproof.sights.arns import account_of, region_of
from stackproof.types.defaults import filled
from stackproof.types.older_words import in_newer_words, newer_name
from stackproof.types.table import canonical
from stackproof.types.unset import told
from stackproof.types.wire import from_wire, python_name


@dataclass(frozen=True, eq=False)
class Shown:
    """One resource of a request, by the names of the wire; taken apart once somebody looks at it.

    `properties` and `region`, that of its provider, are functions that take apart. Only custom
    resources have a provider; components have none. `references` holds the URNs that a property
    was computed from. `inputs` are the properties that the program declares, where that is known:
    a stack policy sees outputs, and at preview the provider makes every property unknown that AWS
    fills in when the program says nothing, which is another thing than a declared value that is
    not known yet. An unknown property that the program does not declare is `LEFT_TO_AWS`.
    """

    token: str
    name: str
    urn: str
    properties: Callable[[], Mapping[str, Any]]
    region: Callable[[], Any] | None = None
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inputs: Collection[str] | None = None

    @cached_property
    def resource(self) -> Resource:
        """Give the resource as controls judge it."""
        held = {
            k: self._shown(k, v) for k, v in self.properties().items() if not k.startswith("__")
        }
        type_ = canonical(self.token)
        data = told(type_, in_newer_words(type_, from_wire(self.token, held)))
        arn = _text(data.get("arn"))
        return Resource(
            data=filled(type_, data),
            type=type_,
            name=self.name,
            urn=self.urn,
            id=_text(data.get("id")),
            arn=arn,
            account=account_of(arn),
            region=_text(data.get("region")) or region_of(arn) or self._region_of_provider(),
            references={
                newer_name(type_, python_name(self.token, key)): tuple(urns)
                for key, urns in self.references.items()
                if urns
            },
        )

    @cached_property
    def alone(self) -> Stack:
        """Give the stack that resource policies are asked about: this resource, no neighbours."""
        return Stack((self.resource,), Sight.DECLARED)

    @property
    def real(self) -> bool:
        """Tell whether it is something of a cloud: neither a component nor Pulumi's own."""
        return self.region is not None and not self.token.startswith("pulumi:")

    def _shown(self, key: str, value: Any) -> Any:
        left = self.inputs is not None and key not in self.inputs
        return LEFT_TO_AWS if left and isinstance(value, Unknown) else value

    def _region_of_provider(self) -> str | None:
        # A default provider carries the stack's `aws:region` as a property of its own.
        return None if self.region is None else _text(self.region())


class Program:
    """The resources of a request about a whole stack, of which each is taken apart once."""

    def __init__(self, shown: Iterable[Shown]) -> None:
        self._by_type: dict[str, list[Shown]] = defaultdict(list)
        for entry in shown:
            if entry.real:
                self._by_type[canonical(entry.token)].append(entry)

    def stack(self, types: Collection[str] | None = None) -> Stack:
        """Give the stack that a stack policy is asked about: outputs where they are known.

        Pulumi's own resources (`pulumi:*`) and components are left out. With `types`, only
        resources of those types are converted and every other type is a gap: looking there raises
        UnresolvedError instead of finding nothing.
        """
        asked = self._by_type if types is None else {*types} & {*self._by_type}
        unlisted = Unknown(Cause.UNREADABLE, detail="the control does not list this type")
        gaps = dict.fromkeys(sorted({*self._by_type} - {*asked}), unlisted)
        kept = [entry for type_ in asked for entry in self._by_type[type_]]
        # The engine hands resources over in no particular order; reports keep one.
        kept.sort(key=lambda entry: entry.urn)
        return Stack((entry.resource for entry in kept), Sight.DECLARED, gaps)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
