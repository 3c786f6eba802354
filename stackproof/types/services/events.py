"""EventBridge: buses of one's own, and who else may use a bus."""

from __future__ import annotations

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import EVENT_BUS, EVENT_BUS_POLICY

_BUSES = Listing(operation="ListEventBuses", result="EventBuses", single={"NamePrefix": "{id}"})

BUS = Type(
    token=EVENT_BUS,
    service="events",
    listing=_BUSES,
    id="{Name}",
    arn="{Arn}",
    name="{Name}",
    questions={
        "bus": Question(
            operation="DescribeEventBus",
            parameters={"Name": "{Name}"},
            absent=("ResourceNotFoundException",),
            whole=True,
        )
    },
    unread=frozenset({"event_source_name"}),
    arn_service="events",
    # AWS gives every account one.
    foreign=lambda item: bool(item["Name"] == "default"),
)

POLICY = Type(
    token=EVENT_BUS_POLICY,
    service="events",
    listing=_BUSES,
    id="{Name}",
    name="{Name}",
    names={"event_bus_name": "Name"},
    having="Policy",
    parent_ids=("Arn",),
    arn_service="events",
)

TYPES = (BUS, POLICY)
