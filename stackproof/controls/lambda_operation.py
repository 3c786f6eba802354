"""Functions: where their logs go, and which zone they can do without."""

from __future__ import annotations

from collections.abc import Mapping

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION
from stackproof.controls.support.example_network import network
from stackproof.controls.support.placement import span_zones
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
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.model.parameter import Zones
from stackproof.types.tokens import LAMBDA_FUNCTION, LOG_GROUP, SUBNET

OWN_GROUP = Change("logging_config", {"log_group": "/orders"})
SUBNETS = "vpc_config.subnet_ids"


@control(
    "lambda-log-group",
    title="The log groups of functions are made by the program",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LAMBDA_FUNCTION,
    needs=(LOG_GROUP,),
    frameworks={Framework.PCI: ("10.2.1", "10.5.1"), Framework.NIST: ("AU-11", "AU-12")},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"name": "orders"},
            (Neighbour("logs", LOG_GROUP, {"name": "/aws/lambda/orders"}),),
        ),
        failing=(
            Without("logs"),
            Change("name", "/aws/lambda/mail", of="logs"),
            OWN_GROUP,
        ),
        unknown=(
            Hide("name", of="logs"),
            Hide("name"),
            (OWN_GROUP, Hide("logging_config")),
            (OWN_GROUP, Hide("logging_config.log_group")),
        ),
        absent=(Without("logs"),),
        also_passing=(
            (OWN_GROUP, Change("name", "/orders", of="logs")),
            Change("logging_config", {"log_group": Ref("logs")}),
            Change("logging_config", {"log_format": "JSON"}),
        ),
    ),
)
def log_group(function: Resource, stack: Stack) -> Outcome:
    """Lambda makes a missing group itself: it keeps logs for ever, and knows no key.

    How long the program's group keeps them is judged by `cloudwatch-log-retention`.
    """
    settings = function["logging_config"]
    stated = settings.get("log_group") if isinstance(settings, Mapping) else None
    if isinstance(stated, Unknown):
        stack.follow_one(function, "logging_config.log_group", LOG_GROUP)
        return Pass()
    groups = stack.around(LOG_GROUP)
    if any(function.urn in group.references.get("name", ()) for group in groups):
        return Pass()
    wanted = function.text("logging_config.log_group") or f"/aws/lambda/{function['name']}"
    if stack.find(wanted, LOG_GROUP):
        return Pass()
    hidden_referrer = stack.hidden_referrer(LOG_GROUP, "name")
    if hidden_referrer is not None:
        raise UnresolvedError(hidden_referrer)
    return Fail(
        "logging_config.log_group" if stated else "name",
        f"a LogGroup {wanted}",
        None,
        f"Add a cloudwatch.LogGroup named {wanted} with retention_in_days.",
    )


@control(
    "lambda-spans-zones",
    title="Functions in a VPC can run in at least two Availability Zones",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LAMBDA_FUNCTION,
    needs=(SUBNET,),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("Lambda.5",), Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"vpc_config": {"subnet_ids": [Ref("private-a"), Ref("private-b")]}},
            network(),
        ),
        failing=(
            Change(SUBNETS, [Ref("private-a")]),
            Change("availability_zone", "us-east-1a", of="private-b"),
        ),
        unknown=(Hide(SUBNETS), Hide("availability_zone", of="private-b")),
        absent=(Without("private-b"),),
        not_applicable=(Remove("vpc_config"), Change("tags", {"Environment": "dev"})),
    ),
)
def spans_zones(function: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """Outside of a VPC Lambda uses all zones by itself; inside only those of its subnets."""
    subnets = stack.follow(function, SUBNETS, SUBNET)
    if not subnets:
        return NotApplicable("not in a VPC")
    return span_zones(SUBNETS, subnets, minimum)
