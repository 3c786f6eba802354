"""Transit gateways: what they do for networks by themselves."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses


@postprocesses("ec2", "CreateTransitGatewayVpcAttachment")
def learn_addresses(call: Call, answer: dict[str, Any]) -> None:
    """Let the gateway's default table learn the network's addresses, where it is to.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayOptions.html
    """
    made = answer["TransitGatewayVpcAttachment"]
    options = call.backend("ec2").transit_gateways[made["TransitGatewayId"]].options
    if options["DefaultRouteTablePropagation"] == "enable":
        call.backend("ec2").enable_transit_gateway_route_table_propagation(
            made["TransitGatewayAttachmentId"], options["PropagationDefaultRouteTableId"]
        )
