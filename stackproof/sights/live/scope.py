"""Scope: what one run knows of the stack so far, and so what belongs to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource, Stack, Unknown
from stackproof.model.plain import SCALARS
from stackproof.sights.arns import account_of
from stackproof.sights.live.names import Names
from stackproof.sights.live.unreadable import Unreadable
from stackproof.types.addresses import address
from stackproof.types.identities import identity
from stackproof.types.interfaces import Witness

# How EC2 calls what few stacks have: by their ids, and in ARNs.
_RARE = {
    "dopt": "dhcp-options",
    "snap": "snapshot",
    "tgw": "transit-gateway",
    "tgw-attach": "transit-gateway",
    "tgw-rtb": "transit-gateway",
}
_EC2_ID = re.compile(
    r"(vpc|subnet|sg|sgr|igw|nat|rtb|rtbassoc|eipalloc|vpce|acl|fl|eni|lt|i|vol"
    rf"|{'|'.join(_RARE)})-[0-9a-f]+"
)
_KIND = re.compile(r"/?[^/:]*")

# Of what is inside, only a place's listing tells: an id that says where it stands leads there.
# Services' ARNs: Service Authorization Reference, "Actions, resources, and condition keys"; a
# record's id is made by Pulumi.
_PLACES = (
    (re.compile(r"(arn:[^:]+:ecs:[^:]+:\d+:)service/([^/]+)/.+"), r"\1cluster/\2"),
    (re.compile(r"(arn:[^:]+:logs:[^:]+:\d+:log-group:[^:]+):\*"), r"\1"),
    (re.compile(r"(arn:[^:]+:sns:[^:]+:\d+:[^:]+):[0-9a-f]{8}-[0-9a-f-]{27}"), r"\1"),
    (re.compile(r"(Z[A-Z0-9]{5,31})_.+_[A-Z]+(_.+)?"), r"\1"),
)
_INSIDE = ("arn:", "Z")  # how all of these begin

# Where the tagging API lists the resources of services without regions. AWS Resource Groups
# Tagging API Reference, GetResources; AWS General Reference, "Global services".
_HOMES = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
_WORLDWIDE = ("cloudfront", "iam", "route53")

# How a VPC names the main table that came with it, and what gave it another. The AWS provider's
# pages of ec2.Vpc and ec2.MainRouteTableAssociation.
_FIRST_TABLE = ("default_route_table_id", "original_route_table_id")

Tagged = Mapping[str, Mapping[str, str] | Unknown] | Unknown


def worldwide(arn: str) -> bool:
    """Tell whether the tagging API knows a resource in one region for all."""
    return arn.startswith("arn:") and arn.split(":")[2] in _WORLDWIDE


class _Members(dict[str, list[Resource]]):
    """Resources by type, the types in the order in which the first of each was read.

    To ask for a type leaves no trace: what is asked early must not change that order.
    """

    def __missing__(self, type_: str) -> list[Resource]:
        return []


class Scope:
    """The known names of a stack in one region, and the resources already read there.

    `keys` are all ids, ARNs and names that the stack has to do with: the values of the outputs
    file and the ids of the state file, which are `given`, and what its members point to. `claims`
    are those of them that say "this is the stack's": the outputs, and what carries its tags.
    `members` are all resources that were read, and `foreign` the identities of those that are
    another's. With `whole` everything in the account is looked at as if it were one stack's.
    `owned` are the ids of the others: what stands in these is the stack's. `pointed` are
    the keys that no other's resource brought in. Services that are not regional are read in the
    `primary` region's scope only.
    """

    def __init__(
        self,
        region: str,
        account: str,
        partition: str,
        keys: Iterable[str],
        own_tags: Mapping[str, str],
        *,
        state: Stack | None = None,
        primary: bool = True,
        whole: bool = False,
    ) -> None:
        self.region = region
        self.whole = whole
        self.primary = primary
        self.account = account
        self.partition = partition
        self.own_tags = dict(own_tags)
        self.keys: set[str] = set()
        self.names = Names()  # the same, to be found by what they look like
        self.tagged: Tagged = {}
        self.tagged_worldwide: Tagged = {}
        self.members = _Members()
        self.listed: dict[str, list[Mapping[str, Any]]] = defaultdict(list)  # whosever they are
        self.gaps: dict[str, Unknown] = {}  # the types that could not be seen whole
        self.lost: list[tuple[str, Unknown]] = []  # what details did not show, by type
        self.unsure: dict[str, Unknown] = {}  # identities of what may not be there, and why
        self.unreadable: list[Unreadable] = []
        self.dying: set[str] = set()  # identities of what waits for its deletion
        self.made_by_aws: set[str] = set()  # ARNs that are named, of what AWS made by itself
        self.services: set[str] = set()
        self.hints: set[str] = set()  # kinds, written as services are, of which items told
        self.stateful = state is not None
        self.claims = set(keys)
        # Who names an address names what answers there; what shows its host is known by that.
        self.claims |= {told.host for key in self.claims if (told := address(key))}
        self.owned: set[str] = set()
        self.standing: set[str] = set()  # ARNs of what has an interface in the stack's networks
        self.witnesses: list[Witness] = []  # such interfaces
        self.seen: set[str] = set()  # by id and ARN
        self.foreign: set[int] = set()
        self.default_networks: set[str] = set()  # that AWS made with the account
        self.default_subnets: set[str] = set()  # that AWS made in them
        self.used_networks: set[str] = set()  # in which an interface stands
        self.searched = False  # whether all is listed, for names that nothing seen is called
        self.tags_in_use = (
            False  # whether anything carries the stack's tags, so that others' differ
        )
        self.first_tables: set[str] = set()  # the route tables that came with the state's VPCs
        self._managed: dict[tuple[str, str], bool] = {}
        if state is not None:
            self._managed = {
                (resource.type, key): manages
                for resources, manages in ((state.foreign, False), (state.resources, True))
                for resource in resources
                for key in (resource.id, resource.arn)
                if key
            }
            self.learn(key for r in self._here(state) for key in strings(r.data))
            tables = [r.raw(name) for r in state.resources for name in _FIRST_TABLE]
            self.first_tables = {table for table in tables if isinstance(table, str)}
        named = {*self.claims, *(key for _, key in self._managed)}
        self.given = frozenset(_with_places(named))
        self.learn(self.given)
        self.pointed = set(self.keys)

    def learn(self, keys: Iterable[str]) -> None:
        """Take in further names, and the services that their ARNs belong to."""
        for key in _with_places(key for key in keys if key not in self.keys or key in self.claims):
            if key not in self.keys:
                self.keys.add(key)
                self.names.add(key)
            if key.startswith("arn:") and key.count(":") >= 5:
                _, _, service, region, _, resource = key.split(":", 5)
                if region in ("", self.region):
                    # What few stacks have is asked for only once one of its kind is known; both
                    # kinds of API Gateway share a namespace: /restapis/… and /apis/….
                    kind = _KIND.match(resource)
                    self.services |= {service, f"{service}:{kind[0] if kind else ''}"}
            elif found := _EC2_ID.fullmatch(key):
                self.services |= {"ec2", f"ec2:{_RARE.get(found[1], found[1])}"}
            elif key in self.claims and (told := address(key)):
                self.services |= {told.service} if told.region in (None, self.region) else set()

    def _here(self, state: Stack) -> Iterator[Resource]:
        for resource in (*state, *state.foreign):
            if resource.region in (None, self.region):
                yield resource

    def leave_to(self, other: Scope) -> None:
        """Forget the EC2 ids that are another region's: they don't tell whose they are."""
        found = {key for held in other.members.values() for r in held if (key := r.id)}
        elsewhere = {key for key in found if _EC2_ID.fullmatch(key)}
        keys = self.keys - elsewhere
        self.claims -= elsewhere
        self.owned -= elsewhere
        self.keys, self.names, self.services = set(), Names(), set()
        self.learn(keys)

    def claim(self, keys: Iterable[str]) -> None:
        """Take in names that say that what they name is the stack's."""
        named = set(keys)
        self.claims |= named
        self.pointed |= named
        self.learn(named)

    def stands(self, told: Witness) -> None:
        """Take note that something stands in the stack's own network, by its interface there."""
        self.witnesses.append(told)
        self.standing |= {*told.arns}
        self.hints |= {told.service} - {""}
        self.learn(told.arns)

    def add(self, resource: Resource, names: Iterable[str] = (), *, ours: bool = True) -> None:
        """Take in a resource and what its properties point to; `names` are what else it is called.

        Another's resource leads on only if a member points to it itself.
        """
        self.members.setdefault(resource.type, []).append(resource)
        called = {key for key in (resource.id, resource.arn) if key}
        self.seen |= called
        leads = ours or not self.pointed.isdisjoint({*called, *names})
        points = set(strings(resource.data)) if leads else set()
        self.learn(called | points)
        if ours:
            self.owned |= called
            self.pointed |= called | points
        else:
            self.foreign.add(id(resource))
            self.claims -= called
            self.owned -= called

    def unseen(self, names: Collection[str]) -> Unknown | None:
        """Give why something that the stack knows by these names may not have been seen.

        What it is tell the state and the names themselves; else it may be of any type.
        """
        if self.keys.isdisjoint(names) or not self.seen.isdisjoint(names):
            return None
        types = {type_ for type_, name in self._managed if name in names}
        types.update(type_ for name in names if (told := identity(name)) for type_ in told.types)
        return next((gap for type_, gap in self.gaps.items() if not types or type_ in types), None)

    def ours(self) -> list[Resource]:
        """Give the stack's own resources, in the order of their reading by type."""
        return [r for held in self.members.values() for r in held if id(r) not in self.foreign]

    def theirs(self) -> list[Resource]:
        """Give the others' resources that were read, in the same order."""
        return [r for held in self.members.values() for r in held if id(r) in self.foreign]

    def managed(self, type_: str, names: Iterable[str]) -> bool | None:
        """Tell whether the state manages what is called so: `None` where it doesn't know it."""
        verdicts = (self._managed.get((type_, name)) for name in names)
        return next((manages for manages in verdicts if manages is not None), None)

    def others(self, tags: Mapping[str, str]) -> bool:
        """Tell whether tags are another owner's mark: the stack's keys with other values."""
        return self.tags_in_use and any(tags.get(k, v) != v for k, v in self.own_tags.items())

    def leave_to_aws(self, item: Mapping[str, Any], types: Collection[str]) -> None:
        """Take note of the named ARNs that a listed item of AWS's own is known by."""
        for arn, told in self.names.arns_called({*strings(item)}):
            if set(told.types) & set(types):
                self.made_by_aws.add(arn)

    def ids(self, type_: str) -> list[str]:
        """Give the ids of the members of a type."""
        return [resource.id for resource in self.members[type_] if resource.id]

    def named(self, pattern: str) -> list[str]:
        """Give the known names that match a regular expression as a whole, in order.

        ARNs of other accounts are left out: what these have is nobody's to ask for here.
        """
        return sorted(key for key in self.names.matching(pattern) if not self.abroad(key))

    def abroad(self, arn: str | None) -> bool:
        """Tell whether an ARN is of another account than the one that is looked at."""
        return account_of(arn) not in (None, self.account)

    def arn(
        self, service: str, resource: str, *, region: str | None = None, account: str | None = None
    ) -> str:
        """Compose an ARN in this account and region, unless others (or the region "") are given."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{account or self.account}:{resource}"

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
    def suffix(self) -> str:
        """The domain of AWS's addresses in this partition.

        Source: AWS General Reference, "AWS service endpoints"; Amazon Web Services in China,
        "Endpoints and ARNs".
        """
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def home(self) -> str:
        """The region that answers for what has no region."""
        return _HOMES.get(self.partition, self.region)


def _with_places(keys: Iterable[str]) -> Iterator[str]:
    """Give names, and with each that of the place where it says that it stands."""
    for key in keys:
        yield key
        if key.startswith(_INSIDE):
            for inside, place in _PLACES:
                if found := inside.fullmatch(key):
                    yield found.expand(place)


def strings(value: Any) -> Iterator[str]:
    """Give every string in plain data, the keys and the user's tags left out."""
    if isinstance(value, SCALARS):
        if isinstance(value, str):
            yield value
    elif isinstance(value, (dict, Mapping)):
        for key, item in value.items():
            if key not in ("tags", "tags_all"):
                yield from strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
