"""CloudWatch Logs: whose logs are delivered, where to, and the deliveries themselves."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.plain import Call, Plain, table


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, (list, tuple)) else value


table(
    Plain(
        type="aws:cloudwatch/logDeliverySource:LogDeliverySource",
        service="logs",
        create=Call("put_delivery_source"),
        id="{name}",
        delete=Call("delete_delivery_source"),
        tagged="arn",
        replace_on=frozenset({"log_type", "name", "resource_arn"}),
        auto_name="name",
        auto_name_limit=60,
    ),
    Plain(
        type="aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        service="logs",
        create=Call("put_delivery_destination"),
        update=Call("put_delivery_destination"),
        outputs={
            "arn": "deliveryDestination.arn",
            "delivery_destination_type": "deliveryDestination.deliveryDestinationType",
        },
        id="{name}",
        delete=Call("delete_delivery_destination"),
        tagged="arn",
        replace_on=frozenset({"delivery_destination_type", "name", "output_format"}),
        auto_name="name",
        auto_name_limit=60,
    ),
    Plain(
        type="aws:cloudwatch/logDelivery:LogDelivery",
        service="logs",
        create=Call("create_delivery", {"s3_delivery_configurations": "s3_delivery_configuration"}),
        shapes={"s3_delivery_configurations": _first},
        id="{answer[delivery][id]}",
        delete=Call("delete_delivery"),
        tagged="arn",
        replace_on=frozenset(
            {
                "delivery_destination_arn",
                "delivery_source_name",
                "field_delimiter",
                "record_fields",
                "s3_delivery_configurations",
            }
        ),
    ),
)
