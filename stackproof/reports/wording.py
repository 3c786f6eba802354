"""How reports say what a record holds, whatever their format."""

from __future__ import annotations

from stackproof.model.sentences import many
from stackproof.record.findings import shown
from stackproof.record.form import SEVERITIES, Waiver
from stackproof.verify import OUTCOMES

__all__ = ["OUTCOMES", "SEVERITIES", "shown", "waived_by"]


def waived_by(waiver: Waiver) -> str:
    """Say how many resources a waiver covers."""
    number = many(len(waiver.resources), "resource")
    return (
        f"waiver {waiver.number} ({waiver.control} on {', '.join(waiver.patterns)}, "
        f"{waiver.owner}) covers {number}: {', '.join(waiver.resources)}"
    )
