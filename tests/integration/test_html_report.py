"""The HTML report in a real browser: its script runs, and its verdict shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stackproof.record import record_of
from stackproof.reports.html import as_html
from tests.browser import OPTIONS, browser
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, finding, run

HOSTILE = "<script>document.title = 'taken over'</script>"

Dump = Callable[[str], str]


@pytest.fixture
def dump(tmp_path: Path) -> Dump:
    """Give what a browser makes of a page, once its scripts have run."""
    found = browser()

    def render(page: str) -> str:
        file = tmp_path / "report.html"
        file.write_text(page, encoding="utf-8")
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        done = subprocess.run(
            [found, *OPTIONS, profile, "--dump-dom", file.as_uri()],
            capture_output=True,
            check=True,
            timeout=120,
        )
        return done.stdout.decode()

    return render


@pytest.mark.parametrize("word", ["pass", "fail", "unknown"])
def test_page_shows_its_verdict_and_its_script_ran(word: str, dump: Dump) -> None:
    made = run(finding(OUTCOMES[word]), finding(OUTCOMES["not_applicable"], "archive"))
    dom = dump(as_html(record_of(made)))
    assert re.search(f'id="verdict"[^>]*>{re.escape(made.verdict)}<', dom)
    # The page hides the form until its script has run to the end.
    assert re.search(r'<form id="filter" role="search">', dom)


def test_filter_leaves_only_the_rows_asked_for(dump: Dump) -> None:
    made = run(finding(FAIL, "ledger"), finding(OUTCOMES["pass"], "archive"), finding(FAIL, "logs"))
    typed = (
        '<script>query.value = "LED public"; outcome.value = "fail";'
        'document.getElementById("filter").dispatchEvent(new Event("input"));</script></body>'
    )
    dom = dump(as_html(record_of(made)).replace("</body>", typed))
    rows = re.findall(r"<tr data-outcome[^>]*>", dom)
    assert [" hidden" in row for row in rows] == [False, True, True]
    assert "1 of 3</small>" in dom


def test_hostile_name_does_not_run(dump: Dump) -> None:
    hostile = replace(finding(FAIL), resource=bucket(HOSTILE))
    dom = dump(as_html(record_of(run(hostile, stack=HOSTILE))))
    assert "<title>taken over</title>" not in dom
    assert "&lt;script&gt;document.title" in dom
