"""JUnit XML is well-formed, its counts add up, and nothing unseen is a success."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given

from stackproof.model import Pass, outcome_word
from stackproof.record import record_of
from stackproof.reports.junit import as_junit
from stackproof.verify import Run
from tests.unit.reports.made import FAIL, OUTCOMES, finding, run, runs

TAGS = {"fail": "failure", "unknown": "error", "not_applicable": "skipped", "waived": "skipped"}


def parsed(made: Run) -> ElementTree.Element:
    return ElementTree.fromstring(as_junit(record_of(made)).encode())


@given(runs())
def test_every_finding_is_a_case_with_its_tag(made: Run) -> None:
    root = parsed(made)
    got = Counter(
        (suite.get("name"), case[0].tag if len(case) else "")
        for suite in root
        for case in suite
        if suite.get("name") != "stackproof"
    )
    assert got == Counter(
        (one.control.id, TAGS.get(outcome_word(one.outcome), "")) for one in made.findings
    )


@given(runs())
def test_counts_add_up(made: Run) -> None:
    root = parsed(made)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        tags = Counter(child.tag for case in cases for child in case)
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(tags["failure"])
        assert element.get("errors") == str(tags["error"])
        assert element.get("skipped") == str(tags["skipped"])


@given(runs())
def test_file_is_green_only_when_the_run_is(made: Run) -> None:
    root = parsed(made)
    red = int(root.get("failures", 0)) + int(root.get("errors", 0))
    assert (red == 0) == (made.exit_code == 0)


def test_run_that_saw_nothing_is_an_error() -> None:
    for made in (run(), run(finding(OUTCOMES["not_applicable"]))):
        error = parsed(made).find(".//error")
        assert error is not None
        assert "nothing to judge" in error.get("message", "")


def test_failure_tells_all_that_its_reader_needs() -> None:
    root = parsed(run(finding(FAIL), finding(Pass(), "archive")))
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("type") == "critical"
    assert failure.text is not None
    for part in ("ledger (arn:aws:s3:::ledger)", "acl", "private", "public-read", "Set acl to"):
        assert part in failure.text


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        ("http://127.0.0.1:5000", " (http://127.0.0.1:5000 (emulated))"),
        ("http://proxy:1", " (http://proxy:1 (not an endpoint of AWS))"),
        (None, ""),
    ],
)
def test_run_says_who_answered_but_aws(endpoint: str | None, name: str) -> None:
    assert parsed(run(endpoint=endpoint)).get("name") == f"stackproof payments-dev{name}"


@pytest.mark.parametrize("sign", ["\x9b", "\u202e", "\x1b", "\ufffe"])
def test_no_name_steers_a_terminal(sign: str) -> None:
    told = as_junit(record_of(replace(run(finding(FAIL)), stack=f"a{sign}b")))
    assert sign not in told
    assert "a\ufffdb" in told
