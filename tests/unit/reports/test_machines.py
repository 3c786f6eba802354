"""Rows, Markdown and GitHub's commands: everything is said, and nothing that a name holds acts."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from stackproof.model import Fail, Unknown
from stackproof.record import record_of
from stackproof.reports.github import add_summary, commands
from stackproof.reports.markdown import as_markdown, code
from stackproof.reports.rows import COLUMNS, as_csv, as_jsonl
from stackproof.verify import Run
from tests.unit.reports.made import FAIL, OUTCOMES, finding, run, runs

HOSTILE = "=cmd()|\n::error::x\n\x1b[31m<img src=x> `@all` | # 100%"


def table(made: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(record_of(made)), newline="")))


@given(runs())
def test_every_finding_is_a_row_and_a_line(made: Run) -> None:
    facts, *lines = map(json.loads, as_jsonl(record_of(made)).split("\n"))
    assert facts["record"] == "run"
    assert facts["run"]["verdict"] == made.verdict
    assert [line["fingerprint"] for line in lines] == [f.fingerprint for f in made.findings]
    rows = table(made)
    assert [row["fingerprint"] for row in rows] == ([f.fingerprint for f in made.findings] or [""])
    assert all(set(row) == {"stack", "account", "answered_by", *COLUMNS, "verdict"} for row in rows)
    assert not [c for row in rows for c in row.values() if c[:1] in ("=", "+", "-", "@")]


def test_a_run_without_findings_says_its_verdict() -> None:
    (row,) = table(run())
    assert row["verdict"] == "not verified: there was nothing to judge"


@given(runs())
def test_what_needs_an_eye_is_in_the_summary(made: Run) -> None:
    page = as_markdown(record_of(made))
    for one in made.findings:
        if isinstance(one.outcome, (Fail, Unknown)):
            assert one.control.id in page


def test_the_summary_is_short_and_says_what_it_leaves_out() -> None:
    many = run(*(finding(FAIL, f"b-{number}") for number in range(300)))
    page = as_markdown(record_of(many))
    assert "  - and 295 more" in page
    assert len(page) < 2000


def test_the_summary_reads_as_sentences() -> None:
    made = run(finding(FAIL), finding(OUTCOMES["unknown"], number=1))
    assert as_markdown(record_of(replace(made, warnings=["a *b*"]))).splitlines() == [
        "## `payments-dev`: failed: the stack is not what it claims (1 failure)",
        "",
        "Account `123456789012`, `eu-west-1, us-east-1`, `http://127.0.0.1:5000 (emulated)`: "
        "3 resources; 1 fail, 1 unknown; "
        "accounted for: 0 judged, 0 without a control, 0 unreadable, 0 vanished, 0 not this "
        "stack's.",
        "",
        "> `a *b*`",
        "",
        "### Failed",
        "",
        "- **critical** `bucket-rule-0`: Buckets keep rule 0",
        "  - `ledger`: `acl` is `public-read`, expected `private`. `Set acl to private.`",
        "",
        "### Could not be seen",
        "",
        "- **high** `bucket-rule-1`: Buckets keep rule 1",
        "  - `ledger`: `acl could not be seen: access denied (s3:GetBucketAcl)`",
    ]


def test_a_hostile_name_is_neither_markup_nor_a_command() -> None:
    made = run(finding(FAIL, HOSTILE))
    page = as_markdown(record_of(made))
    (line,) = [line for line in page.splitlines() if "=cmd()" in line]
    assert line.startswith("  - `` =cmd()")
    assert "\x1b" not in page
    assert "\n::error" not in page
    (command,) = commands(record_of(made))
    assert "\n" not in command
    assert "100%25" in command
    (row,) = table(made)
    assert row["name"].startswith("'=cmd()|")
    assert row["name"].isprintable()


@pytest.mark.parametrize(
    ("text", "span"), [("", "(empty)"), ("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```")]
)
def test_code_spans_hold_whatever_stands_in_them(text: str, span: str) -> None:
    assert code(text) == span


def test_annotations_are_as_many_as_are_shown() -> None:
    few = list(commands(record_of(run(finding(FAIL), finding(OUTCOMES["unknown"])))))
    assert [line.partition(" ")[0] for line in few] == ["::error", "::warning"]
    assert few[0].startswith("::error title=critical%3A bucket-rule-0::ledger: acl is public-read")
    many = list(commands(record_of(run(*(finding(FAIL, f"b-{number}") for number in range(30))))))
    assert len(many) == 10
    assert many[-1].startswith("::error::and 21 more: failed")


def test_the_summary_is_added_to_what_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    add_summary(record_of(run(finding(FAIL))))
    assert file.read_text().startswith("before\n## `payments-dev`: failed")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    add_summary(record_of(run()))
