"""X-Ray: sampling rules."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import XRAY_SAMPLING_RULE

_MEMBERS = {
    "arn": "RuleARN",
    "attributes": "Attributes",
    "fixed_rate": "FixedRate",
    "host": "Host",
    "http_method": "HTTPMethod",
    "priority": "Priority",
    "reservoir_size": "ReservoirSize",
    "resource_arn": "ResourceARN",
    "rule_name": "RuleName",
    "service_name": "ServiceName",
    "service_type": "ServiceType",
    "url_path": "URLPath",
    "version": "Version",
}

TYPES = (
    Type(
        token=XRAY_SAMPLING_RULE,
        service="xray",
        listing=Listing(operation="GetSamplingRules", result="SamplingRuleRecords"),
        id="{SamplingRule[RuleName]}",
        arn="arn:{partition}:xray:{region}:{account}:sampling-rule/{SamplingRule[RuleName]}",
        name="{SamplingRule[RuleName]}",
        names={name: f"SamplingRule.{member}" for name, member in _MEMBERS.items()},
        # Each account has it in each region. X-Ray Developer Guide, "Configuring sampling rules".
        foreign=lambda item: item["SamplingRule"].get("RuleName") == "Default",
    ),
)
