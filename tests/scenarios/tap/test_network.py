"""The loss of an Availability Zone takes that zone's subnets, and nobody else's way out."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.availability import zone, zones
from stackproof.reasoning.network import Exit, Tier, exits, nat_gateways, route_table, tier
from stackproof.types import tokens
from tests.scenarios.conftest import Named, Subnets
from tests.scenarios.tap.expected import FIRST_BLOCK, SUBNET_SIZE

pytestmark = [pytest.mark.high_availability, pytest.mark.blueprint("tap")]


def own_nat(subnet: Resource, live: Stack) -> Resource:
    """Give the one NAT gateway that a subnet's packets leave through."""
    (gateway,) = nat_gateways(subnet, live)
    return gateway


def home(gateway: Resource, live: Stack) -> Resource:
    """Give the subnet that a NAT gateway stands in."""
    found = live.follow_one(gateway, "subnet_id", tokens.SUBNET)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def planned(outputs: Outputs) -> tuple[str, ...]:
    """Give the availability zones that the stack is to stand in."""
    return tuple(outputs.settings["availability_zones"])


@pytest.mark.requirement("2.3")
def test_vpc_resolves_names(named: Named, outputs: Outputs) -> None:
    """The VPC has the addresses that the stack was told, DNS support and DNS hostnames.

    Without them endpoints, databases and load balancers cannot be found by name.
    """
    vpc = named("vpc_id", tokens.VPC)
    assert vpc["cidr_block"] == outputs.settings["vpc_cidr"]
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


@pytest.mark.requirement("2.3")
@pytest.mark.parametrize("name", ["public", "private"])
def test_each_zone_has_its_planned_subnet(
    name: str, subnets: Subnets, planned: tuple[str, ...], outputs: Outputs
) -> None:
    """Each zone has the planned subnet of each tier; only public ones give out public addresses.

    Firewalls and partners know these ranges by heart; one that moved is refused by them.
    """
    found = [(s["availability_zone"], s["cidr_block"]) for s in subnets(name)]
    blocks = list(ip_network(outputs.settings["vpc_cidr"]).subnets(new_prefix=SUBNET_SIZE))
    cidrs = map(str, blocks[FIRST_BLOCK[name] :])
    assert found == list(zip(planned, cidrs, strict=False))
    assert {s["map_public_ip_on_launch"] for s in subnets(name)} == {name == "public"}


@pytest.mark.requirement("2.3")
@pytest.mark.parametrize(("name", "wanted"), [("public", Tier.PUBLIC), ("private", Tier.PRIVATE)])
def test_subnets_lead_where_their_name_says(
    name: str, wanted: Tier, subnets: Subnets, planned: tuple[str, ...], live: Stack
) -> None:
    """Packets of public subnets leave by the internet gateway, those of private ones by NAT only.

    A private subnet with a way in from the internet is private by name alone.
    """
    assert {tier(subnet, live) for subnet in subnets(name)} == {wanted}
    assert zones(subnets(name)) == {*planned}


@pytest.mark.requirement("2.3")
def test_private_subnets_leave_through_the_nat_gateway_of_their_own_zone(
    subnets: Subnets, live: Stack
) -> None:
    """Each private subnet's only exit is a NAT gateway in a public subnet of the same zone.

    Through another zone's gateway an outage there would take this zone down, too, and every byte
    would be paid for twice.
    """
    for subnet in subnets("private"):
        assert exits(subnet, live).keys() == {Exit.NAT}
        stands = home(own_nat(subnet, live), live)
        assert zone(stands) == zone(subnet)
        assert tier(stands, live) is Tier.PUBLIC


@pytest.mark.requirement("2.3")
def test_the_loss_of_a_zone_leaves_the_others_their_way_out(
    planned: tuple[str, ...], subnets: Subnets, live: Stack
) -> None:
    """With any one zone gone, the private subnets of all others still reach the internet.

    What is left must carry everything, and cannot when it waits for AWS APIs that it can't reach.
    """
    for lost in planned:
        left = [subnet for subnet in subnets("private") if zone(subnet) != lost]
        assert left, lost
        for subnet in left:
            assert zone(home(own_nat(subnet, live), live)) != lost


@pytest.mark.requirement("2.3")
def test_private_subnets_share_neither_route_table_nor_address(
    subnets: Subnets, live: Stack
) -> None:
    """Each private subnet has its own route table, and each gateway its own public address.

    One wrong route in a shared table cuts all zones off at once.
    """
    private, public = subnets("private"), subnets("public")
    assert len({route_table(subnet, live).id for subnet in private}) == len(private)
    assert len({own_nat(subnet, live)["allocation_id"] for subnet in private}) == len(private)
    assert len({route_table(subnet, live).id for subnet in public}) == 1
