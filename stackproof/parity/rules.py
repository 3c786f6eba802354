"""Rules that somebody added to a group or an ACL whose program keeps its rules apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from stackproof.model import Resource, Unknown
from stackproof.sights.state import State
from stackproof.types import tokens as t

_GROUPS: Final = (t.SECURITY_GROUP, t.DEFAULT_SECURITY_GROUP)
_ACLS: Final = (t.NETWORK_ACL, t.DEFAULT_NETWORK_ACL)
_APART: Final = {"ingress": t.SECURITY_GROUP_INGRESS_RULE, "egress": t.SECURITY_GROUP_EGRESS_RULE}
# The properties of inline rules that hold peers.
_PEERS: Final = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")


def added_rules(state: State, live: Iterable[Resource]) -> Iterator[Resource]:
    """Give the rules that AWS shows in a group or an ACL of the state and that no program set.

    A reader leaves in its group what it doesn't know as a rule of its own. Where the program says
    the rules of a direction inline, another one is drift of these; where it doesn't, one that no
    rule of the state accounts for is nobody's.
    """
    by_urn = {resource.urn: resource for resource in live if resource.urn}
    for held in state.stack:
        twin = by_urn.get(str(held.urn)) if held.type in (*_GROUPS, *_ACLS) else None
        if twin is None:
            continue
        inputs = state.inputs.get(str(held.urn), {})
        known = _accounted_for(state, str(twin.id))
        rules = _of_group if held.type in _GROUPS else _of_acl
        for direction in ("ingress", "egress"):
            shown = twin.raw(direction)
            if direction not in inputs and isinstance(shown, (list, tuple)):
                yield from (
                    rule for what, rule in rules(twin, direction, shown) if what not in known
                )


def _of_group(
    group: Resource, direction: str, shown: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[tuple[Any, ...], Resource]]:
    for rule in shown:
        for peer in _peers(rule, str(group.id)):
            what = (direction, *_ports(rule), peer)
            yield what, _rule(group, _APART[direction], f"{_text(rule)} {peer}")


def _of_acl(
    acl: Resource, direction: str, shown: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[tuple[Any, ...], Resource]]:
    for rule in shown:
        number = rule.get("rule_no")
        name = f"{direction} {number} {rule.get('action')} {_text(rule)}"
        yield (direction, str(number)), _rule(acl, t.NETWORK_ACL_RULE, name)


def _rule(parent: Resource, type_: str, name: str) -> Resource:
    return replace(
        parent, data={}, type=type_, name=f"{parent.name}: {name}", id=None, arn=None, urn=None
    )


def _accounted_for(state: State, parent: str) -> set[tuple[Any, ...]]:
    """Give what the state's own rules of a group or an ACL set, each as it is shown inline."""
    known: set[tuple[Any, ...]] = set()
    for rule in state.stack:
        if rule.type == t.SECURITY_GROUP_RULE and rule.raw("security_group_id") == parent:
            known |= {
                (rule.raw("type"), *_ports(_raw(rule)), peer) for peer in _peers(_raw(rule), parent)
            }
        elif rule.type == t.NETWORK_ACL_RULE and rule.raw("network_acl_id") == parent:
            direction = "egress" if rule.raw("egress") else "ingress"
            known.add((direction, str(rule.raw("rule_number"))))
    return known


def _raw(rule: Resource) -> dict[str, Any]:
    return {name: rule.raw(name) for name in rule.data}


def _peers(rule: Mapping[str, Any], group: str) -> Iterator[str]:
    for name in _PEERS:
        value = rule.get(name)
        yield from () if isinstance(value, Unknown) else value or ()
    if isinstance(source := rule.get("source_security_group_id"), str):
        yield source
    if rule.get("self") is True:
        yield group


def _ports(rule: Mapping[str, Any]) -> tuple[str, ...]:
    protocol = str(rule.get("protocol")).lower()
    everything = protocol in ("-1", "all")
    ports = ("0", "0") if everything else (str(rule.get("from_port")), str(rule.get("to_port")))
    return ("-1" if everything else protocol, *ports)


def _text(rule: Mapping[str, Any]) -> str:
    protocol, first, last = _ports(rule)
    if protocol == "-1":
        return "everything"
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"
