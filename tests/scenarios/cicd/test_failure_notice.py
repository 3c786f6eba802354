"""A failed delivery, or a sick service, is told to somebody who reads it."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import Statement, statements
from stackproof.reasoning.events import lets_through, pipeline_event
from stackproof.types import tokens
from tests.scenarios.cicd.conftest import COLOURS
from tests.scenarios.cicd.expected import BUILD_LOG_DAYS, CONTAINER_LOG_DAYS
from tests.scenarios.conftest import Heard, Named
from tests.scenarios.troubles import FELT, HOT, Trouble

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("cicd")]

EVENTS = "events.amazonaws.com"


def lets_events(document: object, action: str, resource: str) -> list[Statement]:
    """Give the statements with which EventBridge may act; it brings no condition keys along."""
    return [
        statement
        for statement in statements(document)
        if statement.allows
        and EVENTS in statement.services
        and not statement.conditions
        and statement.acts(action)
        and statement.reaches(resource)
    ]


@pytest.mark.requirement("5.5")
def test_a_failed_execution_of_this_pipeline_is_noticed(pipeline: Resource, named: Named) -> None:
    """The rule lets through a failure of this pipeline, and neither success nor other pipelines.

    A rule that matches nothing is silent in the same way as a pipeline that never fails.
    """
    rule = named("failure_rule_arn", tokens.EVENT_RULE)
    pattern = rule.document("event_pattern")
    name, arn = pipeline["name"], str(pipeline.arn)
    assert rule["state"] == "ENABLED"
    assert lets_through(pattern, pipeline_event(name, "FAILED", arn=arn))
    assert not lets_through(pattern, pipeline_event(name, "SUCCEEDED", arn=arn))
    assert not lets_through(pattern, pipeline_event(f"{name}-2", "FAILED", arn=f"{arn}-2"))


@pytest.mark.requirement("5.5")
def test_the_notice_is_published_to_the_topic(topic: Resource, named: Named, live: Stack) -> None:
    """The rule tells the topic what happened, by the topic's policy and not by a role.

    EventBridge fails to deliver to an encrypted topic when it is given a role, and says nothing;
    a notice with a text of its own does not say which pipeline failed.
    """
    rule = named("failure_rule_arn", tokens.EVENT_RULE)
    targets = [t for t in live.all(tokens.EVENT_TARGET) if t["rule"] == rule["name"]]
    told = [target for target in targets if target["arn"] == topic.arn]
    assert any(not target["role_arn"] and not target["input"] for target in told)


@pytest.mark.requirement("5.5")
def test_the_topic_lets_eventbridge_publish(topic: Resource, live: Stack) -> None:
    """The topic's policy lets EventBridge publish, without a condition.

    EventBridge can't meet conditions there: with one, every notice is dropped without a trace.
    """
    (policy,) = live.seen_referrers(topic, tokens.SNS_TOPIC_POLICY, "arn")
    assert lets_events(policy.document("policy"), "sns:Publish", str(topic.arn))


@pytest.mark.requirement("5.5")
def test_the_topics_key_lets_eventbridge_encrypt(topic: Resource, live: Stack) -> None:
    """The key that encrypts the topic lets EventBridge decrypt and make data keys.

    What can't be encrypted is not published; AWS's own key for topics can't be shared at all.
    """
    (key,) = live.follow(topic, "kms_master_key_id", tokens.KMS_KEY)
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert lets_events(key.document("policy"), action, str(key.arn)), action


@pytest.mark.requirement("5.5")
def test_somebody_reads_the_notices(topic: Resource, live: Stack) -> None:
    """The topic has an e-mail subscription that its reader has confirmed.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    readers = live.seen_referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
    confirmed = [reader for reader in readers if reader["pending_confirmation"] is False]
    assert "email" in [reader["protocol"] for reader in confirmed]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("trouble", FELT, ids=str)
def test_a_sick_colour_is_noticed(
    trouble: Trouble,
    colour: str,
    colours: dict[str, Resource],
    named: Named,
    heard: Heard,
) -> None:
    """Errors, slowness and failing health checks of either colour are heard within 5 minutes.

    The pipeline's people are those who know what changed.
    """
    suffix = named("alb_arn", tokens.LB)["arn_suffix"]
    dimensions = {"LoadBalancer": suffix, "TargetGroup": colours[colour]["arn_suffix"]}
    assert heard(trouble, dimensions)


@pytest.mark.parametrize("trouble", HOT, ids=str)
def test_a_service_that_runs_hot_is_noticed(
    trouble: Trouble, service: Resource, outputs: Outputs, heard: Heard
) -> None:
    """Processors or memory of the service that are nearly full are heard of within 5 minutes.

    A service at its limit answers slowly long before it fails.
    """
    of_service = {"ClusterName": outputs["ecs_cluster_name"], "ServiceName": service["name"]}
    assert heard(trouble, of_service)


@pytest.mark.requirement("5.2", "5.4")
@pytest.mark.parametrize(
    ("output", "days"),
    [
        ("container_log_group_name", CONTAINER_LOG_DAYS),
        ("build_log_group_name", BUILD_LOG_DAYS),
    ],
)
def test_logs_are_kept_as_long_as_required(
    output: str, days: int, named: Named, outputs: Outputs
) -> None:
    """Logs of containers are kept for 30 days and those of builds for 14 at least, encrypted.

    Shorter, and the cause of last week's incident is gone; for ever, and it is paid for ever.
    """
    group = named(output, tokens.LOG_GROUP)
    assert (group.number("retention_in_days") or 0) >= days
    assert group["kms_key_id"] == outputs["logs_kms_key_arn"]


@pytest.mark.requirement("5.4")
def test_the_build_writes_to_the_log_that_is_kept(build: Resource, outputs: Outputs) -> None:
    """CodeBuild logs to the stack's own group.

    Left alone it makes a group of its own, unencrypted and for ever.
    """
    logs = build.get("logs_config.cloudwatch_logs")
    assert logs["status"] == "ENABLED"
    assert logs["group_name"] == outputs["build_log_group_name"]


@pytest.mark.requirement("5.2")
def test_the_cluster_shows_its_insides(named: Named) -> None:
    """The cluster has Container Insights on.

    Tasks that die quietly show only there.
    """
    cluster = named("ecs_cluster_arn", tokens.ECS_CLUSTER)
    settings = {s["name"]: s["value"] for s in cluster.blocks("settings")}
    assert settings.get("containerInsights") in ("enabled", "enhanced")
