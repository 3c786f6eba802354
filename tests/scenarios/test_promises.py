"""Whatever the system: what its program promises beside the requirements stands at AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import Circle, Kind, grants, matches, statements
from stackproof.types import tokens
from tests.scenarios.promise import Promise, each
from tests.scenarios.promises import ALL, CLOSED, DELIVERED, HEARD, KEPT, SCALED, UP

pytestmark = pytest.mark.requirement("9.3")


def broken(promise: Promise, live: Stack, outputs: Outputs) -> list[str]:
    """Say what the stack's resources don't keep of a promise; AssertionError if it has none."""
    found = live.all(promise.type)
    assert found or promise.unless in outputs.settings, f"the stack has no {promise.type}"
    return [misfit for resource in found for misfit in promise.broken(resource)]


@pytest.mark.security
@pytest.mark.parametrize("promise", each(CLOSED))
def test_what_was_closed_is_closed(promise: Promise, live: Stack, outputs: Outputs) -> None:
    """Shells in tasks, passwords beside IAM, odd requests and objects of others stay shut out.

    Each was closed for one incident or another, and opens with one click.
    """
    assert broken(promise, live, outputs) == []


@pytest.mark.monitoring
@pytest.mark.parametrize("promise", each(HEARD))
def test_what_was_to_be_logged_and_measured_is(
    promise: Promise, live: Stack, outputs: Outputs
) -> None:
    """Access logs, logs of databases and builds, findings and metrics are on, as often as said.

    The evening on which they are needed is too late to switch them on.
    """
    assert broken(promise, live, outputs) == []


@pytest.mark.monitoring
@pytest.mark.blueprint(*ALL)
def test_who_was_woken_hears_that_it_is_over(live: Stack, outputs: Outputs) -> None:
    """Every alarm that wakes somebody tells them, too, when it is quiet again.

    Who doesn't hear that goes on looking for what has mended itself.
    """
    topic = outputs["alerts_topic_arn"]
    alarms = [a for a in live.all(tokens.METRIC_ALARM) if topic in a.values("alarm_actions")]
    assert alarms
    for alarm in alarms:
        assert alarm.values("ok_actions") == [topic], alarm.name


@pytest.mark.high_availability
@pytest.mark.parametrize("promise", each(UP))
def test_tasks_and_connections_live_as_long_as_planned(
    promise: Promise, live: Stack, outputs: Outputs
) -> None:
    """Grace periods, timeouts and delays are the planned ones; no target keeps its callers.

    A grace of hours hides a task that never answers; one of seconds kills what still starts.
    """
    assert broken(promise, live, outputs) == []


@pytest.mark.auto_scaling
@pytest.mark.parametrize("promise", each(SCALED))
def test_scaling_is_not_suspended_or_slowed(
    promise: Promise, live: Stack, outputs: Outputs
) -> None:
    """Scaling acts in both directions, after the planned pauses.

    It is suspended for one night's repair, and missed on the next day of many customers.
    """
    assert broken(promise, live, outputs) == []


@pytest.mark.disaster_recovery
@pytest.mark.parametrize("promise", each(KEPT))
def test_what_was_to_be_kept_is_kept(promise: Promise, live: Stack, outputs: Outputs) -> None:
    """Old versions are kept for a month; backups and upgrades happen in their nights.

    What is noticed on Monday must still be there, and must not have been upgraded meanwhile.
    """
    assert broken(promise, live, outputs) == []


@pytest.mark.delivery
@pytest.mark.parametrize("promise", each(DELIVERED))
def test_builds_run_in_the_room_that_was_tried(
    promise: Promise, live: Stack, outputs: Outputs
) -> None:
    """Builds use the image and the times that they were tried with.

    An older image has other tools; a shorter time ends the build on the day it is urgent.
    """
    assert broken(promise, live, outputs) == []


@pytest.mark.security
@pytest.mark.blueprint(*ALL)
def test_no_bucket_is_a_website(live: Stack) -> None:
    """No bucket answers as a website.

    It has no TLS, and is the first step to making the objects public.
    """
    assert live.all(tokens.S3_BUCKET_WEBSITE_CONFIGURATION) == ()


@pytest.mark.security
@pytest.mark.blueprint(*ALL)
def test_no_policy_of_the_account_opens_the_log_groups(
    live: Stack, outputs: Outputs, aws: Callable[..., Any]
) -> None:
    """No resource policy of CloudWatch Logs lets everybody or another account at these log groups.

    Whoever may write there hides what they did among a million lines.
    """
    circle = Circle(str(outputs["account_id"]))
    groups = [f"{str(group.arn).removesuffix(':*')}:*" for group in live.all(tokens.LOG_GROUP)]
    logs = aws("logs")
    for page in logs.get_paginator("describe_resource_policies").paginate():
        for policy in page["resourcePolicies"]:
            spoken = statements(json.loads(policy["policyDocument"]))
            for grant in grants(spoken):
                reached = [g for g in groups for r in grant.statement.resources if matches(r, g)]
                by_service = grant.party.kind is Kind.SERVICE
                assert not reached or by_service or circle.admits(grant), policy["policyName"]


@pytest.mark.security
@pytest.mark.blueprint("nova", "scalepayments", "cicd")
def test_health_is_what_the_load_balancer_sees(live: Stack) -> None:
    """No container has a health check of its own beside the load balancer's.

    One that always fails makes ECS replace tasks for ever that answer well.
    """
    for task in live.all(tokens.ECS_TASK_DEFINITION):
        containers: list[dict[str, Any]] = task.document("container_definitions")
        assert [c["name"] for c in containers if c.get("healthCheck")] == [], task.name


@pytest.fixture(scope="session")
def stores(live: Stack) -> list[Resource]:
    """Give the pipelines' artifact buckets."""
    found = [
        bucket
        for pipeline in live.all(tokens.CODEPIPELINE)
        for bucket in live.follow(pipeline, "artifact_stores.location", tokens.S3_BUCKET)
    ]
    assert found
    return found


@pytest.mark.delivery
@pytest.mark.blueprint("nova", "cicd")
def test_artifacts_live_a_month(stores: list[Resource], live: Stack) -> None:
    """What a pipeline hands on is deleted after 30 days, and not before.

    A rollback needs what was built last; nobody needs what was built last year.
    """
    for bucket in stores:
        (lifecycle,) = live.seen_referrers(bucket, tokens.S3_LIFECYCLE, "bucket")
        days = {rule.get("expiration.days") for rule in lifecycle.blocks("rules")}
        assert days == {30}, bucket.name
