"""Elastic IP addresses: each is used by something."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, With, Without
from stackproof.reasoning.effective import stated
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import EC2_EIP, LB, NAT_GATEWAY

# What uses an address, and the property that names it.
_USERS = (
    (NAT_GATEWAY, "allocation_id"),
    (NAT_GATEWAY, "secondary_allocation_ids"),
    (NAT_GATEWAY, "availability_zone_addresses.allocation_ids"),
    (LB, "subnet_mappings.allocation_id"),
)


@control(
    "ec2-address-in-use",
    title="Elastic addresses are used by something",
    severity=Severity.LOW,
    category=Category.COST,
    types=EC2_EIP,
    needs=(NAT_GATEWAY, LB),
    frameworks={Framework.PCI: ("12.5.1",), Framework.NIST: ("CM-8",)},
    cases=Cases(
        passing=Given(
            EC2_EIP,
            {"domain": "vpc"},
            (Neighbour("nat", NAT_GATEWAY, {"allocation_id": Ref("subject")}),),
        ),
        failing=(Without("nat"),),
        unknown=(Hide("allocation_id", of="nat"), (Without("nat"), Hide("association_id"))),
        absent=((Hide("allocation_id", of="nat")),),
        also_passing=(
            (Without("nat"), Change("instance", "i-1")),
            (Without("nat"), Change("network_interface", "eni-1")),
            (Without("nat"), Change("association_id", "eipassoc-1")),
            (
                Without("nat"),
                With(
                    Neighbour(
                        "balancer",
                        LB,
                        {"subnet_mappings": [{"allocation_id": Ref("subject")}]},
                    )
                ),
            ),
        ),
    ),
)
def address_in_use(address: Resource, stack: Stack) -> Outcome:
    """One that nothing uses is paid for all the same, and may be what a firewall still lets in."""
    address = stated(address)
    if address["association_id"] or address["instance"] or address["network_interface"]:
        return Pass()
    if any(referrers(address, stack, type_, path) for type_, path in _USERS):
        return Pass()
    return Fail(
        "association_id",
        "an instance, an interface, a NAT gateway or a load balancer",
        None,
        "Use the address, or release it.",
    )
