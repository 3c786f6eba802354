"""Auto Scaling groups: that there are enough instances, sound ones, made in one known way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, each, expect, expect_that
from stackproof.model import (
    Block,
    Category,
    Cause,
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With
from stackproof.model.parameter import Several
from stackproof.reasoning.effective import whole
from stackproof.types.companions import neighbours
from stackproof.types.tokens import AUTOSCALING_ATTACHMENT, AUTOSCALING_GROUP

# What puts a group behind a load balancer.
BEHIND = ("target_group_arns", "load_balancers", "traffic_sources")


def _attached(group: Any) -> With:
    """Give a target group that is attached apart."""
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1"
    joined = {"autoscaling_group_name": group, "lb_target_group_arn": arn}
    return With(Neighbour("attached", AUTOSCALING_ATTACHMENT, joined))


DEV = Change("tags", [{"key": "Environment", "value": "dev", "propagate_at_launch": True}])


@control(
    "autoscaling-group-several-instances",
    title="Auto Scaling groups keep at least two instances",
    severity=Severity.HIGH,
    category=Category.HA,
    types=AUTOSCALING_GROUP,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(AUTOSCALING_GROUP, {"min_size": 2}),
        failing=(Change("min_size", 1), Change("min_size", 0), Remove("min_size")),
        unknown=(Hide("min_size"),),
        not_applicable=(DEV,),
    ),
)
def several_instances(group: Resource, *, minimum: Several = 2) -> Outcome:
    """A single instance is gone with its zone, however many zones the group may use."""
    return at_least(group, "min_size", minimum, fix=f"Set min_size to {minimum} or more.")


@control(
    "autoscaling-group-has-room",
    title="Auto Scaling groups can grow beyond their minimum",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=AUTOSCALING_GROUP,
    frameworks={Framework.NIST: ("CP-2(2)", "SC-5(2)")},
    cases=Cases(
        passing=Given(AUTOSCALING_GROUP, {"min_size": 2, "max_size": 6}),
        failing=(Change("max_size", 2), Change("min_size", 6)),
        unknown=(Hide("max_size"), Hide("min_size")),
    ),
)
def has_room(group: Resource) -> Outcome:
    """A maximum equal to the minimum is no scaling at all."""
    floor = (group.number("min_size") or 0) + 1
    return at_least(group, "max_size", floor, fix="Set max_size above min_size.")


@control(
    "autoscaling-group-asks-load-balancer",
    title="Auto Scaling groups behind a load balancer replace what it finds unhealthy",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=AUTOSCALING_GROUP,
    needs=neighbours(AUTOSCALING_GROUP, *BEHIND),
    frameworks={Framework.FSBP: ("AutoScaling.1",), Framework.NIST: ("CA-7", "CP-2(2)", "SI-2")},
    cases=Cases(
        passing=Given(
            AUTOSCALING_GROUP,
            {"target_group_arns": [Ref("group", "arn")], "health_check_type": "ELB"},
        ),
        failing=(
            Change("health_check_type", "EC2"),
            Remove("health_check_type"),
            (
                Remove("target_group_arns"),
                Change("load_balancers", ["classic"]),
                Change("health_check_type", "EC2"),
            ),
            (Remove("target_group_arns"), Remove("health_check_type"), _attached(Ref("subject"))),
        ),
        unknown=(Hide("health_check_type"),),
        absent=(
            (
                Remove("target_group_arns"),
                Remove("health_check_type"),
                _attached(Unknown(Cause.NOT_KNOWN_AT_PREVIEW)),
            ),
        ),
        also_passing=(Change("health_check_type", "EC2,ELB"),),
        not_applicable=(Remove("target_group_arns"), Change("target_group_arns", [])),
    ),
)
def asks_load_balancer(group: Resource, stack: Stack) -> Outcome:
    """EC2's own checks see a dead machine, but no dead application on a live one."""
    group = whole(group, stack, *BEHIND)
    if not any(group.raw(name) for name in BEHIND):
        return NotApplicable("behind no load balancer")
    return expect_that(
        group,
        "health_check_type",
        lambda value: "ELB" in str(value).split(","),
        expected="ELB",
        fix="Set health_check_type to ELB.",
    )


TEMPLATE = Given(AUTOSCALING_GROUP, {"launch_template": {"id": Ref("web"), "version": "3"}})
MIXED = Change(
    "mixed_instances_policy",
    {"launch_template": {"launch_template_specification": {"version": "3"}}},
)


