"""VPC endpoints: private ways to AWS that the loss of one zone must not close."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.example_network import network
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.model.parameter import Zones
from stackproof.reasoning.availability import zones
from stackproof.reasoning.effective import whole
from stackproof.types.companions import neighbours
from stackproof.types.tokens import SUBNET, VPC_ENDPOINT, VPC_ENDPOINT_SUBNET


@control(
    "vpc-endpoint-spans-zones",
    title="Interface VPC endpoints stand in at least two Availability Zones",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=VPC_ENDPOINT,
    needs=(SUBNET, *neighbours(VPC_ENDPOINT, "subnet_ids")),
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            VPC_ENDPOINT,
            {
                "vpc_endpoint_type": "Interface",
                "service_name": "com.amazonaws.us-east-1.secretsmanager",
                "subnet_ids": [Ref("private-a"), Ref("private-b")],
            },
            network(),
        ),
        failing=(
            Change("subnet_ids", [Ref("private-a")]),
            Remove("subnet_ids"),
            Change("availability_zone", "us-east-1a", of="private-b"),
        ),
        unknown=(
            Hide("subnet_ids"),
            Hide("vpc_endpoint_type"),
            Hide("availability_zone", of="private-b"),
        ),
        absent=(Without("private-b"),),
        also_passing=(
            (
                Change("subnet_ids", [Ref("private-a")]),
                With(
                    Neighbour(
                        "joined",
                        VPC_ENDPOINT_SUBNET,
                        {"vpc_endpoint_id": Ref("subject"), "subnet_id": Ref("private-b")},
                    )
                ),
            ),
        ),
        not_applicable=(Change("vpc_endpoint_type", "Gateway"), Remove("vpc_endpoint_type")),
    ),
)
def endpoint_spans_zones(endpoint: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """Gateway endpoints, the default type, stand in no zone."""
    if endpoint["vpc_endpoint_type"] != "Interface":
        return NotApplicable("not an interface endpoint")
    seen = zones(
        stack.follow(whole(endpoint, stack, "subnet_ids"), "subnet_ids", SUBNET), enough=minimum
    )
    if len(seen) >= minimum:
        return Pass()
    return Fail(
        "subnet_ids",
        f"subnets in at least {minimum} Availability Zones",
        sorted(seen),
        "Add a subnet of another Availability Zone to subnet_ids.",
    )
