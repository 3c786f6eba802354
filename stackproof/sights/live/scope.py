"""Scope: what one run knows of the stack so far, and so what belongs to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.unreadable import Unreadable

_EC2_ID = re.compile(r"(vpc|subnet|sg|sgr|igw|nat|rtb|eipalloc|vpce|acl|fl|eni|lt|i|vol)-[0-9a-f]+")

# Where the tagging API lists the resources of services without regions. AWS Resource Groups
# Tagging API Reference, GetResources; AWS General Reference, "Global services".
_HOMES = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
_WORLDWIDE = ("cloudfront", "route53")

Tagged = Mapping[str, Mapping[str, str] | Unknown] | Unknown


def worldwide(arn: str) -> bool:
    """Tell whether the tagging API knows a resource in one region for all."""
    return arn.startswith("arn:") and arn.split(":")[2] in _WORLDWIDE


class Scope:
    """The known names of a stack in one region, and the resources already read there.

    `keys` are all ids, ARNs and names that say "this belongs to the stack": the values of the
    outputs file and the ids of the state file, which are `given`, and what those resources lead
    to. Services that are
    not regional are read in the `primary` region's scope only.
    """

    def __init__(
        self,
        region: str,
        account: str,
        partition: str,
        keys: Iterable[str],
        own_tags: Mapping[str, str],
        *,
        primary: bool = True,
    ) -> None:
        self.region = region
        self.primary = primary
        self.account = account
        self.partition = partition
        self.own_tags = dict(own_tags)
        self.keys: set[str] = set()
        self.tagged: Tagged = {}
        self.tagged_worldwide: Tagged = {}
        self.members: dict[str, list[Resource]] = defaultdict(list)
        self.gaps: dict[str, Unknown] = {}  # the types that could not be seen whole
        self.unreadable: list[Unreadable] = []
        self.services: set[str] = set()
        self.given = frozenset(keys)
        self.learn(self.given)

    def learn(self, keys: Iterable[str]) -> None:
        """Take in further names, and the services that their ARNs belong to."""
        for key in keys:
            self.keys.add(key)
            if key.startswith("arn:") and key.count(":") >= 5:
                _, _, service, region, _, resource = key.split(":", 5)
                if region in ("", self.region):
                    self.services.add(service)
                    # Both kinds of API Gateway share a namespace: /restapis/… and /apis/….
                    if resource.startswith("/"):
                        self.services.add(f"{service}:/{resource.split('/')[1]}")
            elif _EC2_ID.fullmatch(key):
                self.services.add("ec2")

    def leave_to(self, other: Scope) -> None:
        """Forget the EC2 ids that are another region's: they don't tell whose they are."""
        found = {key for held in other.members.values() for r in held if (key := r.id)}
        keys = self.keys - {key for key in found if _EC2_ID.fullmatch(key)}
        self.keys, self.services = set(), set()
        self.learn(keys)

    def add(self, resource: Resource) -> None:
        """Take in a member and everything that its properties name."""
        self.members[resource.type].append(resource)
        own = (key for key in (resource.id, resource.arn) if key)
        self.learn({*own, *strings(resource.data)})

    def ids(self, type_: str) -> list[str]:
        """Give the ids of the members of a type."""
        return [resource.id for resource in self.members[type_] if resource.id]

    def named(self, pattern: str) -> list[str]:
        """Give the known names that match a regular expression as a whole, in order."""
        matches = re.compile(pattern).fullmatch
        return sorted(key for key in self.keys if matches(key))

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """Compose an ARN in this account (and region, unless another, or "", is given)."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def tags_of(self, arn: str) -> dict[str, str] | Unknown:
        """Give a resource's tags from the tagging API's answer."""
        tagged = self.tagged_worldwide if worldwide(arn) else self.tagged
        tags = tagged if isinstance(tagged, Unknown) else tagged.get(arn, {})
        return tags if isinstance(tags, Unknown) else dict(tags)

    @property
    def blind(self) -> Unknown | None:
        """Why tags can't tell what belongs to the stack, where they are what should tell it."""
        return self.tagged if self.own_tags and isinstance(self.tagged, Unknown) else None

    @property
    def home(self) -> str:
        """The region that answers for what has no region."""
        return _HOMES.get(self.partition, self.region)


def strings(value: Any) -> Iterator[str]:
    """Give every string in plain data, the keys and the user's tags left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in ("tags", "tags_all"):
                yield from strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
