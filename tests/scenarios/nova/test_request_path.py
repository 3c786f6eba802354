"""A request finds its way: to the load balancer, to the tier of its path, to the database."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.listeners import forwards_to, listener_on
from stackproof.reasoning.places import place
from stackproof.reasoning.reachability import (
    obstacles,
    obstacles_from_internet,
    obstacles_to_internet,
)
from stackproof.types import tokens
from tests.scenarios.answers import answered
from tests.scenarios.conftest import Named
from tests.scenarios.nova.expected import DATABASE_PORT, PUBLIC_PORTS
from tests.scenarios.programs import command_digest, told

pytestmark = [pytest.mark.request_path, pytest.mark.blueprint("nova")]


@pytest.fixture(scope="session")
def task(service: Resource, live: Stack) -> Resource:
    """Give the task definition that the Fargate service runs."""
    (found,) = live.follow(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    return found


@pytest.fixture(scope="session")
def container(task: Resource) -> dict[str, Any]:
    """Give the container that is the service, whatever stands beside it."""
    document: list[dict[str, Any]] = task.document("container_definitions")
    found = [container for container in document if container["name"] == "api"]
    assert found, f"no container of {task.name} is called api"
    return found[0]


@pytest.fixture(params=["web", "api"])
def tier_name(request: pytest.FixtureRequest) -> str:
    """Give each tier that requests are sent to, by its name."""
    return str(request.param)


@pytest.fixture
def tier(tier_name: str, group: Resource, service: Resource) -> Resource:
    """Give what each tier is made of."""
    return group if tier_name == "web" else service


@pytest.mark.requirement("1.3", "1.4")
@pytest.mark.parametrize("port", PUBLIC_PORTS)
def test_visitors_reach_the_front_door(port: int, alb: Resource, live: Stack) -> None:
    """Clients on the internet get through to the load balancer on 80 and 443, in every zone.

    Whoever sees a timeout doesn't come back.
    """
    assert alb["internal"] is False
    assert obstacles_from_internet(place(alb, live), port, live) == []
    assert listener_on(alb, port, live) is not None


@pytest.mark.requirement("1.6")
@pytest.mark.parametrize(
    ("path", "served_by"),
    [
        ("/", "web"),
        ("/index.html", "web"),
        ("/apiary", "web"),
        ("/api/orders", "api"),
        ("/api/health", "api"),
    ],
)
def test_path_leads_to_its_own_tier(
    path: str, served_by: str, outputs: Outputs, alb: Resource, live: Stack
) -> None:
    """`/api/*` goes to the Fargate service, everything else to the instances.

    A rule that forwards to the wrong tier answers with errors, or not at all.
    """
    action = answered(path, outputs, alb, live)
    assert forwards_to(action) == {outputs[f"{served_by}_target_group_arn"]}


@pytest.mark.parametrize("path", ["/", "/api/orders"])
def test_http_is_sent_on_to_https(path: str, outputs: Outputs, alb: Resource, live: Stack) -> None:
    """A request over plain HTTP is answered with a redirect to HTTPS.

    Visitors who type the address must arrive, and nothing may travel unencrypted.
    """
    action = answered(path, outputs, alb, live, port=80)
    assert action["type"] == "redirect"
    redirect = next(action.blocks("redirect"))
    assert (redirect["protocol"], redirect["port"]) == ("HTTPS", "443")


@pytest.mark.requirement("1.4")
def test_load_balancer_reaches_the_tier(
    tier_name: str, tier: Resource, alb: Resource, named: Named, live: Stack
) -> None:
    """The load balancer opens each tier's port in every subnet, and hears the answers.

    One missing rule, on either side, and every request times out.
    """
    port = named(f"{tier_name}_target_group_arn", tokens.LB_TARGET_GROUP).number("port")
    assert obstacles(place(alb, live), place(tier, live), int(port or 0), live) == []


@pytest.mark.requirement("1.4")
def test_tier_reaches_the_database(tier: Resource, database: Resource, live: Stack) -> None:
    """Instances and tasks open MySQL in every subnet that the database may stand in.

    What cannot be looked up cannot be shown.
    """
    assert obstacles(place(tier, live), place(database, live), DATABASE_PORT, live) == []


@pytest.mark.requirement("1.3")
def test_tier_reaches_the_outside(tier: Resource, live: Stack) -> None:
    """Instances and tasks open HTTPS to the internet from every private subnet, by NAT.

    Images, patches and AWS's own APIs come that way.
    """
    assert obstacles_to_internet(place(tier, live), 443, live) == []


@pytest.mark.requirement("1.6")
def test_service_is_told_where_things_are(container: dict[str, Any], outputs: Outputs) -> None:
    """The container is told this stack's database, bucket and port, and no other's.

    One wrong name, and what visitors entrust to it is kept where nobody looks.
    """
    wanted = {
        "ENVIRONMENT": outputs["environment"],
        "PORT": str(outputs["api_port"]),
        "HEALTH_PATH": outputs["api_health_path"],
        "DATABASE_HOST": outputs["database_address"],
        "DATABASE_PORT": str(outputs["database_port"]),
        "DATABASE_NAME": outputs["database_name"],
        "DATA_BUCKET": outputs["data_bucket_name"],
    }
    given = told(container)
    assert {name: given.get(name) for name in wanted} == wanted


@pytest.mark.requirement("1.6")
def test_service_runs_its_own_program(container: dict[str, Any], outputs: Outputs) -> None:
    """The container runs the image and the command that the stack was configured with.

    Anything else is another program, with this one's role.
    """
    assert container["image"] == outputs["api_image"]
    assert command_digest(container) == outputs["api_command_sha256"]
    assert not container.get("entryPoint")


@pytest.mark.requirement("1.6")
def test_tasks_are_of_the_planned_size(task: Resource, outputs: Outputs) -> None:
    """Tasks have the processors and the memory that the stack plans.

    Half of it, and the service dies under the first load.
    """
    size = (int(outputs["api_cpu"]), int(outputs["api_memory"]))
    assert (int(task["cpu"]), int(task["memory"])) == size


@pytest.mark.requirement("1.6")
def test_tasks_are_started_and_run_with_their_own_roles(task: Resource, outputs: Outputs) -> None:
    """What runs is started by the service's execution role, and is the service's task role.

    With another role a service may do what that one may.
    """
    assert task["execution_role_arn"] == outputs["api_execution_role_arn"]
    assert task["task_role_arn"] == outputs["api_task_role_arn"]


def test_service_registers_where_its_requests_go(
    service: Resource, container: dict[str, Any], outputs: Outputs
) -> None:
    """The service registers its container's port with its own target group.

    With another port the health checks fail, and the service is never sent a request.
    """
    port = int(outputs["api_port"])
    registered = {
        (of["target_group_arn"], of["container_name"], int(of["container_port"]))
        for of in service.blocks("load_balancers")
    }
    assert (outputs["api_target_group_arn"], container["name"], port) in registered
    assert port in [mapping["containerPort"] for mapping in container["portMappings"]]


@pytest.mark.requirement("1.6")
def test_target_groups_check_their_targets_health(
    tier_name: str, named: Named, outputs: Outputs
) -> None:
    """Targets are asked for their health where they answer, every few seconds.

    A check of a path that nobody serves takes all of them out.
    """
    group = named(f"{tier_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    check = next(group.blocks("health_check"))
    assert check["enabled"] is not False
    assert check["path"] == outputs[f"{tier_name}_health_path"]
    assert check["port"] in (None, "traffic-port", str(int(group["port"])))
    assert check["matcher"].startswith("2")
    assert int(check["interval"]) * int(check["unhealthy_threshold"]) <= 90
