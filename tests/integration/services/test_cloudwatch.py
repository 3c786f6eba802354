"""Log groups, metric filters, alarms and dashboards: made, changed, read back, deleted."""

from __future__ import annotations

import json

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import DASHBOARD, LOG_GROUP, LOG_METRIC_FILTER, METRIC_ALARM
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_log_group_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    group = world.make(
        LOG_GROUP, name="/roundtrip", kms_key_id=key["arn"], retention_in_days=90, tags=TAGS
    )
    longer = world.make(LOG_GROUP, name="/roundtrip/longer", tags=TAGS)
    hidden = ("skip_destroy",)
    assert_shown(world, group, hidden=hidden)
    assert_shown(world, longer, hidden=hidden)
    world.change(group, retention_in_days=0, kms_key_id=None, tags={**TAGS, "More": "1"})
    assert_shown(world, group, hidden=hidden)
    assert_gone(world, group)
    assert_gone(world, longer)


def test_metric_filter_shows_what_was_declared_and_changed(world: World) -> None:
    group = world.make(LOG_GROUP, tags=TAGS)
    count = {"name": "Errors", "namespace": "roundtrip", "value": "1", "default_value": "0"}
    filter_ = world.make(
        LOG_METRIC_FILTER,
        log_group_name=group.id,
        pattern="ERROR",
        metric_transformation={**count, "unit": "Count"},
    )
    assert_shown(world, filter_)
    world.change(filter_, pattern="?ERROR ?FATAL", metric_transformation=count)
    assert_shown(world, filter_)
    assert_gone(world, filter_)
    world.delete(group)


def test_alarm_shows_what_was_declared_and_changed(world: World) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:roundtrip"
    alarm = world.make(
        METRIC_ALARM,
        name="roundtrip",
        alarm_description="Too much",
        namespace="AWS/RDS",
        metric_name="CPUUtilization",
        dimensions={"DBClusterIdentifier": "roundtrip"},
        statistic="Average",
        threshold=80,
        comparison_operator="GreaterThanThreshold",
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=4,
        treat_missing_data="breaching",
        alarm_actions=[topic],
        ok_actions=[topic],
        tags=TAGS,
    )
    assert_shown(world, alarm)
    world.change(
        alarm,
        statistic=None,
        extended_statistic="p99",
        threshold=0.5,
        actions_enabled=False,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, alarm)
    assert_gone(world, alarm)


def test_alarm_on_an_expression_shows_its_queries(world: World) -> None:
    rate = {"id": "rate", "expression": "errors / 60", "label": "Rate", "return_data": True}
    errors = {
        "id": "errors",
        "return_data": False,
        "metric": {
            "namespace": "roundtrip",
            "metric_name": "Errors",
            "period": 60,
            "stat": "Sum",
            "dimensions": {"Service": "api"},
        },
    }
    alarm = world.make(
        METRIC_ALARM,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=1,
        metric_queries=[rate, errors],
        tags=TAGS,
    )
    assert_shown(world, alarm)
    assert_gone(world, alarm)


def test_dashboard_shows_what_was_declared_and_changed(world: World) -> None:
    world.make(
        METRIC_ALARM, comparison_operator="GreaterThanThreshold", evaluation_periods=1, tags=TAGS
    )
    dashboard = world.make(
        DASHBOARD, dashboard_name="roundtrip", dashboard_body=json.dumps({"widgets": []})
    )
    assert_shown(world, dashboard)
    text = {"type": "text", "properties": {"markdown": "Hello"}}
    world.change(dashboard, dashboard_body=json.dumps({"widgets": [text]}))
    assert_shown(world, dashboard)
    assert_gone(world, dashboard)


def test_composite_alarm_shows_what_was_declared_and_changed(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic")
    made = world.make(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        alarm_name="both",
        alarm_rule="ALARM(one) AND ALARM(other)",
        alarm_actions=[topic["arn"]],
        alarm_description="both are bad",
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(
        made,
        alarm_rule="ALARM(one) OR ALARM(other)",
        alarm_description=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    assert_gone(world, made)


def test_composite_alarm_is_not_suppressed_by_another(world: World) -> None:
    suppressor = {"alarm": "other", "wait_period": 10, "extension_period": 10}
    with pytest.raises(
        EmbeddedError, match=r"^actions_suppressor of aws:cloudwatch/compositeAlarm"
    ):
        world.make(
            "aws:cloudwatch/compositeAlarm:CompositeAlarm",
            alarm_name="both",
            alarm_rule="ALARM(one)",
            actions_suppressor=suppressor,
        )
