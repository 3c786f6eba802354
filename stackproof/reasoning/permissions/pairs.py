"""Who needs what on what: one row per pair of types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from stackproof.model import (
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.permissions.conditions import Held
from stackproof.reasoning.permissions.context import Source, filled
from stackproof.reasoning.permissions.targets import Target, led_to
from stackproof.types import tokens as t

UNTOLD: Final = Source()
# Actions on a bucket itself; all others are on its objects.
# Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
_ON_BUCKETS: Final = frozenset(
    f"s3:{action}"
    for action in (
        "GetBucketAcl",
        "GetBucketLocation",
        "GetBucketVersioning",
        "GetReplicationConfiguration",
        "ListBucket",
        "ListBucketVersions",
    )
)
Find: TypeAlias = Callable[[Resource, Stack], Iterable[Target | Unknown]]
Values: TypeAlias = Callable[[Resource, Target], Mapping[str, Held]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row: what one type needs on what its property leads to.

    `who` is the type whose property `names` leads to something of the type `on`; where it takes
    more than a property to find that, `find` does; `example` and `looks` say how both look in an
    example. Either `service` acts by itself (`{region}` stands for the region), or the role that
    the property `role` names or `role_of` finds (with both, one that may is enough), or the role
    `linked` to a service, which AWS keeps. All of `needs`
    are needed, or one of them with `any_of`, on the target or on what `part` says is inside it;
    `key` is needed on its key. The row holds where a property has the value that `when` says, and
    `unless` isn't set. `source` says for whom a service acts, `says` what else the pair fixes of
    the request; both may look at what the properties `beside` lead to, or at any (`@`), of the
    types given there. `page` is where AWS says so.
    """

    id: str
    who: str
    on: str
    needs: tuple[str, ...]
    page: str
    names: str = ""
    service: str = ""
    role: str = ""
    linked: str = ""
    when: tuple[str, str] | None = None
    unless: str = ""
    part: str | Callable[[Resource], str] = ""
    key: tuple[str, ...] = ()
    any_of: bool = False
    find: Find | None = None
    role_of: Callable[[Resource, Stack], Iterable[Resource | Unknown]] | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)
    looks: Mapping[str, Any] = field(default_factory=dict)
    source: Source = UNTOLD
    says: Values | None = None
    key_says: Values | None = None

    def targets(self, consumer: Resource, stack: Stack) -> Iterator[Target | Unknown]:
        """Give what a resource needs something on."""
        if self.unless and consumer.raw(self.unless) not in (None, ""):
            return
        if self.when is not None and (held := consumer.raw(self.when[0])) != self.when[1]:
            if isinstance(held, Unknown):
                yield held.at(self.when[0])
            return
        if self.find is None:
            yield from led_to(consumer, self.names, self.on, stack)
            return
        found: list[Target | Unknown] = []
        try:
            found += self.find(consumer, stack)
        except UnresolvedError as error:
            found.append(error.unknown)
        # What can't be looked at can't be recognised by its name either.
        if not found and self.on in stack.gaps:
            found.append(stack.gaps[self.on])
        yield from found

    def roles(self, consumer: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
        """Give the role that acts, none where none is set."""
        if self.role_of is not None:
            yield from self.role_of(consumer, stack)
            return
        for found in led_to(consumer, self.role, t.IAM_ROLE, stack):
            if isinstance(found, Unknown):
                yield found
            elif found.resource is not None:
                yield found.resource

    def inside(self, action: str, item: Target, consumer: Resource) -> str | Unknown:
        """Give the ARN that an action is on: the target's, or of what is inside it."""
        part = self.part(consumer) if callable(self.part) else self.part
        part = part or ("/*" if self.on == t.S3_BUCKET else "")
        if not part or action in _ON_BUCKETS:
            return item.arn
        known = filled(part, consumer)
        if isinstance(item.arn, Unknown):
            return item.arn
        return f"{item.arn}{known[0]}" if isinstance(known, tuple) else known

    def principal(self, region: str | None) -> str:
        """Give the name of the service that acts."""
        return self.service.replace("{region}", region or "*")
