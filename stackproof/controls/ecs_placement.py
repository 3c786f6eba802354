"""ECS services: how many tasks, in which zones, and how far from the internet."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect_that
from stackproof.controls.support.example_network import network
from stackproof.controls.support.placement import all_private, span_zones
from stackproof.model import (
    Category,
    Fail,
    Family,
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Several, Zones
from stackproof.reasoning.network import ROUTE_NEIGHBOURS
from stackproof.reasoning.scaling import targets
from stackproof.types.tokens import APPSCALING_TARGET, ECS_CLUSTER, ECS_SERVICE, SUBNET

SUBNETS = "network_configuration.subnets"
PRIVATE = Given(
    ECS_SERVICE,
    {
        "name": "api",
        "launch_type": "FARGATE",
        "network_configuration": {
            "subnets": [Ref("private-a"), Ref("private-b")],
            "security_groups": ["sg-0123"],
            "assign_public_ip": False,
        },
    },
    network(),
)
NO_NETWORK = Remove("network_configuration")


@control(
    "ecs-service-no-public-ip",
    title="Tasks of ECS services get no public address",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=ECS_SERVICE,
    unknown_blocks=True,
    frameworks={
        Framework.FSBP: ("ECS.2",),
        Framework.PCI: ("1.4.4",),
        Framework.NIST: ("AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=PRIVATE,
        failing=(Change("network_configuration.assign_public_ip", True),),
        unknown=(
            Hide("network_configuration.assign_public_ip"),
            Hide("network_configuration"),
        ),
        also_passing=(Remove("network_configuration.assign_public_ip"), NO_NETWORK),
    ),
)
def no_public_ip(service: Resource) -> Outcome:
    """Off by default; NAT gateways or endpoints lead out, load balancers lead in."""
    return expect_that(
        service,
        "network_configuration.assign_public_ip",
        lambda on: not on,
        expected="false",
        fix="Set assign_public_ip to false and run the tasks in private subnets.",
    )


@control(
    "ecs-service-own-security-group",
    title="Tasks of ECS services have a security group of their own",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=ECS_SERVICE,
    frameworks={Framework.PCI: ("1.3.1",), Framework.NIST: ("SC-7",)},
    cases=Cases(
        passing=PRIVATE,
        failing=(
            Remove("network_configuration.security_groups"),
            Change("network_configuration.security_groups", []),
        ),
        unknown=(Hide("network_configuration.security_groups"),),
        not_applicable=(NO_NETWORK,),
    ),
)
def own_security_group(service: Resource) -> Outcome:
    """Without one ECS takes the default group of the VPC."""
    if service["network_configuration"] is None:
        return NotApplicable("tasks without a network interface of their own")
    return expect_that(
        service,
        "network_configuration.security_groups",
        bool,
        expected="at least one security group",
        fix="Name the service's security group in network_configuration.security_groups.",
    )


@control(
    "ecs-service-in-private-subnets",
    title="Tasks of ECS services run in subnets that the internet cannot reach",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=ECS_SERVICE,
    needs=ROUTE_NEIGHBOURS,
    frameworks={Framework.PCI: ("1.4.4",), Framework.NIST: ("AC-4(21)", "SC-7")},
    cases=Cases(
        passing=PRIVATE,
        failing=(
            Change(SUBNETS, [Ref("private-a"), Ref("public-b")]),
            (
                Hide("route_table_id", of="private-a-joined"),
                Change(SUBNETS, [Ref("private-a"), Ref("public-b")]),
            ),
        ),
        unknown=(Hide(SUBNETS), Hide("subnet_id", of="private-a-joined")),
        absent=(Without("private-b"), Without("private-b-joined")),
        also_passing=(Change(SUBNETS, [Ref("database-a"), Ref("database-b")]),),
        not_applicable=(NO_NETWORK,),
    ),
)
def in_private_subnets(service: Resource, stack: Stack) -> Outcome:
    """A subnet without a route to an internet gateway forgives a wrong address or rule."""
    return all_private(SUBNETS, stack.follow(service, SUBNETS, SUBNET), stack)


@control(
    "ecs-service-spans-zones",
    title="ECS services run in at least two Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ECS_SERVICE,
    needs=(SUBNET,),
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=PRIVATE,
        failing=(
            Change(SUBNETS, [Ref("private-a")]),
            Change("availability_zone", "us-east-1a", of="private-b"),
        ),
        unknown=(Hide(SUBNETS), Hide("availability_zone", of="private-b")),
        absent=(Without("private-b"),),
        not_applicable=(NO_NETWORK,),
    ),
)
def spans_zones(service: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """ECS spreads tasks over the zones of the subnets that it is given."""
    subnets = stack.follow(service, SUBNETS, SUBNET)
    if service["network_configuration"] is None:
        return NotApplicable("tasks without a network interface of their own")
    return span_zones(SUBNETS, subnets, minimum)


@control(
    "ecs-service-several-tasks",
    title="ECS services run at least two tasks",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ECS_SERVICE,
    needs=(APPSCALING_TARGET, ECS_CLUSTER),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {"name": "api", "cluster": Ref("cluster", "arn")},
            (
                Neighbour("cluster", ECS_CLUSTER, {"name": "main"}),
                Neighbour(
                    "range",
                    APPSCALING_TARGET,
                    {
                        "service_namespace": "ecs",
                        "resource_id": "service/main/api",
                        "min_capacity": 2,
                        "max_capacity": 4,
                    },
                ),
            ),
        ),
        failing=(
            Change("min_capacity", 1, of="range"),
            (Change("desired_count", 2), Change("min_capacity", 1, of="range")),
            (Change("desired_count", 1), Without("range")),
            Change("desired_count", 0),
        ),
        unknown=(Hide("min_capacity", of="range"), Hide("resource_id", of="range")),
        absent=(Without("range"),),
        also_passing=(
            (Change("desired_count", 2), Without("range")),
            Change("desired_count", 1),
        ),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            Change("scheduling_strategy", "DAEMON"),
        ),
    ),
)
def several_tasks(service: Resource, stack: Stack, *, minimum: Several = 2) -> Outcome:
    """Where auto scaling has the say its lower limit counts, else the service's own number.

    A service at 0 stays there whatever the limit, until an alarm scales it out, and without tasks
    there is nothing to go off about. Source: Amazon ECS Developer Guide, "Automatically scale your
    Amazon ECS service".
    """
    if service["scheduling_strategy"] == "DAEMON":
        return NotApplicable("a daemon runs once on each host")
    lowest, path = _lowest_count(service, stack)
    if service.raw("desired_count") == 0:
        lowest, path = 0, "desired_count"
    if lowest >= minimum:
        return Pass()
    return Fail(path, f"at least {minimum} tasks", lowest, f"Raise {path} to {minimum} or more.")


def _lowest_count(service: Resource, stack: Stack) -> tuple[float, str]:
    for target in targets(service, stack):
        if isinstance(target, Unknown):
            raise UnresolvedError(target)
        return target.number("min_capacity") or 0, f"{target.name}.min_capacity"
    return service.number("desired_count") or 0, "desired_count"
