"""Applications and deployment groups: made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import CODEDEPLOY_APPLICATION, CODEDEPLOY_GROUP
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown, found

ROLE = "arn:aws:iam::123456789012:role/deploy"


def _application(world: World, name: str) -> Made:
    return world.make(CODEDEPLOY_APPLICATION, name=name, compute_platform="ECS", tags=TAGS)


def _group(world: World, application: Made, **inputs: Any) -> Made:
    given: dict[str, Any] = {
        "app_name": application["name"],
        "deployment_group_name": "blue-green",
        "deployment_config_name": "CodeDeployDefault.ECSAllAtOnce",
        "service_role_arn": ROLE,
        "deployment_style": {
            "deployment_option": "WITH_TRAFFIC_CONTROL",
            "deployment_type": "BLUE_GREEN",
        },
        "tags": TAGS,
        **inputs,
    }
    return world.make(CODEDEPLOY_GROUP, **given)


def test_application_shows_what_was_declared_and_changed(world: World) -> None:
    application = _application(world, "codedeploy-roundtrip")
    assert_shown(world, application)
    world.change(application, tags={**TAGS, "Name": "changed"})
    assert_shown(world, application)
    assert_gone(world, application)


def test_blue_green_group_shows_what_was_declared_and_changed(world: World) -> None:
    application = _application(world, "codedeploy-blue-green")
    listener = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/1/2"
    rollback = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}
    group = _group(
        world,
        application,
        alarm_configuration={"alarms": ["errors", "latency"], "enabled": True},
        auto_rollback_configuration=rollback,
        blue_green_deployment_config={
            "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
            "terminate_blue_instances_on_deployment_success": {
                "action": "TERMINATE",
                "termination_wait_time_in_minutes": 5,
            },
        },
        ecs_service={"cluster_name": "cluster", "service_name": "service"},
        load_balancer_info={
            "target_group_pair_info": {
                "prod_traffic_route": {"listener_arns": [listener]},
                "target_groups": [{"name": "blue"}, {"name": "green"}],
            }
        },
        trigger_configurations=[
            {
                "trigger_events": ["DeploymentFailure"],
                "trigger_name": "failed",
                "trigger_target_arn": "arn:aws:sns:us-east-1:123456789012:failures",
            }
        ],
    )
    assert_shown(world, group)
    world.change(
        group,
        alarm_configuration={"alarms": ["errors"], "enabled": True},
        auto_rollback_configuration=None,
        deployment_config_name="CodeDeployDefault.ECSCanary10Percent5Minutes",
        tags={**TAGS, "Name": "changed"},
    )
    assert_shown(world, group)
    shown = found(world.snapshot().stack(), group).data
    assert shown["auto_rollback_configuration"] == {"enabled": False, "events": []}
    assert_gone(world, group)
    assert_gone(world, application)


def test_group_of_instances_keeps_its_tag_sets(world: World) -> None:
    application = world.make(CODEDEPLOY_APPLICATION, name="codedeploy-servers", tags=TAGS)
    web = {"key": "Role", "type": "KEY_AND_VALUE", "value": "web"}
    group = _group(
        world,
        application,
        deployment_config_name="CodeDeployDefault.HalfAtATime",
        ec2_tag_sets=[{"ec2_tag_filters": [web]}],
        autoscaling_groups=["web"],
        load_balancer_info={"target_group_infos": [{"name": "web"}]},
    )
    assert_shown(world, group)
    world.delete(group)
    world.delete(application)


def test_application_takes_its_groups_with_it(world: World) -> None:
    application = _application(world, "codedeploy-whole")
    group = _group(world, application)
    world.delete(application)
    assert world.read(group) is None


@pytest.mark.parametrize(
    ("operation", "type_"),
    [
        ("BatchGetApplications", CODEDEPLOY_APPLICATION),
        ("BatchGetDeploymentGroups", CODEDEPLOY_GROUP),
    ],
)
def test_what_is_denied_is_unknown(
    world: World, server: Server, operation: str, type_: str
) -> None:
    application = _application(world, f"codedeploy-{operation.lower()}")
    group = _group(world, application)
    inject(server, Fault("deny", service="codedeploy", operation=operation))
    try:
        stack = world.snapshot().stack()
    finally:
        clear(server)
    seen = {r.type: r for r in stack if r.arn in (application["arn"], group["arn"])}
    assert set(seen) == {CODEDEPLOY_APPLICATION, CODEDEPLOY_GROUP}
    platform = seen[type_].data["compute_platform"]
    assert isinstance(platform, Unknown)
    assert platform.cause is Cause.ACCESS_DENIED
    world.delete(application)
