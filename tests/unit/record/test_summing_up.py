"""The last line of nightly and fleet: what gates let through isn't called verified."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stackproof.commands.nights import summed_up
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.reports.fleet import Row, as_csv, by_owner
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, OUTCOMES, finding


def test_each_end_is_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    ended = [("a", VERIFIED), ("b", VERIFIED), ("c", FAILED), ("d", COULD_NOT)]
    assert summed_up(ended, spared={"b", "c"}) == FAILED
    told = "4 stacks: 1 verified, 1 let through (b), 1 failed (c), 1 not verified (d)\n"
    assert capsys.readouterr().out == told
    assert summed_up(ended[1:2], spared={"b"}) == VERIFIED
    assert capsys.readouterr().out == "1 stack: 1 let through (b)\n"


def test_a_fleets_rows_say_what_was_let_through() -> None:
    failed, fine = night(finding(FAIL)), night(finding(OUTCOMES["pass"]))
    rows = [Row.of(failed, VERIFIED), Row.of(fine, VERIFIED), Row.of(failed, FAILED)]
    assert [row.word for row in rows] == ["let through", "verified", "failed"]
    assert [line.split(",")[4] for line in as_csv(rows).splitlines()[1:]] == [
        "failed",
        "let through",
        "verified",
    ]
    told = by_owner([replace(row, owner="team") for row in rows])
    assert told[0].startswith("team: 1 failed, 1 verified, 1 let through")
