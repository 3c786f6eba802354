"""A payment flows from the internet through the load balancer to service, database and cache."""

from __future__ import annotations

import time
import urllib.request
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import may, statements
from stackproof.reasoning.listeners import forwards_to, listener_on
from stackproof.reasoning.places import place
from stackproof.reasoning.reachability import (
    obstacles,
    obstacles_from_internet,
    obstacles_to_internet,
)
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from tests.scenarios.answers import answered
from tests.scenarios.conftest import Health, Named
from tests.scenarios.programs import command_digest, told
from tests.scenarios.scalepayments.expected import DATABASE_USERS, SERVICES

pytestmark = [pytest.mark.payment_workflow, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.18")
@pytest.mark.parametrize("port", [80, 443])
def test_customers_reach_the_front_door(port: int, alb: Resource, live: Stack) -> None:
    """Clients on the internet get through to the load balancer on 80 and 443, in every zone.

    A shop whose customers see a timeout has lost them before the first log line.
    """
    assert alb["internal"] is False
    assert obstacles_from_internet(place(alb, live), port, live) == []
    assert listener_on(alb, port, live) is not None


@pytest.mark.requirement("3.18")
@pytest.mark.parametrize("path", ["", "health", "orders/1"])
def test_path_leads_to_its_own_service(
    path: str, service_name: str, outputs: Outputs, alb: Resource, live: Stack
) -> None:
    """`/api/*`, `/payment/*` and `/notification/*` each go to the target group of their service.

    A rule that forwards to the wrong service answers payments with errors, or not at all.
    """
    action = answered(f"/{service_name}/{path}", outputs, alb, live)
    assert forwards_to(action) == {outputs[f"{service_name}_target_group_arn"]}


@pytest.mark.requirement("3.18")
@pytest.mark.parametrize("path", ["/", "/payment/orders/1"])
def test_http_is_sent_on_to_https(path: str, outputs: Outputs, alb: Resource, live: Stack) -> None:
    """A request over plain HTTP is answered with a permanent redirect to HTTPS.

    Customers who type the address must arrive, and no card number may travel unencrypted.
    """
    action = answered(path, outputs, alb, live, port=80)
    assert action["type"] == "redirect"
    redirect = next(action.blocks("redirect"))
    assert (redirect["protocol"], redirect["port"]) == ("HTTPS", "443")
    assert redirect["status_code"] == "HTTP_301"


@pytest.mark.parametrize("path", ["/", "/admin", "/payments/1"])
def test_unknown_path_reaches_no_service(
    path: str, outputs: Outputs, alb: Resource, live: Stack
) -> None:
    """A path that no service owns is answered by the load balancer itself.

    What nobody serves must not fall through to whichever service happens to be the default.
    """
    assert answered(path, outputs, alb, live)["type"] == "fixed-response"


def test_service_takes_its_traffic_where_the_target_group_sends_it(
    service_name: str,
    service: Resource,
    container: dict[str, Any],
    named: Named,
    outputs: Outputs,
) -> None:
    """Each service registers its container's port with its own target group.

    With another port the health checks fail, and the service is never sent a request.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    port = int(outputs[f"{service_name}_port"])
    registered = {
        (of["target_group_arn"], of["container_name"], int(of["container_port"]))
        for of in service.blocks("load_balancers")
    }
    assert (group.arn, container["name"], port) in registered
    assert port in [mapping["containerPort"] for mapping in container["portMappings"]]
    assert int(group["port"]) == port


@pytest.mark.requirement("3.18")
def test_target_group_checks_the_services_health(
    service_name: str, named: Named, outputs: Outputs
) -> None:
    """Every service's targets are asked for their health where they answer, every few seconds.

    A task that answers errors must leave the rotation before customers notice it; a check of a
    path that nobody serves takes all of them out.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    check = next(group.blocks("health_check"))
    assert check["enabled"] is not False
    assert check["path"] == outputs[f"{service_name}_health_path"]
    assert check["port"] in (None, "traffic-port", str(outputs[f"{service_name}_port"]))
    assert check["protocol"] == group["protocol"]
    assert check["matcher"].startswith("2")
    assert int(check["interval"]) * int(check["unhealthy_threshold"]) <= 90


@pytest.mark.requirement("3.14")
def test_load_balancer_reaches_the_services(
    alb: Resource, service: Resource, service_name: str, outputs: Outputs, live: Stack
) -> None:
    """The load balancer opens each service's port in every subnet, and hears the answers.

    One missing rule, on either side, and every request times out.
    """
    port = int(outputs[f"{service_name}_port"])
    assert obstacles(place(alb, live), place(service, live), port, live) == []


@pytest.mark.requirement("3.14")
def test_services_reach_each_other(service: Resource, outputs: Outputs, live: Stack) -> None:
    """Each service opens the ports of the other two.

    A payment is taken by one, recorded by the next and confirmed by the last.
    """
    for name in SERVICES:
        other = live.look_up(outputs[f"{name}_service_arn"], tokens.ECS_SERVICE)
        assert other is not None, name
        port = int(outputs[f"{name}_port"])
        assert obstacles(place(service, live), place(other, live), port, live) == []


@pytest.mark.requirement("3.14")
def test_services_reach_their_database(
    service: Resource, database: Resource, outputs: Outputs, live: Stack
) -> None:
    """The services open PostgreSQL in every subnet that the database may stand in.

    A payment that cannot be recorded is a payment that did not happen.
    """
    port = int(outputs["database_port"])
    assert port == 5432
    assert obstacles(place(service, live), place(database, live), port, live) == []


@pytest.mark.requirement("3.14")
def test_services_reach_their_cache(
    service: Resource, redis: Resource, outputs: Outputs, live: Stack
) -> None:
    """The services open Redis in every subnet that the cache may stand in.

    Without idempotency keys a payment is taken twice.
    """
    port = int(outputs["redis_port"])
    assert port == 6379
    assert obstacles(place(service, live), place(redis, live), port, live) == []


@pytest.mark.requirement("3.13")
def test_services_reach_the_card_networks(service: Resource, live: Stack) -> None:
    """The services open HTTPS to the internet from every private subnet, by NAT.

    Cards are authorized outside; and AWS's own APIs are reached in the same way.
    """
    assert obstacles_to_internet(place(service, live), 443, live) == []


@pytest.mark.requirement("3.16")
def test_service_is_told_where_things_are(
    service_name: str, container: dict[str, Any], outputs: Outputs
) -> None:
    """Each container is told this environment's database, cache and port, and no other's.

    One wrong name, and payments of staging are recorded in production.
    """
    wanted = {
        "ENVIRONMENT": outputs["environment"],
        "PORT": str(outputs[f"{service_name}_port"]),
        "HEALTH_PATH": outputs[f"{service_name}_health_path"],
        "REDIS_HOST": outputs["redis_primary_endpoint"],
        "REDIS_PORT": str(outputs["redis_port"]),
        "REDIS_TLS": "true",
    }
    if service_name in DATABASE_USERS:
        wanted |= {
            "DATABASE_HOST": outputs["database_endpoint"],
            "DATABASE_READER_HOST": outputs["database_reader_endpoint"],
            "DATABASE_PORT": str(outputs["database_port"]),
            "DATABASE_NAME": outputs["database_name"],
            "DATABASE_SSLMODE": "verify-full",
        }
    given = told(container)
    assert {name: given.get(name) for name in wanted} == wanted


@pytest.mark.requirement("3.20")
def test_service_gets_its_logins_from_secrets_manager(
    service_name: str, container: dict[str, Any], outputs: Outputs
) -> None:
    """Logins come from the secrets of database and cache: the database's only where it is used.

    A copied password outlives its rotation, and the service stops at the next restart; a service
    that is given another's login can do what the other does.
    """
    wanted = {"REDIS_AUTH_TOKEN": outputs["redis_secret_arn"]}
    if service_name in DATABASE_USERS:
        login = outputs["database_secret_arn"]
        wanted |= {
            "DATABASE_USERNAME": f"{login}:username::",
            "DATABASE_PASSWORD": f"{login}:password::",
        }
    assert {pair["name"]: pair["valueFrom"] for pair in container["secrets"]} == wanted


@pytest.mark.requirement("3.16")
def test_service_runs_its_own_image(
    service_name: str, container: dict[str, Any], outputs: Outputs
) -> None:
    """Each service's container runs the image and the command that the stack was configured with.

    Anything else is another program, with this one's roles and secrets.
    """
    assert container["image"] == outputs[f"{service_name}_image"]
    assert command_digest(container) == outputs[f"{service_name}_command_sha256"]
    assert not container.get("entryPoint")


@pytest.mark.requirement("3.16")
def test_tasks_are_of_their_environments_size(
    service_name: str, task: Resource, container: dict[str, Any], outputs: Outputs
) -> None:
    """Tasks have the processors and the memory that the environment plans, and use all of it.

    A production with tasks of development's size fails at the first surge.
    """
    size = (int(outputs[f"{service_name}_cpu"]), int(outputs[f"{service_name}_memory"]))
    assert (int(task["cpu"]), int(task["memory"])) == size
    assert (container.get("cpu", size[0]), container.get("memory", size[1])) == size


def test_execution_role_may_read_the_secrets_its_container_names(
    service_name: str, container: dict[str, Any], outputs: Outputs, live: Stack
) -> None:
    """Every secret that a container names can be read with the role that starts its task.

    A task that may not read its secrets never starts, and a deployment hangs in the night.
    """
    role = outputs[f"{service_name}_execution_role_arn"].rsplit("/", 1)[1]
    policies = [p for p in live.all(tokens.IAM_ROLE_POLICY) if p["role"] == role]
    document = [s for policy in policies for s in statements(policy.document("policy"))]
    for secret in container.get("secrets", ()):
        # A key of a JSON secret is named after the secret's own ARN, which has seven parts.
        arn = ":".join(secret["valueFrom"].split(":")[:7])
        assert may(document, "secretsmanager:GetSecretValue", arn), f"{role} may not read {arn}"


def test_public_name_leads_to_the_load_balancer(
    outputs: Outputs, alb: Resource, live: Stack
) -> None:
    """The platform's public name is an alias of its load balancer.

    Customers know the name, not the load balancer: a stale record sends them nowhere.
    """
    host = outputs["service_url"].removeprefix("https://")
    records = [r for r in live.all(tokens.ROUTE53_RECORD) if r["name"] == host]
    aliases = [alias["name"] for record in records for alias in record.blocks("aliases")]
    assert {name.removeprefix("dualstack.") for name in aliases} == {alb["dns_name"].lower()}


@pytest.mark.requirement("3.16")
def test_all_services_are_deployed_and_want_tasks(live: Stack) -> None:
    """The services api, payment and notification exist, are active and want at least one task.

    A payment needs all three: taken by one, recorded by the next, confirmed by the last.
    """
    wanted = {
        service["name"]: int(service["desired_count"]) for service in live.all(tokens.ECS_SERVICE)
    }
    for name in SERVICES:
        assert any(name in full and count >= 1 for full, count in wanted.items()), wanted


@pytest.mark.requirement("3.18")
def test_every_service_has_a_healthy_target(
    service_name: str, outputs: Outputs, health: Health
) -> None:
    """The load balancer has a healthy target for each service at this moment.

    Everything may be configured right and the tasks still die on start.
    """
    states = health(outputs[f"{service_name}_target_group_arn"])
    assert "healthy" in states, states


def test_load_balancer_answers_within_its_budget(outputs: Outputs, run_facts: Snapshot) -> None:
    """The public address answers over HTTPS within half a second.

    The slowest step of a checkout is the one at which customers give up.
    """
    if run_facts.emulated:
        pytest.skip("no data plane: the embedded AWS has no load balancer that listens")
    began = time.monotonic()
    with urllib.request.urlopen(f"{outputs['service_url']}/api/health", timeout=5) as answer:
        assert answer.status == 200
    assert time.monotonic() - began < 0.5
