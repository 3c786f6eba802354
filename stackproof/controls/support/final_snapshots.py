"""Whether a database leaves a snapshot behind when it is deleted."""

from __future__ import annotations

from stackproof.controls.support.checks import expect_set, unsaid
from stackproof.model import Fail, Outcome, Resource

_FIX = "Set skip_final_snapshot to false and name the snapshot in final_snapshot_identifier."


def leaves_snapshot(database: Resource) -> Outcome:
    """Pass when its program asks for a final snapshot and names it, as the provider wants both."""
    if database["skip_final_snapshot"]:
        return Fail("skip_final_snapshot", "false", True, _FIX)
    named = database.raw("final_snapshot_identifier")
    if database["skip_final_snapshot"] is None and named is None:
        return unsaid("a deletion that names no snapshot is refused")
    return expect_set(
        database,
        "final_snapshot_identifier",
        expected="the name of the final snapshot",
        fix="Set final_snapshot_identifier; without it the deletion fails half way.",
    )
