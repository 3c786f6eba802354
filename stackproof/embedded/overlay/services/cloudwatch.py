"""CloudWatch: the state that alarms start in."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import amends, guards

_STATE = ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp")


@guards("cloudwatch", "PutMetricAlarm")
def remember_state(call: Call) -> None:
    """Remember the state of an alarm that is about to be changed: moto would start it anew.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    name = call.params["AlarmName"]
    alarm = call.backend("cloudwatch").alarms.get(name)
    if alarm is not None:
        call.kept("states")[name] = {attribute: getattr(alarm, attribute) for attribute in _STATE}


@amends("cloudwatch", "PutMetricAlarm")
def start_state(call: Call, _: dict[str, Any]) -> None:
    """Start a new alarm without data; leave a changed one in its state.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    name = call.params["AlarmName"]
    alarm = call.backend("cloudwatch").alarms[name]
    before = call.kept("states").pop(name, {"state_value": "INSUFFICIENT_DATA"})
    for attribute, value in before.items():
        setattr(alarm, attribute, value)
