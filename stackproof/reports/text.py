"""The terminal's report of a run: what failed, what could not be seen, and the verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model.sentences import listed
from stackproof.record.form import Finding, Record
from stackproof.reports import accounts
from stackproof.reports.wording import answered, shown, waived_by
from stackproof.safe_text import clean
from stackproof.types.owners import called

_SEVERITY = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_VERDICT = {VERIFIED: "bold green", FAILED: "bold red", COULD_NOT: "bold yellow"}

Part = str | tuple[str, str]


def write(record: Record, console: Console) -> None:
    """Write a report that a person can act on; ids stay whole, however narrow the console."""
    for group in (_failures, _unknowns, _waived):
        for line in group(record):
            _print(console, *line)
    for line in _verdict(record):
        _print(console, *line)


def write_summary(record: Record, console: Console) -> None:
    """Write what was looked at, the controls that fail, and the verdict."""
    for _, group in groupby(record.ranked("fail"), key=lambda f: f.control):
        findings = list(group)
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        _print(console, *_heading(findings[0]), f" ({_place(findings[0])}{more})")
    for line in _verdict(record):
        _print(console, *line)


def _print(console: Console, *parts: Part) -> None:
    safe = [clean(part) if isinstance(part, str) else (clean(part[0]), part[1]) for part in parts]
    console.print(Text.assemble(*safe), soft_wrap=True, highlight=False)


def _verdict(record: Record) -> Iterator[list[Part]]:
    facts = record.run
    where = "its state alone" if facts.sight == "state" else answered(facts)
    counts = [f"{n} {name.replace('_', ' ')}" for name, n in record.summary.items() if n]
    yield [
        (facts.stack, "bold"),
        f": account {facts.account}, {', '.join(facts.regions)}, {where}; "
        f"{facts.resources} resources, {facts.api_calls} API calls, {facts.seconds:.1f} s",
    ]
    yield [accounts.counted(record.accounting)]
    for status, names in accounts.named(record.unjudged, accounts.ON_A_LINE):
        yield [f"  {status}: ", names]
    in_part = accounts.seen_in_part(record.accounting, accounts.ON_A_LINE)
    for what, names in (*accounts.not_read(record.gaps), *in_part):
        yield [f"  {what}: ", names]
    if record.parity:
        for what, told in accounts.beside_state(record.parity, accounts.ON_A_LINE):
            yield [f"{what}: ", told]
    for warning in record.warnings:
        yield [("WARNING", "yellow"), f" {warning}"]
    yield [", ".join(counts) or "no findings"]
    yield [(facts.verdict, _VERDICT[facts.exit_code])]


def _failures(record: Record) -> Iterator[list[Part]]:
    """Say what each broken control demands once, then where it is broken."""
    for _, group in groupby(record.ranked("fail"), key=lambda f: f.control):
        findings = list(group)
        yield _heading(findings[0])
        for resource, facets in groupby(findings, key=_resource):
            yield [f"  {resource}"]
            for finding in facets:
                named = finding.facet in (finding.property or "")
                facet = "" if named else f"[{finding.facet}] "
                yield [
                    f"    {facet}{finding.property} is {shown(finding.actual)}, "
                    f"expected {finding.expected}"
                ]
        for fix in dict.fromkeys(finding.fix or "" for finding in findings):
            yield [f"  fix: {fix}"]
        yield []


def _unknowns(record: Record) -> Iterator[list[Part]]:
    """Say what could not be seen once, then what is unknown because of it."""
    causes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding in record.ranked("unknown"):
        causes[finding.message][finding.control].append(_place(finding))
    for message, controls in causes.items():
        yield [("UNKNOWN", "yellow"), "  ", (message, "bold")]
        for control, places in controls.items():
            yield [f"  {control}: {listed(places, accounts.ON_A_LINE)}"]
        yield []


def _waived(record: Record) -> Iterator[list[Part]]:
    for finding in record.ranked("waived"):
        yield [f"WAIVED  {finding.control} on {_place(finding)}: {finding.message}"]
        yield []
    for waiver in record.waivers:
        if waiver.resources:
            yield [waived_by(waiver)]


def _heading(finding: Finding) -> list[Part]:
    severity = finding.severity
    return [
        (severity.upper(), _SEVERITY[severity]),
        "  ",
        (finding.control, "bold"),
        f": {finding.title}",
    ]


def _resource(finding: Finding) -> str:
    key = finding.id or finding.arn or finding.type
    return called(finding.name, finding.owner) + (f" ({key})" if key != finding.name else "")


def _place(finding: Finding) -> str:
    return called(finding.name, finding.owner) + (f" [{finding.facet}]" if finding.facet else "")
