"""Security groups: their rules as one kind of thing, whichever resource declares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from stackproof.model import Block, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import Network, covers_internet, network
from stackproof.reasoning.effective import alone, stated, whole
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.companions import neighbours
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    PREFIX_LIST,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

# The neighbours that a control needs to see a group's rules.
_LISTS = (PREFIX_LIST, *neighbours(PREFIX_LIST, "entries"))
INGRESS_NEIGHBOURS = (SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_RULE, *_LISTS)
EGRESS_NEIGHBOURS = (SECURITY_GROUP_EGRESS_RULE, SECURITY_GROUP_RULE, *_LISTS)
# What opens a group to somebody: the group itself, or a rule for a group of somebody else.
OPENING = (
    SECURITY_GROUP,
    DEFAULT_SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

ALL_PORTS = range(65536)
# EC2 API, IpPermission: protocols by number (RFC 5237), "-1" for all of them.
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}


@dataclass(frozen=True, slots=True)
class _Words:
    """What a kind of rule calls its parts."""

    protocol: str
    ipv4: str
    ipv6: str
    prefix_lists: str
    groups: str


_INLINE = _Words(
    "protocol", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"
)
_OLDER = _Words(
    "protocol", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id"
)
_SEPARATE = _Words(
    "ip_protocol", "cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One permission of a security group.

    `holder` is the resource that declares it, `inside` the property of the holder where it stands
    (empty when the holder is a rule itself). What is unknown raises UnresolvedError when asked
    for, so that a question that doesn't need it can still be answered.
    """

    facts: Block
    holder: Resource
    inside: str
    words: _Words

    @property
    def protocol(self) -> str:
        """Give the protocol by name, `-1` for all."""
        protocol = str(self.facts[self.words.protocol]).lower()
        return _PROTOCOLS.get(protocol, protocol)

    @property
    def ports(self) -> range:
        """Give the TCP or UDP ports; none for protocols without ports."""
        if self.protocol == "-1":
            return ALL_PORTS
        if self.protocol not in ("tcp", "udp"):
            return range(0)
        first, last = self.facts.number("from_port"), self.facts.number("to_port")
        if first is None or first < 0:
            return ALL_PORTS
        return range(int(first), int(first if last is None else last) + 1)

    @property
    def all_ports(self) -> bool:
        """Tell whether every TCP or UDP port, or every protocol, is meant."""
        return self.ports.start <= 1 and self.ports.stop >= 65536

    @property
    def place(self) -> str:
        """Give the path that a finding names."""
        for name in (self.words.ipv4, self.words.ipv6, self.words.prefix_lists):
            if self.facts.raw(name):
                return self.facts.at(name)
        return self.facts.at(self.words.groups)

    @property
    def summary(self) -> str:
        """Say in a few words what the rule allows, for findings."""
        ports, names = self.ports, (self.words.ipv4, self.words.ipv6, self.words.prefix_lists)
        protocol = "all protocols" if self.protocol == "-1" else self.protocol
        span = f" {ports.start}-{ports.stop - 1}" if len(ports) > 1 else f" {ports.start}"
        named = (_texts(self.facts.raw(name)) for name in (*names, self.words.groups))
        itself = ["its own members"] if self.facts.raw("self") is True else []
        peers = ", ".join([*(text for texts in named for text in texts), *itself])
        return f"{protocol}{span if ports and self.protocol != '-1' else ''}: {peers}"

    @property
    def peers(self) -> set[str]:
        """Give the ranges, lists and groups that are named, the group itself as `self`.

        Raises UnresolvedError when one of them is unknown.
        """
        words = self.words
        names = (words.ipv4, words.ipv6, words.prefix_lists, words.groups)
        named = {str(value) for name in names for value in self.facts.values(name)}
        own = {key for key in (self.holder.id, self.facts.raw("security_group_id")) if key}
        itself = self.facts["self"] or named & own
        return {*(named - own), "self"} if itself else named

    @property
    def names_addresses(self) -> bool:
        """Tell whether addresses or a list of them are named, instead of security groups."""
        names = (self.words.ipv4, self.words.ipv6, self.words.prefix_lists)
        if any(self.facts.raw(n) and not isinstance(self.facts.raw(n), Unknown) for n in names):
            return True
        # What is hidden may turn out to be empty.
        return any(self.facts[name] for name in names)

    @property
    def names_groups(self) -> bool:
        """Tell whether a security group is named, be it the group itself."""
        return bool(self.facts.raw(self.words.groups) or self.facts.raw("self"))

    def groups(self, stack: Stack) -> tuple[Resource, ...]:
        """Give the security groups that are named; UnresolvedError when one is not in the stack."""
        if not self.facts.raw(self.words.groups):
            return ()
        path = f"{self.inside}.{self.words.groups}" if self.inside else self.words.groups
        return stack.follow(self.holder, path, SECURITY_GROUP)

    def addresses(self, stack: Stack) -> Iterator[Network | Unknown]:
        """Give the address ranges that are named, an Unknown for each that can't be seen."""
        for name in (self.words.ipv4, self.words.ipv6):
            yield from _ranges(self.facts.raw(name), self.facts.at(name))
        if self.facts.raw(self.words.prefix_lists):
            yield from self._listed(stack)

    def _listed(self, stack: Stack) -> Iterator[Network | Unknown]:
        name = self.words.prefix_lists
        try:
            lists = stack.follow(
                self.holder, f"{self.inside}.{name}" if self.inside else name, PREFIX_LIST
            )
        except UnresolvedError as error:
            yield error.unknown
            return
        for list_ in lists:
            for entry in whole(list_, stack, "entries").elements("entries"):
                if isinstance(entry, Unknown):
                    yield entry
                else:
                    yield from _ranges(entry.raw("cidr"), f"{list_.name}.{entry.at('cidr')}")


