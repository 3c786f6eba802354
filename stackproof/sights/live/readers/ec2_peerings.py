"""Connections between VPCs, as AWS shows them to either side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown
from stackproof.sights.live.ec2 import Parameters, own_ids, own_vpcs, with_ids
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import VPC_PEERING_ACCEPTER, VPC_PEERING_CONNECTION

# AWS shows a connection for some time after its end. Amazon VPC Peering Guide, "VPC peering
# connection lifecycle".
_ENDED = {"deleted", "deleting", "expired", "failed", "rejected"}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item["Status"]["Code"] in _ENDED:
        return
    id_ = item["VpcPeeringConnectionId"]
    requester, accepter = item["RequesterVpcInfo"], item["AccepterVpcInfo"]
    both = {
        "accept_status": item["Status"]["Code"],
        "accepter": _options(accepter),
        "requester": _options(requester),
        "tags": own_tags(item.get("Tags")),
    }
    # Each side declares a type of its own for the same connection.
    for type_, near, far in (
        (VPC_PEERING_CONNECTION, requester, accepter),
        (VPC_PEERING_ACCEPTER, accepter, requester),
    ):
        if near.get("OwnerId") == scope.account and near.get("Region") in (None, scope.region):
            data: dict[str, Any] = {
                **both,
                "vpc_id": near.get("VpcId"),
                "peer_vpc_id": far.get("VpcId"),
                "peer_owner_id": far.get("OwnerId"),
                "peer_region": far.get("Region"),
            }
            if type_ == VPC_PEERING_ACCEPTER:
                data["vpc_peering_connection_id"] = id_
            yield shown(scope, type_, id_, data)


def _options(side: Item) -> dict[str, bool] | None:
    options = side.get("PeeringOptions")
    if options is None:  # told of one's own side, and of the other only once it has accepted
        return None
    allowed = options.get("AllowDnsResolutionFromRemoteVpc", False)
    return {"allow_remote_vpc_dns_resolution": allowed}


def _peerings(scope: Scope) -> Iterable[Parameters]:
    # No one filter asks for both sides of a connection.
    if own_vpcs(scope):
        return ({},)
    named = own_ids(scope, "vpc-peering-connection", "pcx")
    return with_ids("vpc-peering-connection-id")(named)


READERS = (
    Reader(
        types=(VPC_PEERING_CONNECTION, VPC_PEERING_ACCEPTER),
        listing=Ask("ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections"),
        targets=_peerings,
        get_parameters=lambda id_, state: next(with_ids("vpc-peering-connection-id")([id_])),
        key=lambda item, scope: Key(
            item["VpcPeeringConnectionId"],
            scope.arn("ec2", f"vpc-peering-connection/{item['VpcPeeringConnectionId']}"),
            tags=own_tags(item.get("Tags")),
            inside=tuple(
                vpc
                for side in ("RequesterVpcInfo", "AccepterVpcInfo")
                if (vpc := (item.get(side) or {}).get("VpcId"))
            ),
            shared=True,
        ),
        build=_build,
        arn_service="ec2",
    ),
)
