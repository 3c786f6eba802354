"""Config: rules."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import CONFIG_RULE

RULE = Type(
    token=CONFIG_RULE,
    service="config",
    listing=Listing(
        operation="DescribeConfigRules",
        result="ConfigRules",
        single={"ConfigRuleNames": ["{id}"]},
        absent=("NoSuchConfigRuleException",),
    ),
    id="{ConfigRuleName}",
    arn="{ConfigRuleArn}",
    name="{ConfigRuleName}",
    names={"name": "ConfigRuleName", "rule_id": "ConfigRuleId"},
    # Rules of conformance packs and of other services name who made them.
    foreign=lambda item: bool(item.get("CreatedBy")),
    dying=lambda item: str(item.get("ConfigRuleState")).startswith("DELETING"),
    arn_service="config:config-rule",
)

TYPES = (RULE,)
