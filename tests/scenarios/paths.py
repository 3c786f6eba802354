"""Who may talk to whom, as the security groups of a deployed stack allow it."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.security_groups import Rule, egress, ingress


def seen(rules: Iterable[Rule | Unknown]) -> list[Rule]:
    """Give the rules; raise UnresolvedError when one of them could not be seen."""
    found = []
    for rule in rules:
        if isinstance(rule, Unknown):
            raise UnresolvedError(rule)
        found.append(rule)
    return found


def lets_in(group: Resource, source: Resource, port: int, live: Stack) -> bool:
    """Tell whether a group accepts a TCP port from the members of another group."""
    return any(
        port in rule.ports and source in rule.groups(live) for rule in seen(ingress(group, live))
    )


def lets_out(group: Resource, target: Resource, port: int, live: Stack) -> bool:
    """Tell whether a group's members may open a TCP port of the members of another group."""
    return any(
        port in rule.ports and (target in rule.groups(live) or anywhere(rule, live))
        for rule in seen(egress(group, live))
    )


def anywhere(rule: Rule, live: Stack) -> bool:
    """Tell whether a rule names every IPv4 address."""
    return any(str(range_) == "0.0.0.0/0" for range_ in rule.addresses(live))


def sources(group: Resource, port: int, live: Stack) -> set[str]:
    """Give the ids of the groups, and the address ranges, that reach a TCP port of a group."""
    found: set[str] = set()
    for rule in seen(ingress(group, live)):
        if port in rule.ports:
            found |= {other.id or "" for other in rule.groups(live)}
            found |= {str(range_) for range_ in rule.addresses(live)}
    return found
