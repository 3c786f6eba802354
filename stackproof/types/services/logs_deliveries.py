"""CloudWatch Logs: what services deliver their logs by, the newer way.

Source: Amazon CloudWatch Logs User Guide, "Enable logging from AWS services": a source says whose
logs, a delivery sends them to a destination.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import LOG_DELIVERY, LOG_DELIVERY_SOURCE


def _paths(configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "enable_hive_compatible_path": configuration.get("enableHiveCompatiblePath"),
            "suffix_path": configuration.get("suffixPath"),
        }
    ]


SOURCE = Type(
    token=LOG_DELIVERY_SOURCE,
    service="logs",
    listing=Listing(operation="DescribeDeliverySources", result="deliverySources"),
    id="{name}",
    arn="{arn}",
    name="{name}",
    names={"resource_arn": ("resourceArns", lambda arns: arns[0] if arns else None)},
    tags="tags",
    arn_service="logs:delivery-source",
)

DELIVERY = Type(
    token=LOG_DELIVERY,
    service="logs",
    listing=Listing(operation="DescribeDeliveries", result="deliveries"),
    id="{id}",
    arn="{arn}",
    names={"s3_delivery_configurations": ("s3DeliveryConfiguration", _paths)},
    tags="tags",
    arn_service="logs:delivery",
)

TYPES = (SOURCE, DELIVERY)
