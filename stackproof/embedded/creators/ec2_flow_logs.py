"""VPC flow logs."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
)

_WATCHED = {
    "vpc_id": "VPC",
    "subnet_id": "Subnet",
    "eni_id": "NetworkInterface",
    "transit_gateway_id": "TransitGateway",
    "transit_gateway_attachment_id": "TransitGatewayAttachment",
}


@creator
class FlowLog(Creator):
    """The flow log of a VPC, subnet or network interface."""

    type = "aws:ec2/flowLog:FlowLog"
    replace_on = frozenset(
        {
            *_WATCHED,
            "deliver_cross_account_role",
            "destination_options",
            "iam_role_arn",
            "log_destination",
            "log_destination_type",
            "log_format",
            "max_aggregation_interval",
            "traffic_type",
        }
    )
    defaults: ClassVar[Properties] = {
        "log_destination_type": "cloud-watch-logs",
        "max_aggregation_interval": 600,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the flow log."""
        watched = next(name for name in _WATCHED if inputs.get(name))
        request = parameters(
            aws,
            "ec2",
            "create_flow_logs",
            inputs,
            rename={"iam_role_arn": "DeliverLogsPermissionArn"},
        )
        made = aws.client("ec2").create_flow_logs(
            ResourceIds=[inputs[watched]],
            ResourceType=_WATCHED[watched],
            **request,
            **tag_specifications("vpc-flow-log", inputs),
        )
        return Created(made["FlowLogIds"][0])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the tags in place."""
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the flow log."""
        with already_gone():
            aws.client("ec2").delete_flow_logs(FlowLogIds=[id_])
