"""Plots of a stack's nights, as SVG whose colours the page's style sheet chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from stackproof.extras import needed
from stackproof.record.form import SEVERITIES

if TYPE_CHECKING:
    from stackproof.record.history.trend import Night

_WIDTH: Final = 440
_HEIGHT: Final = 220
# Told apart without colours as well; the style sheet has the colours for light and dark.
_DASHES: Final = {"critical": "none", "high": "8,3", "medium": "4,3", "low": "2,3"}
_COLOURS: Final = {"critical": "#b3181e", "high": "#e2662b", "medium": "#c9971a", "low": "#6f88c2"}
_ONE: Final = "#2f9e64"


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot, what it is called, and what it says in a sentence for who does not see it."""

    title: str
    svg: Markup
    alternative: str


def plots_of(nights: Sequence[Night]) -> list[Plot]:
    """Give the plots of failures, of their age and of what was judged.

    One night is no line: without a second there are none. Raises StackproofError where the
    plotting library isn't installed.
    """
    if len({night.began for night in nights}) < 2:
        return []
    last, first = nights[-1], nights[0]
    many = f"over {len(nights)} nights since {first.began:%Y-%m-%d}"
    judged = [night for night in nights if night.judged is not None]
    failures = failures_of(nights)
    return [
        *([failures] if failures else []),
        _by_severity(
            "Age of the oldest failure, days",
            nights,
            lambda night, name: night.oldest[name],
            f"The oldest failure {many}: {_told(last.oldest.items(), '{:.0f} days')}.",
        ),
        *_coverage(judged, many),
    ]


def failures_of(nights: Sequence[Night]) -> Plot | None:
    """Give the plot of failures by severity; None where there are not two nights."""
    if len({night.began for night in nights}) < 2:
        return None
    last, first = nights[-1], nights[0]
    return _by_severity(
        "Failures by severity",
        nights,
        lambda night, name: night.failures[name],
        f"Failures over {len(nights)} nights since {first.began:%Y-%m-%d}: "
        f"{_told(last.failures.items(), '{:.0f}')} in the last one, "
        f"{sum(first.failures.values())} in all in the first.",
    )


def _told(values: Iterable[tuple[str, float]], form: str) -> str:
    return ", ".join(f"{name} {form.format(value)}" for name, value in values)


def _by_severity(
    title: str, nights: Sequence[Night], value: Callable[[Night, str], float], summary: str
) -> Plot:
    leather = needed("leather", "history")
    chart = leather.Chart()
    most = max(value(night, name) for night in nights for name in SEVERITIES)
    chart.add_y_scale(0, max(1, most * 1.1))
    for name in SEVERITIES:
        points = [(night.began.replace(tzinfo=None), value(night, name)) for night in nights]
        chart.add_line(
            points, name=name, stroke_color=_COLOURS[name], stroke_dasharray=_DASHES[name]
        )
    return Plot(title, _svg(chart, summary), summary)


def _coverage(nights: Sequence[Night], many: str) -> list[Plot]:
    if len({night.began for night in nights}) < 2:
        return []
    leather = needed("leather", "history")
    chart = leather.Chart()
    chart.add_y_scale(0, 100)
    points = [(night.began.replace(tzinfo=None), 100 * (night.judged or 0)) for night in nights]
    chart.add_line(points, stroke_color=_ONE)
    summary = f"Resources judged {many}: {points[-1][1]:.0f} % in the last one."
    return [Plot("Resources judged, per cent", _svg(chart, summary), summary)]


def _svg(chart: object, summary: str) -> Markup:
    drawn: str = chart.to_svg(width=_WIDTH, height=_HEIGHT)  # type: ignore[attr-defined]
    start = drawn.index("<svg ") + len("<svg ")
    view = (
        f'class="plot" role="img" aria-label="{escape(summary)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
    )
    return Markup(f"<svg {view}{drawn[start:]}")
