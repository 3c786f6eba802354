"""What the rules of security groups open by TCP: to whom, and from whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import Network, collapsed, covers_internet, network
from stackproof.reasoning.security_groups import Rule, egress, ingress

INTERNET: Final = network("0.0.0.0/0")

Rules = Callable[[Resource, Stack], Iterable[Rule | Unknown]]
# A rule with the group that has it.
Held = tuple[Resource, Rule]


def seen(rules: Iterable[Rule | Unknown]) -> list[Rule]:
    """Give the rules; raise UnresolvedError when one of them could not be seen."""
    found = []
    for rule in rules:
        if isinstance(rule, Unknown):
            raise UnresolvedError(rule)
        found.append(rule)
    return found


def sources(group: Resource, port: int, stack: Stack) -> set[str]:
    """Give the ids of the groups, and the address ranges, that reach a TCP port of a group."""
    found: set[str] = set()
    for rule in seen(ingress(group, stack)):
        if is_about(rule, port):
            found |= {other.id or "" for other in rule.groups(stack)}
            found |= {str(range_) for range_ in rule.addresses(stack)}
    return found


def is_about(rule: Rule, port: int) -> bool:
    """Tell whether a rule is about a TCP port; raise UnresolvedError when that is unknown."""
    return rule.protocol in ("tcp", "-1") and port in rule.ports


def anywhere(rule: Rule, stack: Stack) -> bool:
    """Tell whether a rule names the internet, however finely it is split."""
    return covers_internet(_addresses([rule], stack))


def lets_in(group: Resource, source: Resource, port: int, stack: Stack) -> bool:
    """Tell whether a group accepts a TCP port from the members of another group."""
    return opens(rules_about(port, [group], ingress, stack), [source], (), stack)


def lets_out(group: Resource, target: Resource, port: int, stack: Stack) -> bool:
    """Tell whether a group's members may open a TCP port of the members of another group."""
    return opens(rules_about(port, [group], egress, stack), [target], (INTERNET,), stack)


def rules_about(
    port: int, groups: Iterable[Resource], rules: Rules, stack: Stack
) -> Iterator[Held | Unknown]:
    """Give the rules of groups that are about a TCP port, an Unknown for what can't be seen."""
    for group in groups:
        for rule in rules(group, stack):
            try:
                if isinstance(rule, Unknown):
                    yield rule
                elif is_about(rule, port):
                    yield group, rule
            except UnresolvedError as error:
                yield error.unknown


def opens(
    rules: Iterable[Held | Unknown],
    peers: Iterable[Resource],
    ranges: Sequence[Network] | Unknown,
    stack: Stack,
) -> bool:
    """Tell whether a rule names one of the peers' groups, or all of their addresses.

    Raises UnresolvedError when none is seen to, but one that is hidden may.
    """
    asked = list(peers)
    named: list[Network] = []
    hidden: list[Unknown] = [ranges] if isinstance(ranges, Unknown) else []
    for held in rules:
        if isinstance(held, Unknown):
            hidden.append(held)
            continue
        group, rule = held
        try:
            theirs = (*rule.groups(stack), *([group] if rule.facts["self"] else []))
        except UnresolvedError as error:
            theirs = ()
            hidden.append(error.unknown)
        if any(peer is other for peer in asked for other in theirs):
            return True
        for range_ in rule.addresses(stack):
            if isinstance(range_, Unknown):
                hidden.append(range_)
            else:
                named.append(range_)
    whole = collapsed(named)
    wanted = () if isinstance(ranges, Unknown) else ranges
    if wanted and all(any(_covers(own, range_) for own in whole) for range_ in wanted):
        return True
    if hidden:
        raise UnresolvedError(hidden[0])
    return False


def _addresses(rules: Iterable[Rule], stack: Stack) -> Iterator[Network]:
    for rule in rules:
        for range_ in rule.addresses(stack):
            if isinstance(range_, Unknown):
                raise UnresolvedError(range_)
            yield range_


def _covers(outer: Network, inner: Network) -> bool:
    return (
        outer.version == inner.version
        and outer.prefixlen <= inner.prefixlen
        and outer.overlaps(inner)
    )
