"""The terminal's report of a run."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stackproof.reports.document import document, shown
from stackproof.verify import Run

_ORDER = ("critical", "high", "medium", "low")
_COLOUR = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}


def write(run: Run, console: Console) -> None:
    """Write what failed, what could not be seen, and a summary a person can act on."""
    data = document(run)
    facts, summary = data["run"], data["summary"]
    where = f"{facts['endpoint']} (emulated)" if facts["emulated"] else "AWS"
    console.print(
        f"[bold]{escape(run.stack)}[/]: account {run.account}, {', '.join(run.regions)}, {where}"
    )
    _findings(console, [f for f in data["findings"] if f["outcome"] == "fail"])
    _unseen(console, [f for f in data["findings"] if f["outcome"] == "unknown"])
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in summary.items())
    console.print(
        f"{facts['resources']} resources, {counts}; "
        f"{facts['api_calls']} API calls, {facts['seconds']:.1f} s"
    )
    verdict = {
        0: "[bold green]verified[/]: everything was seen and everything holds",
        1: "[bold red]failed[/]: the stack is not what it claims",
        3: "[bold yellow]not verified[/]: not everything could be seen",
    }
    console.print(verdict[run.exit_code])


def _findings(console: Console, failed: list[dict[str, Any]]) -> None:
    for finding in sorted(failed, key=lambda f: (_ORDER.index(f["severity"]), f["control"])):
        style = _COLOUR[finding["severity"]]
        console.print(
            f"[{style}]{finding['severity'].upper()}[/] [bold]{finding['control']}[/] on "
            f"{escape(finding['name'])} ({finding['type']}, {escape(str(finding['id']))})"
        )
        console.print(
            f"  {escape(finding['property'])} is {escape(shown(finding['actual']))}, "
            f"expected {escape(finding['expected'])}",
            highlight=False,
        )
        fix = finding["message"].rsplit(f"expected {finding['expected']}. ", 1)[-1]
        console.print(f"  fix: {escape(fix)}", highlight=False)


def _unseen(console: Console, unknown: list[dict[str, Any]]) -> None:
    if not unknown:
        return
    causes: dict[str, list[str]] = {}
    for finding in unknown:
        causes.setdefault(finding["message"], []).append(
            f"{finding['control']} on {finding['name']}"
        )
    table = Table("could not be seen", "so these are unknown", title="Unknown")
    for message, hit in sorted(causes.items()):
        more = f" and {len(hit) - 3} more" if len(hit) > 3 else ""
        table.add_row(escape(message), escape(", ".join(hit[:3]) + more))
    console.print(table)
