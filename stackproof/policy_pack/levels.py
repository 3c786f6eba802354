"""Which controls stop a preview: the one rule that gives every policy its level."""

from __future__ import annotations

from pulumi_policy import EnforcementLevel

from stackproof.model import Control, Severity

__all__ = ["level", "reason"]

_SEVERE = (Severity.CRITICAL, Severity.HIGH)


def level(control: Control) -> EnforcementLevel:
    """Give the level that a control has unless the pack's configuration says another."""
    if control.severity in _SEVERE or control.family is not None:
        return EnforcementLevel.MANDATORY
    return EnforcementLevel.ADVISORY


def reason(control: Control) -> str:
    """Say in a few words why a control has its level."""
    if control.family is None:
        return f"severity {control.severity}"
    return f"family {control.family}, severity {control.severity}"
