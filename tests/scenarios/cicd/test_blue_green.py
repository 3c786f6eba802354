"""The next version runs beside the last one, takes over, and goes back when it is bad."""

from __future__ import annotations

import json

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import may
from stackproof.reasoning.listeners import Request, answer, forwards_to
from stackproof.types import tokens
from tests.scenarios.cicd.expected import HEALTH_CHECK, TASK, Expected
from tests.scenarios.conftest import Named, RoleStatements
from tests.scenarios.programs import command_digest, told

pytestmark = [pytest.mark.delivery, pytest.mark.blueprint("cicd")]


def served(listener: Resource, path: str, live: Stack) -> frozenset[str]:
    """Give the target groups that a listener sends the requests of a path to."""
    return forwards_to(answer(listener, Request(path), live))


@pytest.mark.requirement("5.4")
def test_codedeploy_deploys_the_service(service: Resource) -> None:
    """The service leaves its deployments to CodeDeploy.

    With ECS's own controller CodeDeploy refuses, and a pipeline that was green yesterday fails.
    """
    assert service["deployment_controller"] == {"type": "CODE_DEPLOY"}


@pytest.mark.requirement("5.4")
def test_deployment_group_is_wired_to_this_service(
    deployment: Resource, service: Resource, outputs: Outputs
) -> None:
    """CodeDeploy's group names this stack's cluster and service, and replaces blue by green.

    A group that names another service deploys there, and nobody looks there.
    """
    assert deployment["ecs_service"] == {
        "cluster_name": outputs["ecs_cluster_name"],
        "service_name": service["name"],
    }
    assert deployment["deployment_style"] == {
        "deployment_option": "WITH_TRAFFIC_CONTROL",
        "deployment_type": "BLUE_GREEN",
    }
    assert deployment["compute_platform"] == "ECS"


@pytest.mark.requirement("5.3")
def test_both_colours_are_in_the_deployment_group(
    deployment: Resource, colours: dict[str, Resource], listener: Resource
) -> None:
    """The group moves the traffic of the stack's listener between exactly its two target groups.

    With one of them missing there is nowhere to put the next version.
    """
    pair = deployment.get("load_balancer_info.target_group_pair_info")
    assert {group["name"] for group in pair["target_groups"]} == {
        group["name"] for group in colours.values()
    }
    assert pair["prod_traffic_route"] == {"listener_arns": [listener.arn]}


@pytest.mark.requirement("5.3")
def test_the_listener_on_80_sends_everything_to_one_colour(
    alb: Resource, listener: Resource, colours: dict[str, Resource], live: Stack
) -> None:
    """Port 80 forwards every path to blue or to green, and whatever listens to nothing else.

    Whichever has the traffic: a third target would be a version that no pipeline delivered.
    """
    assert (int(listener["port"]), listener["protocol"]) == (80, "HTTP")
    (first,) = served(listener, "/", live)
    assert first in {group.arn for group in colours.values()}
    for path in ("/health", "/orders/1"):
        assert served(listener, path, live) == {first}
    for other in live.seen_referrers(alb, tokens.LB_LISTENER, "load_balancer_arn"):
        assert served(other, "/", live) <= {group.arn for group in colours.values()}


def test_the_service_runs_behind_the_colour_that_has_the_traffic(
    service: Resource, listener: Resource, live: Stack
) -> None:
    """The tasks of the service are registered where the listener sends the requests.

    The other way round every request would be answered by nobody.
    """
    registered = {target["target_group_arn"] for target in service.blocks("load_balancers")}
    assert served(listener, "/", live) <= registered


@pytest.mark.requirement("5.3")
@pytest.mark.parametrize("colour", ["blue", "green"])
def test_a_version_takes_over_only_when_it_is_well(
    colour: str, colours: dict[str, Resource], outputs: Outputs
) -> None:
    """Each colour is checked every 15 seconds, and is healthy after 5 checks in a row.

    Fewer, and a task that dies after its first answer takes the traffic with it.
    """
    check = next(colours[colour].blocks("health_check"))
    assert (int(check["interval"]), int(check["healthy_threshold"])) == HEALTH_CHECK
    assert check["enabled"] in (True, None)
    assert check["path"] == outputs["service_health_path"]
    assert check["port"] in (None, "traffic-port", str(outputs["service_port"]))
    assert check["matcher"].startswith("2")
    assert int(colours[colour]["port"]) == int(outputs["service_port"])


def test_both_colours_are_alike(colours: dict[str, Resource]) -> None:
    """Blue and green differ in their names only: port, protocol, kind of target, VPC, checks.

    What differs shows in every second deployment, and is looked for in the code.
    """
    blue, green = (
        {
            name: colours[colour][name]
            for name in ("port", "protocol", "target_type", "vpc_id", "health_check")
        }
        for colour in ("blue", "green")
    )
    assert blue == green
    assert blue["target_type"] == "ip"


