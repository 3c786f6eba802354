"""EventBridge: buses of one's own."""

from __future__ import annotations

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import EVENT_BUS

BUS = Type(
    token=EVENT_BUS,
    service="events",
    listing=Listing(operation="ListEventBuses", result="EventBuses", one={"NamePrefix": "{id}"}),
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
    trigger="events",
    # AWS gives every account one.
    foreign=lambda item: bool(item["Name"] == "default"),
)

TYPES = (BUS,)
