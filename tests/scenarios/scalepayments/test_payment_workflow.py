"""A payment flows from the internet through the load balancer to service, database and cache."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.iam import may, statements
from stackproof.reasoning.reachability import lets_in, lets_out
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import SERVICES

pytestmark = [pytest.mark.payment_workflow, pytest.mark.blueprint("scalepayments")]


def rule_for(path: str, listener: Resource, live: Stack) -> Resource:
    rules = live.referrers(listener, tokens.LB_LISTENER_RULE, "listener_arn")
    for rule in rules:
        for condition in rule.blocks("conditions"):
            if path in (condition.get("path_pattern.values") or ()):
                return rule
    pytest.fail(f"no rule of {listener.arn} matches {path}")


def test_path_leads_to_its_own_service(
    service_name: str, outputs: Outputs, named: Named, live: Stack
) -> None:
    """`/api/*`, `/payment/*` and `/notification/*` each go to the target group of their service.

    A rule that forwards to the wrong service answers payments with errors, or not at all.
    """
    rule = rule_for(f"/{service_name}/*", named("https_listener_arn", tokens.LB_LISTENER), live)
    forwards = [action for action in rule.blocks("actions") if action["type"] == "forward"]
    assert [action["target_group_arn"] for action in forwards] == [
        outputs[f"{service_name}_target_group_arn"]
    ]


def test_http_is_sent_on_to_https(named: Named) -> None:
    """A request over plain HTTP is answered with a permanent redirect to HTTPS.

    Customers who type the address must arrive, and no card number may travel unencrypted.
    """
    actions = list(named("http_listener_arn", tokens.LB_LISTENER).blocks("default_actions"))
    assert [action["type"] for action in actions] == ["redirect"]
    redirect = next(actions[0].blocks("redirect"))
    assert (redirect["protocol"], redirect["port"]) == ("HTTPS", "443")
    assert redirect["status_code"] == "HTTP_301"


def test_unknown_path_reaches_no_service(named: Named) -> None:
    """A path that no service owns is answered by the load balancer itself.

    What nobody serves must not fall through to whichever service happens to be the default.
    """
    actions = list(named("https_listener_arn", tokens.LB_LISTENER).blocks("default_actions"))
    assert [action["type"] for action in actions] == ["fixed-response"]


def test_service_takes_its_traffic_where_the_target_group_sends_it(
    service_name: str, service: Resource, container: dict[str, Any], named: Named
) -> None:
    """Each service registers its container's port with its own target group.

    With another port the health checks fail, and the service is never sent a request.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    (registered,) = service.blocks("load_balancers")
    assert registered["target_group_arn"] == group.arn
    assert registered["container_name"] == container["name"]
    ports = [mapping["containerPort"] for mapping in container["portMappings"]]
    assert int(registered["container_port"]) in ports
    assert int(group["port"]) in ports


def test_target_group_checks_the_services_health(service_name: str, named: Named) -> None:
    """Every service's targets are health-checked by HTTP, within a minute of going wrong.

    A task that answers errors must leave the rotation before customers notice it.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    check = next(group.blocks("health_check"))
    assert check["path"].startswith("/")
    assert check["matcher"].startswith("2")
    assert int(check["interval"]) * int(check["unhealthy_threshold"]) <= 90


def test_load_balancer_reaches_the_services(service_name: str, named: Named, live: Stack) -> None:
    """The security groups let the load balancer open each service's port, and back to it only.

    One missing rule, on either side, and every request times out.
    """
    balancer = named("alb_security_group_id", tokens.SECURITY_GROUP)
    services = named("service_security_group_id", tokens.SECURITY_GROUP)
    port = int(named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)["port"])
    assert lets_out(balancer, services, port, live)
    assert lets_in(services, balancer, port, live)


@pytest.mark.parametrize(("tier", "port"), [("database", 5432), ("cache", 6379)])
def test_services_reach_their_data(tier: str, port: int, named: Named, live: Stack) -> None:
    """The security groups let the services open PostgreSQL on the database and Redis on the cache.

    A payment that cannot be recorded is a payment that did not happen.
    """
    services = named("service_security_group_id", tokens.SECURITY_GROUP)
    data = named(f"{tier}_security_group_id", tokens.SECURITY_GROUP)
    assert lets_out(services, data, port, live)
    assert lets_in(data, services, port, live)


def test_payment_service_gets_its_login_from_secrets_manager(
    outputs: Outputs, named: Named, live: Stack
) -> None:
    """The payment container's database login comes from the secret that Aurora keeps rotated.

    A copied password outlives its rotation, and the service stops at the next restart.
    """
    service = named("payment_service_arn", tokens.ECS_SERVICE)
    task = live.one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    assert task is not None
    containers: list[dict[str, Any]] = task.document("container_definitions")
    sources = {secret["valueFrom"] for secret in containers[0].get("secrets", ())}
    assert any(source.startswith(outputs["database_secret_arn"]) for source in sources)


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
    assert [name.removeprefix("dualstack.") for name in aliases] == [alb["dns_name"].lower()]


def test_all_services_are_deployed_and_want_tasks(live: Stack) -> None:
    """The services api, payment and notification exist, are active and want at least one task.

    A payment needs all three: taken by one, recorded by the next, confirmed by the last.
    """
    wanted = {
        service["name"]: int(service["desired_count"]) for service in live.all(tokens.ECS_SERVICE)
    }
    for name in SERVICES:
        assert any(name in full and count >= 1 for full, count in wanted.items()), wanted


def test_every_service_has_a_healthy_target(
    service_name: str, outputs: Outputs, run_facts: Snapshot, aws: Callable[..., Any]
) -> None:
    """The load balancer has a healthy target for each service at this moment.

    Everything may be configured right and the tasks still die on start.
    """
    if run_facts.emulated:
        pytest.skip("no data plane: the embedded AWS starts no tasks")
    answer = aws("elbv2").describe_target_health(
        TargetGroupArn=outputs[f"{service_name}_target_group_arn"]
    )
    states = [t["TargetHealth"]["State"] for t in answer["TargetHealthDescriptions"]]
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
