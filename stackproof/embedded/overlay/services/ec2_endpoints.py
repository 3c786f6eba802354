"""EC2: the routes of gateway endpoints."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses


@postprocesses("ec2", "ModifyVpcEndpoint")
def follow_tables(call: Call, answer: dict[str, Any]) -> None:
    """Add the endpoint's route to new route tables, and take it from those that are left.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    backend = call.backend("ec2")
    endpoint = backend.vpc_end_points[call.params["VpcEndpointId"]]
    destination = endpoint.destination_prefix_list_id
    for table in call.params.get("AddRouteTableIds", ()):
        backend.create_route(
            table, None, gateway_id=endpoint.id, destination_prefix_list_id=destination
        )
    for table in call.params.get("RemoveRouteTableIds", ()):
        backend.delete_route(table, destination)
