"""Transit gateways: who may join them."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.model import Category, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import TRANSIT_GATEWAY


@control(
    "transit-gateway-no-auto-accept",
    title="Transit gateways accept no attachment by themselves",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=TRANSIT_GATEWAY,
    frameworks={
        Framework.FSBP: ("EC2.23",),
        Framework.PCI: ("1.3.1", "1.4.2"),
        Framework.NIST: ("AC-4(21)", "CM-2"),
    },
    cases=Cases(
        passing=Given(TRANSIT_GATEWAY, {"auto_accept_shared_attachments": "disable"}),
        failing=(Change("auto_accept_shared_attachments", "enable"),),
        unknown=(Hide("auto_accept_shared_attachments"),),
        also_passing=(Remove("auto_accept_shared_attachments"),),
    ),
)
def no_auto_accept(gateway: Resource) -> Outcome:
    """Whoever the gateway is shared with joins a network of theirs to it, and nobody looks.

    Off by default. Source: Amazon EC2 API Reference, TransitGatewayRequestOptions.
    """
    path = "auto_accept_shared_attachments"
    return expect_that(
        gateway,
        path,
        lambda value: value != "enable",
        expected="disable",
        fix=f"Set {path} to disable, and accept attachments one by one.",
    )