def ingress(group: Resource, stack: Stack) -> Iterator[Rule | Unknown]:
    """Give the rules that let traffic into a group, an Unknown for what can't be seen.

    A rule is asked like a group: it gives itself when its group is outside the stack.
    """
    return _rules(group, stack, "ingress", SECURITY_GROUP_INGRESS_RULE)


def egress(group: Resource, stack: Stack) -> Iterator[Rule | Unknown]:
    """Give the rules that let traffic out of a group, an Unknown for what can't be seen.

    The rule that EC2 itself gives a new group (all out) is removed by the Pulumi provider.
    """
    return _rules(group, stack, "egress", SECURITY_GROUP_EGRESS_RULE)


def open_to_internet(
    rules: Iterable[Rule | Unknown],
    stack: Stack,
    wanted: Callable[[Rule], bool],
    too_wide: Callable[[Iterable[Network]], bool] = covers_internet,
) -> Rule | None:
    """Give a rule through which the wanted traffic passes from or to the internet.

    The ranges of all wanted rules count together, so splitting the internet hides nothing;
    `too_wide` may be stricter than the internet. Raises UnresolvedError when no such rule is
    seen, but something that matters is unknown.
    """
    seen: list[tuple[Network, Rule]] = []
    lost: Unknown | None = None
    for rule in rules:
        if isinstance(rule, Unknown):
            lost = lost or rule
            continue
        try:
            if not wanted(rule):
                continue
        except UnresolvedError as error:
            lost = lost or error.unknown
            continue
        for range_ in rule.addresses(stack):
            if isinstance(range_, Unknown):
                lost = lost or range_
            else:
                seen.append((range_, rule))
    if too_wide(range_ for range_, _ in seen):
        return next((rule for range_, rule in seen if too_wide([range_])), seen[0][1])
    if lost is not None:
        raise UnresolvedError(lost)
    return None


def _rules(
    group: Resource, stack: Stack, direction: str, separate: str
) -> Iterator[Rule | Unknown]:
    if group.type in (separate, SECURITY_GROUP_RULE):
        if alone(group, stack):
            yield from _of_direction(group, direction)
        return
    for element in stated(group).elements(direction):
        yield element if isinstance(element, Unknown) else Rule(element, group, direction, _INLINE)
    for type_ in (separate, SECURITY_GROUP_RULE):
        for found in referrers_or_unknown(group, stack, type_, "security_group_id"):
            yield from [found] if isinstance(found, Unknown) else _of_direction(found, direction)


def _of_direction(rule: Resource, direction: str) -> Iterator[Rule | Unknown]:
    facts = Block(rule.data, rule.name)
    if rule.type != SECURITY_GROUP_RULE:
        yield Rule(facts, rule, "", _SEPARATE)
    elif isinstance(rule.raw("type"), Unknown):
        yield rule.raw("type")
    elif rule.raw("type") == direction:
        yield Rule(facts, rule, "", _OLDER)


def _texts(value: Any) -> list[str]:
    leaves = value if isinstance(value, (list, tuple)) else (value,)
    return [leaf for leaf in leaves if isinstance(leaf, str)]


def _ranges(value: Any, path: str) -> Iterator[Network | Unknown]:
    for leaf in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(leaf, Unknown):
            yield leaf.at(path)
        elif leaf is not None:
            try:
                yield network(str(leaf))
            except UnresolvedError as error:
                yield Unknown(Cause.UNREADABLE, path, error.unknown.detail)
