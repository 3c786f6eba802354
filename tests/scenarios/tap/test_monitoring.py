"""What happens on the platform is written down, and somebody hears of trouble."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.alarms import Signal, alarms_on, tells
from stackproof.types import tokens
from tests.scenarios.conftest import Heard, Named
from tests.scenarios.tap.expected import HIGH_CPU_PERCENT
from tests.scenarios.troubles import Trouble

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("tap")]


@pytest.fixture(scope="session")
def alarm(outputs: Outputs, live: Stack) -> Resource:
    """Give the alarm on busy processors, by the name that it must have."""
    found = live.look_up(f"tap-high-cpu-{outputs['environment']}", tokens.METRIC_ALARM)
    assert found is not None
    return found


@pytest.mark.requirement("2.1", "2.6")
@pytest.mark.settings(enable_flow_logs=True)
def test_all_traffic_is_logged_to_the_infrastructure_group(
    flow_log: Resource,
) -> None:
    """A flow log records all traffic of the VPC into the infrastructure log group.

    It is the only witness of what was tried and refused.
    """
    assert flow_log["traffic_type"] == "ALL"


@pytest.mark.settings(enable_flow_logs=False)
def test_no_traffic_is_logged_where_that_is_switched_off(live: Stack) -> None:
    """Without flow logs nothing records the VPC's traffic.

    Who switched them off, for money or for privacy, believes that they are off.
    """
    assert live.all(tokens.FLOW_LOG) == ()


@pytest.mark.requirement("2.6")
@pytest.mark.parametrize("use", ["application", "infrastructure"])
def test_logs_are_encrypted_with_a_key_that_rotates(
    use: str, log_groups: Mapping[str, Resource], live: Stack
) -> None:
    """Each log group is encrypted with a customer key that is enabled and rotates.

    Logs hold addresses, names and mistakes; a key of our own says who has read them.
    """
    key = live.follow_one(log_groups[use], "kms_key_id", tokens.KMS_KEY)
    assert key is not None
    assert key["is_enabled"] is True
    assert key["enable_key_rotation"] is True


@pytest.mark.requirement("2.6")
def test_logs_service_may_use_the_key_for_these_groups(
    outputs: Outputs, log_groups: Mapping[str, Resource], live: Stack
) -> None:
    """CloudWatch Logs of the region may encrypt with the key, for this account's groups only.

    Without it nothing is written; with more than that, somebody else's logs are.
    """
    for group in log_groups.values():
        key = live.follow_one(group, "kms_key_id", tokens.KMS_KEY)
        assert key is not None
        service = f"logs.{outputs['region']}.amazonaws.com"
        (statement,) = [
            s for s in key.document("policy")["Statement"] if service in str(s["Principal"])
        ]
        assert str(outputs["account_id"]) in str(statement["Condition"])


@pytest.mark.requirement("2.6")
def test_busy_processors_are_noticed(alarm: Resource, live: Stack, heard: Heard) -> None:
    """An alarm tells within 5 minutes when instances use over 80 % of their CPU on average.

    Machines at their limit answer slowly long before they fail.
    """
    read = Signal("AWS/EC2", "CPUUtilization", "Average")
    assert alarm in alarms_on(live, read)
    bad, good = HIGH_CPU_PERCENT + 0.1, HIGH_CPU_PERCENT
    assert heard(Trouble("AWS/EC2", "CPUUtilization", "Average", bad, good), {})


@pytest.mark.requirement("2.6")
def test_the_alarm_reaches_somebody(alarm: Resource, outputs: Outputs, live: Stack) -> None:
    """The alarm notifies the alerts topic, and the topic has a confirmed reader.

    An alarm without an action is a lamp in an empty room.
    """
    topic = outputs["alerts_topic_arn"]
    assert topic in tells(alarm)
    readers = [s for s in live.all(tokens.SNS_SUBSCRIPTION) if s["topic"] == topic]
    assert any(not reader["pending_confirmation"] for reader in readers)


@pytest.mark.requirement("2.6")
def test_alarms_can_publish_to_the_encrypted_topic(named: Named, live: Stack) -> None:
    """CloudWatch may use the key that encrypts the alerts topic.

    Without it every notification is dropped without a trace.
    """
    key = live.follow_one(
        named("alerts_topic_arn", tokens.SNS_TOPIC), "kms_master_key_id", tokens.KMS_KEY
    )
    assert key is not None
    allowed = [
        statement
        for statement in key.document("policy")["Statement"]
        if "cloudwatch.amazonaws.com" in str(statement["Principal"])
    ]
    assert any("kms:GenerateDataKey" in str(statement["Action"]) for statement in allowed)
