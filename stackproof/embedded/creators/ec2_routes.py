"""Route tables, their routes, and what they are associated with."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.asking import listed
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
from stackproof.model.ids import route_id
from stackproof.types.tokens import ROUTE_TABLE

# Pulumi's names where they differ from the EC2 API's; a table's inline routes call their
# destination without "destination".
_TARGETS = {"egress_only_gateway_id": "EgressOnlyInternetGatewayId"}
_INLINE = {
    **_TARGETS,
    "cidr_block": "DestinationCidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _destination(request: Properties) -> dict[str, str]:
    return {name: request[name] for name in _DESTINATIONS if request.get(name)}


@creator
class RouteTable(Creator):
    """A route table, with routes of its own when it declares them inside."""

    type = "aws:ec2/routeTable:RouteTable"
    joined_later = frozenset({"routes"})
    replace_on = frozenset({"vpc_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the table and its inline routes."""
        ec2 = aws.client("ec2")
        made = ec2.create_route_table(
            VpcId=inputs["vpc_id"], **tag_specifications("route-table", inputs)
        )
        id_ = made["RouteTable"]["RouteTableId"]
        for route in self._routes(aws, inputs):
            ec2.create_route(RouteTableId=id_, **route)
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Add, replace and take away inline routes, change tags."""
        ec2 = aws.client("ec2")
        before = {repr(_destination(route)): route for route in self._routes(aws, old)}
        now = {repr(_destination(route)): route for route in self._routes(aws, new)}
        for key in before.keys() - now.keys():
            with already_gone():
                ec2.delete_route(RouteTableId=id_, **_destination(before[key]))
        for key, route in now.items():
            if key not in before:
                ec2.create_route(RouteTableId=id_, **route)
            elif before[key] != route:
                ec2.replace_route(RouteTableId=id_, **route)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the table with its routes."""
        with already_gone():
            aws.client("ec2").delete_route_table(RouteTableId=id_)

    def _routes(self, aws: Cloud, inputs: Properties) -> list[dict[str, Any]]:
        return [
            parameters(aws, "ec2", "create_route", _filled(route), rename=_INLINE)
            for route in inputs.get("routes") or ()
        ]


def _filled(route: Properties) -> dict[str, Any]:
    # Programs written for older providers set the targets that they don't use to "".
    return {name: value for name, value in route.items() if value not in (None, "")}


@creator
class Route(Creator):
    """One route of a table."""

    type = "aws:ec2/route:Route"
    replace_on = frozenset(
        {
            "route_table_id",
            "destination_cidr_block",
            "destination_ipv6_cidr_block",
            "destination_prefix_list_id",
        }
    )

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the route."""
        request = parameters(aws, "ec2", "create_route", inputs, rename=_TARGETS)
        aws.client("ec2").create_route(**request)
        destination = next(iter(_destination(request).values()))
        return Created(route_id(inputs["route_table_id"], destination))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Send the destination elsewhere."""
        request = parameters(aws, "ec2", "replace_route", new, rename=_TARGETS)
        aws.client("ec2").replace_route(**request)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the route."""
        request = parameters(aws, "ec2", "delete_route", state)
        with already_gone():
            aws.client("ec2").delete_route(**request)


@creator
class RouteTableAssociation(Creator):
    """The use of a route table by a subnet or gateway.

    AWS gives a subnet that changes its table a new association, so that every change here is a
    replacement, and the new one takes the old one's place.
    """

    type = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    replace_on = frozenset({"route_table_id", "subnet_id", "gateway_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Associate the table, instead of the one that the subnet used before."""
        ec2 = aws.client("ec2")
        request = parameters(aws, "ec2", "associate_route_table", inputs)
        before = self._association(aws, inputs.get("subnet_id"))
        if before is None:
            return Created(ec2.associate_route_table(**request)["AssociationId"])
        made = ec2.replace_route_table_association(
            AssociationId=before, RouteTableId=inputs["route_table_id"]
        )
        return Created(made["NewAssociationId"])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Disassociate the table."""
        with already_gone():
            aws.client("ec2").disassociate_route_table(AssociationId=id_)

    def _association(self, aws: Cloud, subnet: str | None) -> str | None:
        mine = [{"Name": "association.subnet-id", "Values": [subnet]}]
        tables = listed(aws, ROUTE_TABLE, {"Filters": mine}) if subnet else []
        return next(
            (
                association["RouteTableAssociationId"]
                for _, table in tables
                for association in table["Associations"]
                if association.get("SubnetId") == subnet
            ),
            None,
        )
