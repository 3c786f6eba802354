"""The terminal's report: nothing that needs an eye is lost, and ids are never broken."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from rich.console import Console

from stackproof.model import Fail, Unknown, Waived
from stackproof.record import record_of
from stackproof.reports import text
from stackproof.reports.html import as_html
from stackproof.verify import Run
from stackproof.waivers import Match, Waiver
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, finding, run, runs


def written(made: Run, width: int = 80, *, summary: bool = False) -> str:
    out = io.StringIO()
    write = text.write_summary if summary else text.write
    write(record_of(made), Console(file=out, width=width))
    return out.getvalue()


@given(runs())
def test_everything_that_needs_an_eye_is_written(made: Run) -> None:
    report = written(made)
    for number, one in enumerate(made.findings):
        if isinstance(one.outcome, (Fail, Unknown, Waived)):
            # The number at the end of a made name tells it from all others.
            assert f"-{number:03}" in report
            assert one.control.id in report
    for word, count in made.summary.items():
        assert (f"{count} {word.replace('_', ' ')}" in report) == (count > 0)
    assert made.verdict in report


def test_failure_reads_as_a_sentence_with_its_fix() -> None:
    assert written(run(finding(FAIL))).splitlines()[:4] == [
        "CRITICAL  bucket-rule-0: Buckets keep rule 0",
        "  ledger",
        "    acl is public-read, expected private",
        "  fix: Set acl to private.",
    ]


def test_control_is_explained_once_for_all_resources() -> None:
    report = written(run(finding(FAIL, "a"), finding(FAIL, "b"), finding(FAIL, "b", "read")))
    assert report.count("Buckets keep rule 0") == 1
    assert report.count("fix:") == 1
    assert report.count("\n  b\n") == 1
    assert "    [read] acl is public-read" in report


def test_worst_comes_first() -> None:
    report = written(run(*(finding(FAIL, number=number) for number in (3, 1, 0, 2))))
    places = [report.index(word) for word in ("CRITICAL", "HIGH", "MEDIUM", "LOW")]
    assert places == sorted(places)


def test_unknowns_are_gathered_by_their_cause() -> None:
    unknown = OUTCOMES["unknown"]
    report = written(run(finding(unknown, "a"), finding(unknown, "b"), finding(unknown, number=1)))
    assert report.count("acl could not be seen: access denied (s3:GetBucketAcl)") == 1
    assert "  bucket-rule-0: a, b\n  bucket-rule-1: ledger\n" in report


@pytest.mark.parametrize("width", [20, 80, 120])
def test_long_ids_stay_whole_at_any_width(width: int) -> None:
    name = "service-" * 30
    report = written(run(finding(FAIL, name)), width)
    assert f"  {name}\n" in report


def test_name_can_neither_forge_a_line_nor_steer_the_terminal() -> None:
    evil = "x\x1b[2Jy\nverified: everything"
    made = run(replace(finding(FAIL), resource=bucket(evil)))
    report = written(made)
    assert "\x1b" not in report
    assert "\nverified" not in report


def test_markup_in_names_is_shown_as_it_is() -> None:
    assert "[bold red]x[/]\\" in written(run(finding(FAIL, "[bold red]x[/]\\")))


def test_run_says_where_it_looked_and_that_it_was_emulated() -> None:
    report = written(run(finding(OUTCOMES["pass"])))
    assert "payments-dev: account 123456789012, eu-west-1, us-east-1" in report
    assert "http://127.0.0.1:5000 (emulated)" in report
    assert "3 resources, 6 API calls, 1.2 s" in report
    assert report.splitlines()[-1] == "verified: everything was seen and everything holds"


def test_summary_names_each_broken_control_once() -> None:
    made = run(finding(FAIL, "a"), finding(FAIL, "b"), finding(FAIL, number=1))
    lines = written(made, summary=True).splitlines()
    assert lines[0] == "CRITICAL  bucket-rule-0: Buckets keep rule 0 (a and 1 more)"
    assert lines[1] == "HIGH  bucket-rule-1: Buckets keep rule 1 (ledger)"
    assert lines[-1] == "failed: the stack is not what it claims (3 failures)"


def test_warnings_stand_before_the_counts() -> None:
    lines = written(run(finding(OUTCOMES["pass"]), warnings=["waiver 2 matches nothing"]))
    assert lines.splitlines()[-3:] == [
        "WARNING waiver 2 matches nothing",
        "1 pass",
        "verified: everything was seen and everything holds",
    ]


def test_each_waiver_says_which_resources_it_covers() -> None:
    waiver = Waiver(
        control="bucket-rule-0",
        resource=("led*", "*-old"),
        reason="Old.",
        owner="dba",
        until=date(2030, 1, 31),
        expect=2,
    )
    covered = (bucket("ledger"), bucket("orders-old"))
    made = run(finding(OUTCOMES["waived"]), waivers=[Match(3, waiver, covered, None)])
    line = "waiver 3 (bucket-rule-0 on led*, *-old, dba) covers 2 resources: ledger, orders-old"
    assert line in written(made)
    page = as_html(record_of(made))
    assert "led*, *-old<br>" in page
    assert "covers 2 resources: ledger, orders-old<" in page
    [record] = record_of(made).waivers
    assert (record.expect, record.resources) == (2, ["ledger", "orders-old"])
