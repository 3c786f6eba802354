"""What is deleted a second time, where moto breaks instead of saying that it is gone."""

from __future__ import annotations

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import validates

# By service and operation: where moto keeps the things, by which parameter, and AWS's code.
_SHELVES = {
    ("appsync", "DeleteGraphqlApi"): ("graphql_apis", "apiId", "NotFoundException"),
    ("cloudfront", "DeleteOriginAccessControl"): (
        "origin_access_controls",
        "Id",
        "NoSuchOriginAccessControl",
    ),
    ("ec2", "DeleteTransitGateway"): (
        "transit_gateways",
        "TransitGatewayId",
        "InvalidTransitGatewayID.NotFound",
    ),
    ("ec2", "DeleteTransitGatewayVpcAttachment"): (
        "transit_gateway_attachments",
        "TransitGatewayAttachmentId",
        "InvalidTransitGatewayAttachmentID.NotFound",
    ),
    ("ec2", "DisableTransitGatewayRouteTablePropagation"): (
        "transit_gateway_propagations",
        "TransitGatewayAttachmentId",
        "TransitGatewayRouteTablePropagation.NotFound",
    ),
    ("ec2", "DisassociateTransitGatewayRouteTable"): (
        "transit_gateway_associations",
        "TransitGatewayAttachmentId",
        "InvalidAssociation.NotFound",
    ),
    ("scheduler", "DeleteScheduleGroup"): ("schedule_groups", "Name", "ResourceNotFoundException"),
}


def delete_once(call: Call) -> None:
    """Refuse to delete what isn't there.

    AWS: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html
    """
    shelf, parameter, code = _SHELVES[call.service, call.operation]
    if call.params[parameter] not in getattr(call.backend(call.service), shelf):
        raise AwsError(code, f"There is no {call.params[parameter]}.")


@validates("ec2", "DeleteTransitGatewayRoute")
def delete_route_once(call: Call) -> None:
    """Refuse to delete a route that isn't there.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayRoute.html
    """
    tables = call.backend("ec2").transit_gateways_route_tables
    table = tables.get(call.params["TransitGatewayRouteTableId"])
    destination = call.params["DestinationCidrBlock"]
    if table is None or destination not in table.routes:
        raise AwsError("InvalidRoute.NotFound", f"There is no route to {destination}.")


@validates("ec2", "ModifyVpcEndpoint")
def remove_once(call: Call) -> None:
    """Refuse to take a route table from an endpoint that doesn't have it.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    endpoint = call.backend("ec2").vpc_end_points.get(call.params["VpcEndpointId"])
    for table in call.params.get("RemoveRouteTableIds", ()):
        if endpoint is not None and table not in (endpoint.route_table_ids or ()):
            raise AwsError("InvalidRouteTableId.NotFound", f"There is no route table {table}.")


for _service, _operation in _SHELVES:
    validates(_service, _operation)(delete_once)