@pytest.mark.requirement("5.4")
def test_a_bad_version_goes_back_by_itself(
    deployment: Resource, colours: dict[str, Resource], live: Stack
) -> None:
    """A deployment that fails, or during which an alarm on either colour goes off, is undone.

    At night nobody is there to press the button, and customers count the minutes.
    """
    rollback = deployment["auto_rollback_configuration"]
    assert rollback["enabled"] is True
    assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= set(rollback["events"])
    watched = set()
    assert deployment.get("alarm_configuration.enabled") is True
    for name in deployment.get("alarm_configuration.alarms"):
        alarm = live.look_up(name, tokens.METRIC_ALARM)
        assert alarm is not None, f"{name} stops deployments, and is not there"
        watched.add((alarm["metric_name"], alarm["dimensions"].get("TargetGroup")))
    for colour, group in colours.items():
        for metric in ("HTTPCode_Target_5XX_Count", "UnHealthyHostCount"):
            assert (metric, group["arn_suffix"]) in watched, colour


@pytest.mark.requirement("5.4")
def test_the_last_version_is_kept_for_the_way_back(
    deployment: Resource, expected: Expected
) -> None:
    """Traffic moves at this environment's pace, and the old tasks run on as long as it plans.

    Going back to tasks that still run takes seconds; starting them anew takes minutes.
    """
    assert deployment["deployment_config_name"] == expected.traffic
    config = deployment["blue_green_deployment_config"]
    after = config["terminate_blue_instances_on_deployment_success"]
    assert after["action"] == "TERMINATE"
    assert int(after["termination_wait_time_in_minutes"]) >= expected.keep_minutes
    assert config["deployment_ready_option"]["action_on_timeout"] == "CONTINUE_DEPLOYMENT"


def test_codedeploy_may_do_what_the_move_takes(
    deployment: Resource,
    service: Resource,
    listener: Resource,
    live: Stack,
    role_statements: RoleStatements,
) -> None:
    """CodeDeploy's role may replace the task sets of this service and point its listener over.

    A permission that is missing shows at the first deployment, half way through it.
    """
    (role,) = live.follow(deployment, "service_role_arn", tokens.IAM_ROLE)
    granted = role_statements(role)
    alarms = f"arn:aws:cloudwatch:{listener.region}:{role.account}:alarm"
    task_set = f"{str(service.arn).replace(':service/', ':task-set/')}/ecs-svc/1"
    for action, resource in (
        ("ecs:CreateTaskSet", task_set),
        ("ecs:UpdateServicePrimaryTaskSet", service.arn),
        ("ecs:DeleteTaskSet", task_set),
        ("ecs:DescribeServices", service.arn),
        ("elasticloadbalancing:ModifyListener", listener.arn),
        ("elasticloadbalancing:DescribeTargetGroups", "*"),
        ("cloudwatch:DescribeAlarms", f"{alarms}:a"),
    ):
        assert may(granted, action, str(resource)), action


@pytest.mark.requirement("5.2")
def test_a_task_is_of_the_required_size(service: Resource, live: Stack) -> None:
    """Tasks have 512 CPU units and 1024 MiB and run on Fargate, unprivileged, files read-only.

    Half a gibibyte less and the application dies under load, after the deployment was called good.
    """
    task = live.follow_one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    assert task is not None
    assert (str(task["cpu"]), str(task["memory"])) == TASK
    assert task.values("requires_compatibilities") == ["FARGATE"]
    for container in json.loads(task["container_definitions"]):
        assert container["privileged"] is False
        assert container["readonlyRootFilesystem"] is True


@pytest.mark.requirement("5.2")
def test_a_task_has_its_own_roles_and_its_own_log(
    service: Resource, outputs: Outputs, live: Stack
) -> None:
    """What runs is started by the stack's execution role, is its task role, and logs to its group.

    The next task definition is made of this one: what is wrong here is delivered from then on.
    """
    task = live.follow_one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    assert task is not None
    assert task["execution_role_arn"] == outputs["execution_role_arn"]
    assert task["task_role_arn"] == outputs["task_role_arn"]
    for container in json.loads(task["container_definitions"]):
        logs = container["logConfiguration"]
        assert logs["logDriver"] == "awslogs"
        assert logs["options"]["awslogs-group"] == outputs["container_log_group_name"]
        assert logs["options"]["awslogs-region"] == outputs["region"]


@pytest.mark.requirement("5.2")
def test_a_task_runs_what_was_delivered(service: Resource, outputs: Outputs, live: Stack) -> None:
    """What runs is the first program of the stack, or an image that this pipeline has pushed.

    An image from anywhere else was tested by nobody, and runs with this one's roles.
    """
    task = live.follow_one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    assert task is not None
    ours = [c for c in json.loads(task["container_definitions"]) if c["name"] == "app"]
    assert ours
    for container in ours:
        first = (
            container["image"] == outputs["service_image"]
            and command_digest(container) == outputs["service_command_sha256"]
        )
        delivered = str(container["image"]).startswith(f"{outputs['image_repository_url']}:")
        assert first or delivered, container["image"]
        given = told(container)
        assert given.get("ENVIRONMENT") == outputs["environment"]
        assert given.get("PORT") == str(outputs["service_port"])


def test_delivered_images_can_be_started(named: Named, role_statements: RoleStatements) -> None:
    """ECS may pull from the repository that builds push to, with the service's own role.

    Without it the first delivery, and only that, ends in tasks that never start.
    """
    role = named("execution_role_arn", tokens.IAM_ROLE)
    repository = named("image_repository_arn", tokens.ECR_REPOSITORY)
    granted = role_statements(role)
    assert may(granted, "ecr:GetAuthorizationToken", "*")
    for action in ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
        assert may(granted, action, str(repository.arn)), action
