"""Who else may put events on a bus: each statement of its policy, where the state names it.

A policy that a program sets as a whole has statements as well, which are no resources of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.model.json_text import parse
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import EVENT_PERMISSION


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    bus = item["Name"]
    policy = parse(item.get("Policy") or "{}")
    for statement in policy.get("Statement", ()):
        sid = statement["Sid"]
        data = {
            "action": statement["Action"],
            "condition": _condition(statement.get("Condition") or {}),
            "event_bus_name": bus,
            "principal": _principal(statement["Principal"]),
            "statement_id": sid,
        }
        yield shown(scope, EVENT_PERMISSION, f"{bus}/{sid}", data, name=sid)


def _principal(principal: Any) -> str:
    """Give the account, as programs name it; everybody is a star."""
    who = principal.get("AWS", "*") if isinstance(principal, Mapping) else principal
    account = str(who).split(":")[4] if str(who).startswith("arn:") else who
    return str(account)


def _condition(condition: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    for kind, tests in condition.items():
        for key, value in tests.items():
            return {"key": key, "type": kind, "value": value}
    return None


READERS = (
    Reader(
        types=(EVENT_PERMISSION,),
        listing=Ask("events", "DescribeEventBus", absent=("ResourceNotFoundException",)),
        targets=lambda scope: (),
        get_parameters=lambda id_, state: {"Name": state["event_bus_name"]},
        key=lambda item, scope: Key(item["Name"], tags={}),
        build=_build,
        arn_service="events",
        known_by={EVENT_PERMISSION: ("event_bus_name", "statement_id")},
    ),
)
