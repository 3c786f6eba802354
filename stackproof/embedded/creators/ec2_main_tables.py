"""The main route tables of VPCs."""

from __future__ import annotations

from stackproof.embedded.asking import listed
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
)
from stackproof.types.tokens import ROUTE_TABLE


@creator
class MainRouteTableAssociation(Creator):
    """The table that subnets of a VPC use which name none."""

    type = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
    read_back = False  # each change gives it another id
    replace_on = frozenset({"vpc_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Make the table the main one, and remember which was."""
        before = _main(aws, inputs["vpc_id"])
        id_ = _replace(aws, before["RouteTableAssociationId"], inputs["route_table_id"])
        return Created(id_, {"original_route_table_id": before["RouteTableId"]})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Make another table the main one."""
        _replace(aws, _main(aws, new["vpc_id"])["RouteTableAssociationId"], new["route_table_id"])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Give the VPC the main table back that it came with."""
        with already_gone():
            main = _main(aws, state["vpc_id"])
            _replace(aws, main["RouteTableAssociationId"], state["original_route_table_id"])


def _main(aws: Cloud, vpc: str) -> Properties:
    wanted = [
        {"Name": "vpc-id", "Values": [vpc]},
        {"Name": "association.main", "Values": ["true"]},
    ]
    ((_, held),) = listed(aws, ROUTE_TABLE, {"Filters": wanted})
    return next(association for association in held["Associations"] if association.get("Main"))


def _replace(aws: Cloud, association: str, table_id: str) -> str:
    answer = aws.client("ec2").replace_route_table_association(
        AssociationId=association, RouteTableId=table_id
    )
    return str(answer["NewAssociationId"])
