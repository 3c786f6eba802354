"""The rule that gives every control its level, the families it goes by, and its page."""

from __future__ import annotations

import re
from pathlib import Path

from pulumi_policy import EnforcementLevel

from stackproof.controls import catalogue
from stackproof.model import Category, Control, Family, Severity
from stackproof.policy_pack.levels import level
from stackproof.policy_pack.levels_page import page
from tests.unit.policy_pack.security_groups import SECURITY_GROUPS

DOCS = Path(__file__).resolve().parents[3] / "docs"
CONTROLS = catalogue().values()


def _severe(control: Control) -> bool:
    return control.severity in (Severity.CRITICAL, Severity.HIGH)


def test_family_and_severity_decide_the_level() -> None:
    mandatory = {c.id for c in CONTROLS if level(c) is EnforcementLevel.MANDATORY}
    assert mandatory == {c.id for c in CONTROLS if _severe(c) or c.family is not None}


def test_policies_for_everybody_are_severe() -> None:
    assert [c.id for c in CONTROLS if c.id.endswith("-not-public") and not _severe(c)] == []


def test_control_that_is_called_like_a_family_belongs_to_it() -> None:
    """A new control of an enforced family must say so; its types or its name give it away.

    What goes out is left to an organisation: nearly all programs let out everything.
    """
    for control in CONTROLS:
        if {*control.types} <= SECURITY_GROUPS and control.id != "security-group-egress-bounded":
            assert control.family is Family.SECURITY_GROUPS, control.id
        if re.search(r"customer-key|encrypted\b|-tls\b", control.id):
            assert control.family is Family.ENCRYPTION, control.id
        if control.family is Family.TAGGING:
            assert control.category is Category.TAGGING, control.id


def test_tagging_leaves_conventions_of_an_organisation_alone() -> None:
    conventions = {c.id for c in CONTROLS if c.category is Category.TAGGING and c.family is None}
    assert conventions == {"kms-key-alias", "names-carry-environment", "tags-known-environment"}


def test_published_page_is_the_one_that_the_rule_makes() -> None:
    assert (DOCS / "control-levels.md").read_text() == page()
