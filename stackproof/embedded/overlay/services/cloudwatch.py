"""CloudWatch: composite alarms, and the state that alarms start in."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates

_STATE = ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp")


@validates("cloudwatch", "PutMetricAlarm")
def remember_state(call: Call) -> None:
    """Remember the state of an alarm that is about to be changed: moto would start it anew.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    name = call.params["AlarmName"]
    alarm = call.backend("cloudwatch").alarms.get(name)
    if alarm is not None:
        call.kept("states")[name] = {attribute: getattr(alarm, attribute) for attribute in _STATE}


@postprocesses("cloudwatch", "PutMetricAlarm")
def start_state(call: Call, _: dict[str, Any]) -> None:
    """Start a new alarm without data; leave a changed one in its state.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    name = call.params["AlarmName"]
    alarm = call.backend("cloudwatch").alarms[name]
    before = call.kept("states").pop(name, {"state_value": "INSUFFICIENT_DATA"})
    for attribute, value in before.items():
        setattr(alarm, attribute, value)


@handles("cloudwatch", "PutCompositeAlarm")
def put_composite_alarm(call: Call) -> None:
    """Make or change an alarm on other alarms, which moto keeps and shows, but doesn't make.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    """
    given, backend = call.params, call.backend("cloudwatch")
    name = given["AlarmName"]
    before = backend.alarms.get(name)
    tags = backend.tagger.get_tag_dict_for_resource(before.alarm_arn) if before else {}
    no_metric = ("comparison_operator", "evaluation_periods", "metric_name", "namespace")
    no_value = ("period", "statistic", "threshold")
    alarm = backend.put_metric_alarm(
        name,
        **dict.fromkeys((*no_metric, *no_value)),
        dimensions=[],
        description=given.get("AlarmDescription"),
        alarm_actions=list(given.get("AlarmActions", ())),
        ok_actions=list(given.get("OKActions", ())),
        insufficient_data_actions=list(given.get("InsufficientDataActions", ())),
        actions_enabled=given.get("ActionsEnabled", True),
        rule=given["AlarmRule"],
    )
    alarm.state_value = before.state_value if before else "INSUFFICIENT_DATA"
    new = given.get("Tags", ()) if before is None else ()
    wanted = {**tags, **{tag["Key"]: tag["Value"] for tag in new}}
    backend.tagger.tag_resource(
        alarm.alarm_arn, [{"Key": key, "Value": value} for key, value in wanted.items()]
    )
