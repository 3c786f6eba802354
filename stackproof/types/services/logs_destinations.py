"""CloudWatch Logs: where other accounts may send their logs, and which of them may."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import LOG_DESTINATION, LOG_DESTINATION_POLICY

_DESTINATIONS = Listing(
    operation="DescribeDestinations",
    result="destinations",
    single={"DestinationNamePrefix": "{id}"},
)

DESTINATION = Type(
    token=LOG_DESTINATION,
    service="logs",
    listing=_DESTINATIONS,
    id="{destinationName}",
    arn="{arn}",
    name="{destinationName}",
    names={"name": "destinationName"},
    arn_service="logs:destination",
)

POLICY = Type(
    token=LOG_DESTINATION_POLICY,
    service="logs",
    listing=_DESTINATIONS,
    id="{destinationName}",
    name="{destinationName}",
    unread=frozenset({"force_update"}),
    having="accessPolicy",
    parent_ids=("arn",),
    arn_service="logs:destination",
)

TYPES = (DESTINATION, POLICY)
