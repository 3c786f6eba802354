"""A run in short, as Markdown: for a job's summary or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from stackproof.model.outcome import OutcomeWord
from stackproof.record.form import Finding, Record
from stackproof.reports import accounts
from stackproof.reports.changes import lines
from stackproof.reports.wording import answered, shown
from stackproof.safe_text import clean
from stackproof.types.owners import called

# GitHub takes a megabyte of summary and 65,536 characters of a comment; people read less.
_CONTROLS: Final = 30
_RESOURCES: Final = 5


def as_markdown(record: Record) -> str:
    """Give the verdict, what failed, what could not be seen, and how resources are accounted for.

    Whatever names and values hold stands in code spans: it is neither markup nor a mention.
    """
    return "\n".join(_lines(record))


def code(text: str) -> str:
    """Give a text as a code span, whatever it holds."""
    plain = clean(text)
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}" if plain else "(empty)"


def _lines(record: Record) -> Iterator[str]:
    run = record.run
    where = "its state alone" if run.sight == "state" else answered(run)
    counts = [f"{n} {word.replace('_', ' ')}" for word, n in record.summary.items() if n]
    yield f"## {code(run.stack)}: {_sentence(run.verdict)}"
    yield ""
    yield (
        f"Account {code(run.account)}, {code(', '.join(run.regions))}, {code(where)}: "
        f"{run.resources} resources; {', '.join(counts) or 'no findings'}; "
        f"{accounts.counted(record.accounting)}."
    )
    yield from (f"\n> {code(warning)}" for warning in record.warnings)
    if record.changes:
        yield "\n### What changed\n"
        for what, _, names in (change.strip().partition(": ") for change in lines(record)):
            yield f"- {_sentence(what)}" + (f": {code(names)}" if names else "")
    headings: dict[OutcomeWord, str] = {"fail": "Failed", "unknown": "Could not be seen"}
    for outcome, heading in headings.items():
        groups = [
            (control, list(found))
            for control, found in groupby(record.ranked(outcome), key=lambda f: f.control)
        ]
        if groups:
            yield f"\n### {heading}\n"
        for control, found in groups[:_CONTROLS]:
            yield f"- **{found[0].severity}** {code(control)}: {_sentence(found[0].title)}"
            yield from (f"  - {_finding(finding)}" for finding in found[:_RESOURCES])
            if len(found) > _RESOURCES:
                yield f"  - and {len(found) - _RESOURCES} more"
        if len(groups) > _CONTROLS:
            yield f"- and {len(groups) - _CONTROLS} more controls"


def _finding(finding: Finding) -> str:
    facet = f" {code(finding.facet)}" if finding.facet else ""
    named = f"{code(called(finding.name, finding.owner))}{facet}"
    if finding.outcome != "fail":
        return f"{named}: {code(finding.message)}"
    difference = f"{code(finding.property or '')} is {code(shown(finding.actual))}"
    return (
        f"{named}: {difference}, expected {code(finding.expected or '')}. {code(finding.fix or '')}"
    )


def _sentence(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|@])", r"\\\1", clean(text))
