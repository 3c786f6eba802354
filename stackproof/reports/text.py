"""The terminal's report of a run: what failed, what could not be seen, and the verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model import Sight
from stackproof.reports import accounts
from stackproof.reports.document import document, ranked, shown, waived_by
from stackproof.safe_text import clean
from stackproof.types.owners import called
from stackproof.verify import Run

_SEVERITY = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_VERDICT = {VERIFIED: "bold green", FAILED: "bold red", COULD_NOT: "bold yellow"}

Record = Mapping[str, Any]
Part = str | tuple[str, str]


def write(run: Run, console: Console) -> None:
    """Write a report that a person can act on; ids stay whole, however narrow the console."""
    data = document(run)
    for group in (_failures, _unknowns, _waived):
        for line in group(data):
            _print(console, *line)
    for line in _verdict(run, data):
        _print(console, *line)


def write_summary(run: Run, console: Console) -> None:
    """Write what was looked at, the controls that fail, and the verdict."""
    data = document(run)
    for _, group in groupby(ranked(data, "fail"), key=lambda f: f["control"]):
        findings = list(group)
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        _print(console, *_heading(findings[0]), f" ({_place(findings[0])}{more})")
    for line in _verdict(run, data):
        _print(console, *line)


def _print(console: Console, *parts: Part) -> None:
    safe = [clean(part) if isinstance(part, str) else (clean(part[0]), part[1]) for part in parts]
    console.print(Text.assemble(*safe), soft_wrap=True, highlight=False)


def _verdict(run: Run, data: Record) -> Iterator[list[Part]]:
    facts = data["run"]
    where = f"{facts['endpoint']} (emulated)" if facts["emulated"] else "AWS"
    where = "its state alone" if run.sight is Sight.STATE else where
    counts = [f"{n} {name.replace('_', ' ')}" for name, n in data["summary"].items() if n]
    yield [
        (run.stack, "bold"),
        f": account {run.account}, {', '.join(run.regions)}, {where}; "
        f"{facts['resources']} resources, {facts['api_calls']} API calls, {run.seconds:.1f} s",
    ]
    yield [accounts.counted(data["accounting"])]
    for status, listed in accounts.named(data["accounting"], accounts.ON_A_LINE):
        yield [f"  {status}: ", listed]
    for what, listed in accounts.not_read(data["gaps"]):
        yield [f"  {what}: ", listed]
    if data["parity"]:
        for what, listed in accounts.beside_state(data["parity"], accounts.ON_A_LINE):
            yield [f"{what}: ", listed]
    for warning in data["warnings"]:
        yield [("WARNING", "yellow"), f" {warning}"]
    yield [", ".join(counts) or "no findings"]
    yield [(run.verdict, _VERDICT[run.exit_code])]


def _failures(data: Record) -> Iterator[list[Part]]:
    """Say what each broken control demands once, then where it is broken."""
    for _, group in groupby(ranked(data, "fail"), key=lambda f: f["control"]):
        findings = list(group)
        yield _heading(findings[0])
        for resource, facets in groupby(findings, key=_resource):
            yield [f"  {resource}"]
            for finding in facets:
                named = finding["facet"] in finding["property"]
                facet = "" if named else f"[{finding['facet']}] "
                yield [
                    f"    {facet}{finding['property']} is {shown(finding['actual'])}, "
                    f"expected {finding['expected']}"
                ]
        for fix in dict.fromkeys(finding["fix"] for finding in findings):
            yield [f"  fix: {fix}"]
        yield []


def _unknowns(data: Record) -> Iterator[list[Part]]:
    """Say what could not be seen once, then what is unknown because of it."""
    causes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding in ranked(data, "unknown"):
        causes[finding["message"]][finding["control"]].append(_place(finding))
    for message, controls in causes.items():
        yield [("UNKNOWN", "yellow"), "  ", (message, "bold")]
        for control, places in controls.items():
            yield [f"  {control}: {accounts.listed(places, accounts.ON_A_LINE)}"]
        yield []


def _waived(data: Record) -> Iterator[list[Part]]:
    for finding in ranked(data, "waived"):
        yield [f"WAIVED  {finding['control']} on {_place(finding)}: {finding['message']}"]
        yield []
    for waiver in data["waivers"]:
        if waiver["resources"]:
            yield [waived_by(waiver)]


def _heading(finding: Record) -> list[Part]:
    severity = finding["severity"]
    return [
        (severity.upper(), _SEVERITY[severity]),
        "  ",
        (finding["control"], "bold"),
        f": {finding['title']}",
    ]


def _resource(finding: Record) -> str:
    key = finding["id"] or finding["arn"] or finding["type"]
    return called(finding["name"], finding["owner"]) + (
        f" ({key})" if key != finding["name"] else ""
    )


def _place(finding: Record) -> str:
    return called(finding["name"], finding["owner"]) + (
        f" [{finding['facet']}]" if finding["facet"] else ""
    )
