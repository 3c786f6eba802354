"""How reports say what a record holds, whatever their format."""

from __future__ import annotations

from stackproof.endpoints import who
from stackproof.model.sentences import many
from stackproof.record.findings import shown
from stackproof.record.form import SEVERITIES, RunFacts, Waiver
from stackproof.verify import OUTCOMES

__all__ = ["OUTCOMES", "SEVERITIES", "answered", "shown", "waived_by"]


def answered(run: RunFacts) -> str:
    """Say who has answered a run; of one that is not known to have asked anybody, just that."""
    if run.endpoint is None and not (run.api_calls or run.resources):
        return "not known who answered"
    return who(run.endpoint)


def waived_by(waiver: Waiver) -> str:
    """Say how many resources a waiver covers."""
    number = many(len(waiver.resources), "resource")
    return (
        f"waiver {waiver.number} ({waiver.control} on {', '.join(waiver.patterns)}, "
        f"{waiver.owner}) covers {number}: {', '.join(waiver.resources)}"
    )
