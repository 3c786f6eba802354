"""Rules of web ACLs that stand apart, in the words of those that stand in the web ACL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model.outcome import Unknown

_GROUPS = {
    "managed_rule_group": "managed_rule_group_statement",
    "rule_group_reference": "rule_group_reference_statement",
}


def of_group(association: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the rule that a WebAclRuleGroupAssociation makes.

    Its override_action is a word, `none` or `count`, where a rule has an object.
    """
    action = association.get("override_action") or "none"
    return {
        "name": association.get("rule_name"),
        "priority": association.get("priority"),
        "override_action": action if isinstance(action, Unknown) else {str(action): {}},
        "statement": {
            statement: association[group]
            for group, statement in _GROUPS.items()
            if association.get(group) is not None
        },
        "visibility_config": association.get("visibility_config"),
    }
