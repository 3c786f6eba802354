"""Somebody is told when the API fails or gets slow."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Heard, Named
from tests.scenarios.troubles import Trouble

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("serverless")]


@pytest.mark.requirement("4.4")
def test_one_error_in_five_minutes_is_told(function: Resource, heard: Heard) -> None:
    """A single failed invocation within 5 minutes sets off the alarm.

    The handler answers whatever goes wrong: an invocation that fails was cut off, or never began.
    """
    failed = Trouble("AWS/Lambda", "Errors", "Sum", 1, 0)
    assert heard(failed, {"FunctionName": str(function["name"])})


def test_one_server_error_in_five_minutes_is_told(api: Resource, heard: Heard) -> None:
    """A single request answered with a server error within 5 minutes sets off the alarm.

    What the handler answers with 500 or 503 is no failed invocation, and fails the customer.
    """
    assert heard(Trouble("AWS/ApiGateway", "5xx", "Sum", 1, 0), {"ApiId": str(api.id)})


@pytest.mark.requirement("4.4")
def test_an_answer_near_the_timeout_is_told(function: Resource, heard: Heard) -> None:
    """The alarm on the longest duration in 5 minutes is at 24 s: 80 % of the function's 30.

    A fixed number is forgotten when the timeout changes, and then warns too late or always.
    """
    slow = 0.8 * int(function["timeout"]) * 1000
    assert slow == 24_000
    late = Trouble("AWS/Lambda", "Duration", "Maximum", slow + 1, slow)
    assert heard(late, {"FunctionName": str(function["name"])})


@pytest.mark.requirement("4.4")
def test_somebody_reads_the_topic(named: Named, live: Stack) -> None:
    """The topic that alarms notify has a confirmed e-mail subscription.

    An alarm without a reader is a dashboard that nobody looks at.
    """
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    readers = live.seen_referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
    confirmed = [reader for reader in readers if reader["pending_confirmation"] is False]
    assert "email" in [reader["protocol"] for reader in confirmed]


@pytest.mark.requirement("4.1")
@pytest.mark.parametrize("output", ["function_log_group_name", "access_log_group_name"])
def test_logs_are_kept_for_two_weeks_and_encrypted(output: str, named: Named) -> None:
    """The function's log and the access log are encrypted and kept for 14 days or longer.

    For ever costs for ever; not at all leaves nothing to look into.
    """
    group = named(output, tokens.LOG_GROUP)
    assert (group.number("retention_in_days") or 0) >= 14
    assert group["kms_key_id"]


@pytest.mark.requirement("4.2")
def test_every_request_is_logged(api: Resource, live: Stack, named: Named) -> None:
    """The stage writes each request with its status and its caller to the access log.

    Without it nobody can tell an attack from a busy day.
    """
    (stage,) = live.seen_referrers(api, tokens.API_STAGE, "api_id")
    log = stage["access_log_settings"]
    group = named("access_log_group_name", tokens.LOG_GROUP)
    assert str(log["destination_arn"]).removesuffix(":*") == str(group.arn).removesuffix(":*")
    assert {"$context.status", "$context.identity.sourceIp", "$context.routeKey"} <= set(
        log["format"].replace('"', " ").split()
    )


@pytest.mark.requirement("4.1")
def test_function_writes_to_the_group_that_is_kept(function: Resource, outputs: Outputs) -> None:
    """The function logs to the encrypted group of the stack, as JSON.

    Left alone, Lambda makes a group of its own that is kept for ever, unencrypted.
    """
    assert function["logging_config"]["log_group"] == outputs["function_log_group_name"]
    assert function["logging_config"]["log_format"] == "JSON"
