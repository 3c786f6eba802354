"""Auto scaling of ECS services: that there is room, and something that makes use of it."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import at_least, some
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Without
from stackproof.reasoning.scaling import policies, targets
from stackproof.types.tokens import APPSCALING_POLICY, APPSCALING_TARGET, ECS_CLUSTER, ECS_SERVICE

NIST = {Framework.NIST: ("CP-2(2)", "SC-5(2)")}
RANGE = {
    "service_namespace": "ecs",
    "scalable_dimension": "ecs:service:DesiredCount",
    "resource_id": "service/main/api",
    "min_capacity": 2,
    "max_capacity": 4,
}
TRACKING = "target_tracking_scaling_policy_configuration"
METRIC = f"{TRACKING}.predefined_metric_specification.predefined_metric_type"
TRACK_CPU = {
    "service_namespace": "ecs",
    "resource_id": "service/main/api",
    "policy_type": "TargetTrackingScaling",
    TRACKING: {
        "target_value": 60,
        "predefined_metric_specification": {
            "predefined_metric_type": "ECSServiceAverageCPUUtilization"
        },
    },
}


@control(
    "ecs-service-scales",
    title="ECS services are scaled automatically",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=ECS_SERVICE,
    needs=(APPSCALING_TARGET, ECS_CLUSTER),
    frameworks=NIST,
    cases=Cases(
        passing=Given(
            ECS_SERVICE,
            {"name": "api", "cluster": Ref("cluster", "arn")},
            (
                Neighbour("cluster", ECS_CLUSTER, {"name": "main"}),
                Neighbour("range", APPSCALING_TARGET, RANGE),
            ),
        ),
        failing=(
            Change("resource_id", "service/main/other", of="range"),
            Change("resource_id", "service/other/api", of="range"),
        ),
        unknown=(Hide("resource_id", of="range"),),
        absent=(Without("range"),),
        not_applicable=(Change("scheduling_strategy", "DAEMON"),),
    ),
)
def service_scales(service: Resource, stack: Stack) -> Outcome:
    """A surge must not wait for a person."""
    if service["scheduling_strategy"] == "DAEMON":
        return NotApplicable("a daemon runs once on each host")
    fix = "Add an aws.appautoscaling.Target with resource_id service/<cluster>/<service>."
    missing = Fail("name", "a scalable target for the service", "none", fix)
    return some(targets(service, stack), lambda target: Pass(), missing)


@control(
    "scaling-target-has-room",
    title="Scalable targets can grow beyond their minimum",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=APPSCALING_TARGET,
    frameworks=NIST,
    cases=Cases(
        passing=Given(APPSCALING_TARGET, RANGE),
        failing=(Change("max_capacity", 2), Change("min_capacity", 4)),
        unknown=(Hide("max_capacity"), Hide("min_capacity")),
    ),
)
def has_room(target: Resource) -> Outcome:
    """A maximum equal to the minimum is no scaling at all."""
    return at_least(
        target,
        "max_capacity",
        (target.number("min_capacity") or 0) + 1,
        fix="Set max_capacity above min_capacity.",
    )


@control(
    "scaling-target-tracks-cpu",
    title="Scalable targets of ECS services track CPU use",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=APPSCALING_TARGET,
    needs=(APPSCALING_POLICY,),
    frameworks=NIST,
    cases=Cases(
        passing=Given(APPSCALING_TARGET, RANGE, (Neighbour("cpu", APPSCALING_POLICY, TRACK_CPU),)),
        failing=(
            Change("policy_type", "StepScaling", of="cpu"),
            Change(METRIC, "ECSServiceAverageMemoryUtilization", of="cpu"),
            Change("resource_id", "service/main/other", of="cpu"),
        ),
        unknown=(Hide(METRIC, of="cpu"), Hide("resource_id", of="cpu")),
        absent=(Without("cpu"),),
        not_applicable=(Change("service_namespace", "dynamodb"),),
    ),
)
def tracks_cpu(target: Resource, stack: Stack) -> Outcome:
    """Without a policy a scalable target never moves."""
    if target["service_namespace"] != "ecs":
        return NotApplicable(f"a target of {target['service_namespace']}")
    fix = "Add an aws.appautoscaling.Policy of type TargetTrackingScaling for average CPU use."
    missing = Fail("resource_id", "a target-tracking policy on CPU use", "none", fix)
    return some(
        policies(target, stack), lambda policy: Pass() if _tracks_cpu(policy) else missing, missing
    )


def _tracks_cpu(policy: Resource) -> bool:
    if policy["policy_type"] != "TargetTrackingScaling":
        return False
    return bool(policy.get(METRIC) == "ECSServiceAverageCPUUtilization")
