"""What changed reads as lines, the worst first, each finding once at however many sights."""

from __future__ import annotations

from stackproof.model import Pass
from stackproof.record.changes import linked
from stackproof.record.form import Chain
from stackproof.reports.changes import lines
from tests.unit.record.records_made import entry, night
from tests.unit.reports.made import FAIL, finding


def test_first_record_has_nothing_to_compare_with() -> None:
    first = linked(night(finding(FAIL)), None)
    assert list(lines(first)) == [
        "no history has the record (--history, or nightly.history in the settings): "
        "nothing to compare with"
    ]
    kept = first.model_copy(update={"chain": Chain(previous=None, digest="0" * 64)})
    assert list(lines(kept)) == ["the first record: nothing to compare with"]


def test_nothing_changed_is_said() -> None:
    first = linked(night(finding(Pass())), None)
    second = linked(night(finding(Pass()), day=2), first)
    assert list(lines(second)) == ["nothing changed since 2026-11-01 02:00"]


def test_changes_read_as_lines() -> None:
    first = linked(
        night(finding(FAIL, "old"), finding(FAIL, "mended"), entries=[entry("a", acl="private")]),
        None,
    )
    live = night(
        finding(FAIL, "old"),
        finding(Pass(), "mended"),
        *(finding(FAIL, f"new-{number}") for number in range(4)),
        day=9,
        entries=[entry("a", acl="public-read")],
    )
    state = [f.model_copy(update={"sight": "state"}) for f in live.findings]
    both = live.model_copy(update={"findings": [*live.findings, *state]})
    assert list(lines(linked(both, first), 2)) == [
        "not alike: other sights, live before and live, state now",
        "what changed since 2026-11-01 02:00:",
        "  new failures (5): critical bucket-rule-0 on new-0 (live, state), "
        "critical bucket-rule-0 on new-1 (live, state) and 3 more",
        "  fixed (1): critical bucket-rule-0 on mended",
        "  resources that came (4): s3.Bucket new-0, s3.Bucket new-1 and 2 more",
        "  properties that changed (1): s3.Bucket a acl from private to public-read",
        "  still failing: 1 (the oldest: critical for 8 days)",
    ]


def test_scenarios_that_fail_as_they_did_are_named() -> None:
    rest = dict.fromkeys(("family", "proves", "why", "message"), "")
    failed = {"scenario": "test_a", "outcome": "failed", "seconds": 0.1, **rest}
    first = linked(night(finding(Pass()), scenarios=[failed]), None)
    second = linked(night(finding(Pass()), day=2, scenarios=[failed]), first)
    assert list(lines(second)) == [
        "what changed since 2026-11-01 02:00:",
        "  scenarios still failing (1): test_a",
    ]
