"""Route tables with their routes and associations, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource
from stackproof.model.ids import route_id
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, in_vpcs, known_ids, with_ids
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    VPC,
)

_DESTINATION = {
    "cidr_block": "DestinationCidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "prefix_list_id": "DestinationPrefixListId",
}
_TARGET = {
    "carrier_gateway_id": "CarrierGatewayId",
    "core_network_arn": "CoreNetworkArn",
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
    "gateway_id": "GatewayId",
    "local_gateway_id": "LocalGatewayId",
    "nat_gateway_id": "NatGatewayId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "network_interface_id": "NetworkInterfaceId",
}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_, tags = item["RouteTableId"], own_tags(item.get("Tags"))
    associations = item.get("Associations", ())
    inline = []
    for route in _declarable(item):
        resource = _route(id_, route, scope)
        # A route does not say whether it was declared inside its table: it is shown there as
        # well, unless its id is known.
        if resource.id not in scope.keys:
            inline.append(_inline(route))
        yield resource
    main = next((association for association in associations if association.get("Main")), None)
    data = {
        "vpc_id": item["VpcId"],
        "routes": inline,
        "propagating_vgws": [vgw["GatewayId"] for vgw in item.get("PropagatingVgws", ())],
        "owner_id": item.get("OwnerId", scope.account),
        "tags": tags,
    }
    # The main table that AWS made with the VPC has no tags unless someone adopts it; one that was
    # made the main table is known by that, and by its state the one that it replaced.
    chosen = main is not None and main["RouteTableAssociationId"] in scope.keys
    replaced = id_ in scope.first_tables and not scope.managed(ROUTE_TABLE, [id_])
    by_aws = replaced if main is None else not chosen
    type_ = DEFAULT_ROUTE_TABLE if by_aws and not tags else ROUTE_TABLE
    yield shown(scope, type_, id_, data, arn=scope.arn("ec2", f"route-table/{id_}"))
    if main and type_ == ROUTE_TABLE:
        used = {"route_table_id": id_, "vpc_id": item["VpcId"]}
        yield shown(scope, MAIN_ROUTE_TABLE_ASSOCIATION, main["RouteTableAssociationId"], used)
    for association in associations:
        if not association.get("Main"):
            used = {"route_table_id": id_} | taken(
                association, {"subnet_id": "SubnetId", "gateway_id": "GatewayId"}
            )
            yield shown(
                scope, ROUTE_TABLE_ASSOCIATION, association["RouteTableAssociationId"], used
            )


def _declarable(item: Item) -> Iterator[Item]:
    for route in item.get("Routes", ()):
        target = route.get("GatewayId") or ""
        # The VPC's own route, those of gateway endpoints, and propagated ones come by themselves.
        made = route.get("Origin", "CreateRoute") == "CreateRoute"
        if made and target != "local" and not target.startswith("vpce-"):
            yield route


def _route(table: str, route: Item, scope: Scope) -> Resource:
    destination = taken(route, _DESTINATION)
    data: dict[str, Any] = {
        "route_table_id": table,
        **{f"destination_{name}": value for name, value in destination.items()},
        **taken(route, _TARGET),
        "origin": route.get("Origin", "CreateRoute"),
        "state": route["State"],
    }
    where = next(iter(destination.values()))
    return shown(scope, ROUTE, route_id(table, where), data, name=f"{table} {where}")


def _inline(route: Item) -> dict[str, Any]:
    destination = taken(route, _DESTINATION)
    if "prefix_list_id" in destination:
        destination["destination_prefix_list_id"] = destination.pop("prefix_list_id")
    return destination | taken(route, _TARGET)


def _ids(scope: Scope) -> list[str]:
    tables = known_ids(scope, "route-table", "rtb")
    return [*tables, *known_ids(scope, "route-table-association", "rtbassoc")]


def _by_ids(ids: list[str]) -> Iterator[Parameters]:
    used = [id_ for id_ in ids if id_.startswith("rtbassoc-")]
    yield from with_ids("route-table-id")([id_ for id_ in ids if id_ not in used])
    yield from with_ids("association.route-table-association-id")(used)


def _by_id(id_: str, state: Item) -> Parameters:
    if id_.startswith("rtbassoc-"):
        return next(with_ids("association.route-table-association-id")([id_]))
    if id_.startswith("vpc-"):
        return next(with_ids("vpc-id")([id_]))
    table = id_ if id_.startswith("rtb-") else state["route_table_id"]
    return next(with_ids("route-table-id")([table]))


READERS = (
    Reader(
        types=(
            ROUTE_TABLE,
            DEFAULT_ROUTE_TABLE,
            ROUTE,
            ROUTE_TABLE_ASSOCIATION,
            MAIN_ROUTE_TABLE_ASSOCIATION,
        ),
        listing=Ask("ec2", "DescribeRouteTables", "RouteTables"),
        targets=in_vpcs(),
        ids=_ids,
        by_ids=_by_ids,
        get_parameters=_by_id,
        key=lambda item, scope: Key(
            item["RouteTableId"],
            tags=own_tags(item.get("Tags")),
            parent_ids=(item["VpcId"],),
            holds=tuple(a["RouteTableAssociationId"] for a in item.get("Associations", ())),
            shared=True,
        ),
        build=_build,
        arn_service="ec2",
        parents=(VPC,),
    ),
)
