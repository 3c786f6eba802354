"""Config: how often a recorder records, and which resources a rule is for."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses

_CONTINUOUS = {"recordingFrequency": "CONTINUOUS"}


@postprocesses("config", "PutConfigurationRecorder")
def put_recorder(call: Call, _: dict[str, Any]) -> None:
    """Keep the recording mode.

    AWS: https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingMode.html
    """
    recorder = call.params["ConfigurationRecorder"]
    mode = recorder.get("recordingMode") or _CONTINUOUS
    call.backend("config").recorders[recorder["name"]].stackproof_mode = mode


@postprocesses("config", "DescribeConfigurationRecorders")
def describe_recorders(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the recording mode and the recorder's ARN.

    AWS: https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorder.html
    """
    recorders = call.backend("config").recorders
    for recorder in answer["ConfigurationRecorders"]:
        recorder["recordingMode"] = recorders[recorder["name"]].stackproof_mode


@postprocesses("config", "PutConfigRule")
def put_rule(call: Call, _: dict[str, Any]) -> None:
    """Keep the tag that narrows a rule to some resources.

    AWS: https://docs.aws.amazon.com/config/latest/APIReference/API_Scope.html
    """
    rule = call.params["ConfigRule"]
    rules = call.backend("config").config_rules
    rules[rule["ConfigRuleName"]].stackproof_scope = rule.get("Scope") or {}


@postprocesses("config", "DescribeConfigRules")
def describe_rules(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the scope that was put.

    AWS: https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html
    """
    rules = call.backend("config").config_rules
    for rule in answer["ConfigRules"]:
        rule.pop("Scope", None)
        if scope := rules[rule["ConfigRuleName"]].stackproof_scope:
            rule["Scope"] = scope
