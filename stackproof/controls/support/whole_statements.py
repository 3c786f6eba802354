"""Statements that allow so much that other controls judge them: no pass for narrower ones."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import NotApplicable, Outcome, Pass, Unknown
from stackproof.reasoning.access import Statement
from stackproof.reasoning.policy_documents import SourcedStatement


def unless_whole(judged: Outcome, statements: Iterable[SourcedStatement | Unknown]) -> Outcome:
    """Give an outcome, but no pass where a statement that others judge allows more than it asks."""
    if not isinstance(judged, Pass):
        return judged
    for item in statements:
        if not isinstance(item, Unknown) and (reason := _whole(item.statement)):
            return NotApplicable(f"{item.statement.name} allows {reason}")
    return judged


def _whole(statement: Statement) -> str:
    if not statement.allows:
        return ""
    if statement.excepted_actions or statement.excepted_resources:
        return "all but what it lists, which iam-no-allow-all-but judges"
    if statement.every_action and statement.every_resource:
        return "every action, which iam-no-full-administrator judges"
    services = ", ".join(statement.services_throughout)
    return f"all actions of {services}, which iam-no-whole-service judges" if services else ""