@control(
    "autoscaling-group-launch-template",
    title="Auto Scaling groups launch instances by a launch template",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=AUTOSCALING_GROUP,
    frameworks={Framework.FSBP: ("AutoScaling.9",), Framework.NIST: ("CM-2", "CM-6")},
    cases=Cases(
        passing=TEMPLATE,
        failing=(
            Remove("launch_template"),
            (Remove("launch_template"), Change("launch_configuration", "web-2014")),
        ),
        unknown=(Hide("launch_template"),),
        also_passing=((Remove("launch_template"), MIXED),),
    ),
)
def by_launch_template(group: Resource) -> Outcome:
    """Launch configurations have no versions and get no new features, session tokens included."""
    if group["launch_template"] or group["mixed_instances_policy"]:
        return Pass()
    return Fail(
        "launch_template",
        "an ec2.LaunchTemplate",
        group["launch_configuration"],
        "Name an ec2.LaunchTemplate in launch_template.",
    )


@control(
    "autoscaling-group-pinned-version",
    title="Auto Scaling groups say which version of their launch template they launch",
    severity=Severity.LOW,
    category=Category.HA,
    types=AUTOSCALING_GROUP,
    frameworks={Framework.NIST: ("CM-2", "CM-3")},
    cases=Cases(
        passing=TEMPLATE,
        failing=(
            Change("launch_template.version", "$Latest"),
            Change("launch_template.version", "$Default"),
            Remove("launch_template.version"),
            (
                Remove("launch_template"),
                MIXED,
                Change(
                    "mixed_instances_policy.launch_template.launch_template_specification.version",
                    "$Latest",
                ),
            ),
        ),
        unknown=(Hide("launch_template"), Hide("launch_template.version")),
        also_passing=((Remove("launch_template"), MIXED),),
        not_applicable=(Remove("launch_template"),),
    ),
)
def pinned_version(group: Resource) -> Outcome:
    """With `$Latest` a version that nobody rolled out comes up in the middle of a surge."""
    return each(_templates(group), _pinned)


def _templates(group: Resource) -> Iterator[Block | Unknown]:
    yield from group.elements("launch_template")
    for policy in group.elements("mixed_instances_policy"):
        if isinstance(policy, Unknown):
            yield policy
            continue
        for template in policy.blocks("launch_template"):
            yield from template.elements("launch_template_specification")


def _pinned(template: Block) -> Outcome:
    return expect_that(
        template,
        "version",
        lambda version: str(version).isdigit(),
        expected="a number",
        fix="Set version to the launch template's latest_version: Pulumi then rolls it out.",
    )


@control(
    "autoscaling-group-tags-propagate",
    title="Auto Scaling groups pass their tags on to instances",
    severity=Severity.LOW,
    category=Category.TAGGING,
    family=Family.TAGGING,
    types=AUTOSCALING_GROUP,
    frameworks={Framework.NIST: ("CM-8",)},
    cases=Cases(
        passing=Given(
            AUTOSCALING_GROUP,
            {
                "tags": [
                    {"key": "Owner", "value": "platform", "propagate_at_launch": True},
                    {"key": "Project", "value": "web", "propagate_at_launch": True},
                ]
            },
        ),
        failing=(
            Change("tags.1.propagate_at_launch", False),
            (Hide("tags.0.propagate_at_launch"), Change("tags.1.propagate_at_launch", False)),
        ),
        unknown=(Hide("tags"), Hide("tags.0"), Hide("tags.0.propagate_at_launch")),
        not_applicable=(Remove("tags"),),
    ),
)
def tags_propagate(group: Resource) -> Outcome:
    """Instances are what costs and what an incident is about."""
    fix = "Set propagate_at_launch to true."
    return each(
        group.elements("tags"), lambda tag: expect(tag, "propagate_at_launch", True, fix=fix)
    )


@control(
    "autoscaling-group-processes-run",
    title="No process of an Auto Scaling group is suspended",
    severity=Severity.HIGH,
    category=Category.HA,
    types=AUTOSCALING_GROUP,
    frameworks={Framework.NIST: ("CP-10", "SI-13(5)")},
    cases=Cases(
        passing=Given(AUTOSCALING_GROUP, {"suspended_processes": []}),
        failing=(
            Change("suspended_processes", ["ReplaceUnhealthy"]),
            Change("suspended_processes", ["AddToLoadBalancer", "Launch"]),
        ),
        unknown=(Hide("suspended_processes"),),
        also_passing=(Remove("suspended_processes"),),
    ),
)
def processes_run(group: Resource) -> Outcome:
    """Suspended for a repair and forgotten: the group then replaces nothing."""
    return expect_that(
        group,
        "suspended_processes",
        lambda names: not names,
        expected="none",
        fix="Resume the processes and remove suspended_processes.",
    )
