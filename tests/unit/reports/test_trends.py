"""Plots and the index say what the history has: nothing is smoothed, and one night is no line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from stackproof.record import record_of
from stackproof.record.history import History
from stackproof.record.history.trend import Night, trend
from stackproof.reports.index import Row, as_index
from stackproof.reports.plots import plots_of
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, OUTCOMES, finding, run


def some_nights(number: int) -> Sequence[Night]:
    first = datetime(2026, 11, 1, 2, tzinfo=UTC)
    return [
        Night(
            began=first + timedelta(days=day),
            failures={"critical": day % 3, "high": 2, "medium": day % 7, "low": 9},
            oldest={"critical": float(day % 3), "high": float(day), "medium": 0.5, "low": 1.0},
            unknown=day % 2,
            judged=0.9,
        )
        for day in range(number)
    ]


def test_the_trend_counts_what_each_night_found(tmp_path: Path) -> None:
    history = History(str(tmp_path / "history"))
    unknown = finding(OUTCOMES["unknown"], number=2)
    history.add(night(finding(FAIL), day=30, month=10))
    history.add(night(finding(FAIL), finding(FAIL, "logs", number=1), unknown, day=1))
    history.add(night(day=2, why_not="no credentials"))
    history.add(night(finding(OUTCOMES["pass"]), finding(FAIL, "logs", number=1), day=3))
    told = trend(history, "payments-dev")
    assert [one.began.day for one in told] == [30, 1, 3]
    assert [one.failures["critical"] for one in told] == [1, 1, 0]
    assert [one.failures["high"] for one in told] == [0, 1, 1]
    assert [one.unknown for one in told] == [0, 1, 0]
    assert [one.oldest["critical"] for one in told] == [0, 2, 0]
    assert [one.oldest["high"] for one in told] == [0, 0, 2]
    assert [one.judged for one in told] == [1, 1, 1]
    assert trend(history, "nobody") == []


def test_each_plot_has_a_point_for_each_night_and_says_what_it_shows() -> None:
    plots = plots_of(some_nights(30))
    assert [plot.title for plot in plots] == [
        "Failures by severity",
        "Age of the oldest failure, days",
        "Resources judged, per cent",
    ]
    for plot, lines in zip(plots, (4, 4, 1), strict=True):
        svg = ElementTree.fromstring(plot.svg)
        assert (svg.get("role"), svg.get("aria-label")) == ("img", plot.alternative)
        paths = [one.get("d", "") for one in svg.iter() if one.tag.endswith("path")]
        assert [len(re.findall("[ML]", path)) for path in paths] == [30] * lines
    assert "critical 2, high 2, medium 1, low 9 in the last one" in plots[0].alternative
    assert sum(len(plot.svg) for plot in plots) < 40_000


def test_one_night_is_no_line_and_no_failure_is_one_at_zero() -> None:
    assert plots_of(some_nights(1)) == []
    assert plots_of([]) == []
    none = dict.fromkeys(("critical", "high", "medium", "low"), 0)
    calm = [Night(one.began, none, dict.fromkeys(none, 0.0), 0, None) for one in some_nights(2)]
    assert len(plots_of(calm)) == 2


def test_the_index_has_every_stack_the_worst_first() -> None:
    rows = [
        Row.of("fine", record_of(run(finding(OUTCOMES["pass"]))), 0, "fine.html"),
        Row.of("lost", None, None, None),
        Row.of("bad", record_of(run(finding(FAIL))), 1, "bad.html", some_nights(3)),
    ]
    page = as_index(rows)
    assert re.findall(r"<th scope=\"row\">(?:<a [^>]*>)?(\w+)", page) == ["bad", "lost", "fine"]
    assert "1 failed, 1 not verified, 1 verified" in page
    assert "let through" not in page
    assert "never looked at" in page
    assert page.count("<svg ") == 1


def test_what_the_gates_let_through_is_not_verified_in_the_index() -> None:
    page = as_index([Row.of("known", record_of(run(finding(FAIL))), 0, None)])
    assert "0 failed, 0 not verified, 1 let through, 0 verified" in page
    assert '<span class="badge waived">let through</span>' in page


def test_a_hostile_stack_is_text_in_the_index() -> None:
    page = as_index([Row.of("<script>x</script>\x1b[2J", None, None, None)])
    assert "<script" not in page
    assert "\x1b" not in page
