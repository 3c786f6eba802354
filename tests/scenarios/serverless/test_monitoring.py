"""Somebody is told when the API fails or gets slow."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Named

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("serverless")]


def alarm_on(namespace: str, metric: str, dimensions: dict[str, str], live: Stack) -> Resource:
    (alarm,) = (
        alarm
        for alarm in live.all(tokens.METRIC_ALARM)
        if alarm["metric_name"] == metric and alarm["dimensions"] == dimensions
    )
    assert alarm["namespace"] == namespace
    return alarm


def goes_off_at_one_in_five_minutes(alarm: Resource) -> None:
    assert alarm["comparison_operator"] == "GreaterThanOrEqualToThreshold"
    assert (float(alarm["threshold"]), alarm["statistic"]) == (1, "Sum")
    assert (int(alarm["period"]), int(alarm["evaluation_periods"])) == (300, 1)


def test_one_error_in_five_minutes_is_told(function: Resource, live: Stack) -> None:
    """A single failed invocation within 5 minutes sets off the alarm.

    The handler answers whatever goes wrong: an invocation that fails was cut off, or never began.
    """
    named = {"FunctionName": str(function["name"])}
    goes_off_at_one_in_five_minutes(alarm_on("AWS/Lambda", "Errors", named, live))


def test_one_server_error_in_five_minutes_is_told(api: Resource, live: Stack) -> None:
    """A single request answered with a server error within 5 minutes sets off the alarm.

    What the handler answers with 500 or 503 is no failed invocation, and fails the customer.
    """
    goes_off_at_one_in_five_minutes(alarm_on("AWS/ApiGateway", "5xx", {"ApiId": str(api.id)}, live))


def test_an_answer_near_the_timeout_is_told(function: Resource, live: Stack) -> None:
    """The alarm on the longest duration in 5 minutes is at 24 s: 80 % of the function's 30.

    A fixed number is forgotten when the timeout changes, and then warns too late or always.
    """
    alarm = alarm_on("AWS/Lambda", "Duration", {"FunctionName": str(function["name"])}, live)
    assert alarm["comparison_operator"] == "GreaterThanThreshold"
    assert alarm["statistic"] == "Maximum"
    assert float(alarm["threshold"]) == 24_000
    assert float(alarm["threshold"]) == pytest.approx(0.8 * int(function["timeout"]) * 1000)
    assert (int(alarm["period"]), int(alarm["evaluation_periods"])) == (300, 1)


def test_alarms_reach_the_topic_and_somebody_reads_it(
    outputs: Outputs, named: Named, live: Stack
) -> None:
    """Every alarm is on and notifies the stack's topic, which has a confirmed subscription.

    An alarm without a reader is a dashboard that nobody looks at.
    """
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    for name in outputs.list("alarm_names"):
        alarm = live.look_up(name, tokens.METRIC_ALARM)
        assert alarm is not None
        assert alarm["actions_enabled"] is True
        assert topic.arn in alarm["alarm_actions"]
    readers = live.referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
    confirmed = [reader for reader in readers if reader["pending_confirmation"] is False]
    assert [reader["protocol"] for reader in confirmed] == ["email"]


@pytest.mark.parametrize("output", ["function_log_group_name", "access_log_group_name"])
def test_logs_are_kept_for_two_weeks_and_encrypted(output: str, named: Named) -> None:
    """The function's log and the access log are encrypted and kept for 14 days.

    For ever costs for ever; not at all leaves nothing to look into.
    """
    group = named(output, tokens.LOG_GROUP)
    assert int(group["retention_in_days"]) == 14
    assert group["kms_key_id"]


def test_every_request_is_logged(api: Resource, live: Stack, named: Named) -> None:
    """The stage writes each request with its status and its caller to the access log.

    Without it nobody can tell an attack from a busy day.
    """
    (stage,) = live.referrers(api, tokens.API_STAGE, "api_id")
    log = stage["access_log_settings"]
    group = named("access_log_group_name", tokens.LOG_GROUP)
    assert str(log["destination_arn"]).removesuffix(":*") == str(group.arn).removesuffix(":*")
    assert {"$context.status", "$context.identity.sourceIp", "$context.routeKey"} <= set(
        log["format"].replace('"', " ").split()
    )


def test_function_writes_to_the_group_that_is_kept(function: Resource, outputs: Outputs) -> None:
    """The function logs to the encrypted group of the stack, as JSON.

    Left alone, Lambda makes a group of its own that is kept for ever, unencrypted.
    """
    assert function["logging_config"]["log_group"] == outputs["function_log_group_name"]
    assert function["logging_config"]["log_format"] == "JSON"
