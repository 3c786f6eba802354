"""Issues by fingerprints: which are to be opened, changed, reopened and closed for a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from stackproof.github.api import GitHub
from stackproof.model import Severity
from stackproof.parity.controls import PARITY
from stackproof.record.canonical import digest
from stackproof.record.form import Finding, Record
from stackproof.reports.markdown import code
from stackproof.safe_text import clean

LABEL: Final = "stackproof"
# More at once is no list that somebody works through; the others come with the next run.
MOST: Final = 50
_TITLE: Final = 200  # characters
_MARK: Final = re.compile(r"<!-- stackproof:([0-9a-f]{16}):([0-9a-f]+) -->")

Word = Literal["opened", "changed", "reopened", "closed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done to an issue; `number` is None for one that is opened."""

    word: Word
    number: int | None
    title: str
    body: str


def steps(record: Record, issues: Iterable[dict[str, Any]], least: Severity) -> list[Step]:
    """Give what makes a repository's issues say what a record says.

    An issue is closed only when somebody looked and the failure is not there any more; one that
    somebody closed by hand is reopened as long as it is. Issues of other stacks are left alone.
    """
    known = dict(sorted(_marked(record.run.stack, issues)))
    failing = {
        finding.fingerprint: finding
        for finding in record.ranked("fail")
        if Severity(finding.severity).at_least(least)
    }
    found: list[Step] = []
    for fingerprint, finding in failing.items():
        title, body = _title(record, finding), _body(record, finding)
        issue = known.get(fingerprint)
        if issue is None:
            found.append(Step("opened", None, title, body))
        elif issue["state"] != "open":
            found.append(Step("reopened", issue["number"], title, body))
        elif (issue["title"], _plain(issue["body"])) != (title, _plain(body)):
            found.append(Step("changed", issue["number"], title, body))
    open_ = {print_: issue for print_, issue in known.items() if issue["state"] == "open"}
    unseen = _unseen(record)
    for fingerprint, issue in open_.items():
        if fingerprint in failing or fingerprint in unseen or not _looked(record, fingerprint):
            continue
        if not _left_out(record, issue):
            closed = f"{_plain(issue['body'])}\n\nNot there any more on {record.run.began[:10]}."
            found.append(Step("closed", issue["number"], issue["title"], closed))
    return found


def take(github: GitHub, found: Iterable[Step]) -> Iterator[tuple[Step, int]]:
    """Do the steps, no more than MOST that open an issue; give each with its issue's number."""
    opened = 0
    for step in found:
        if step.number is None:
            if opened == 0:
                github.need_label(LABEL, "A failure that stackproof found")
            opened += 1
            if opened <= MOST:
                yield step, github.open_issue(step.title, step.body, LABEL)
            continue
        state = {"closed": {"state": "closed", "state_reason": "completed"}}
        state["reopened"] = {"state": "open", "state_reason": "reopened"}
        github.change_issue(
            step.number, title=step.title, body=step.body, **state.get(step.word, {})
        )
        yield step, step.number


def _looked(record: Record, fingerprint: str) -> bool:
    """Tell whether a failure that is not there any more would have been seen.

    Where questions had no answer, only the record before tells which failures that concerns: then
    they stand in `not_seen`.
    """
    if any(finding.fingerprint == fingerprint for finding in record.own):
        return True
    complete = record.changes is not None or not record.gaps
    return bool(record.own) and complete and not record.errors


def _unseen(record: Record) -> set[str]:
    """Give the fingerprints of which nobody knows whether they still fail."""
    unknown = {finding.fingerprint for finding in record.ranked("unknown")}
    return unknown | {finding.fingerprint for finding in record.not_seen}


def _left_out(record: Record, issue: dict[str, Any]) -> bool:
    """Tell whether nobody looked at what an issue is about: in its account, or by its control."""
    told = {*_plain(issue["body"]).split("\n")}

    def about(control: str) -> bool:
        return f"- Control: {code(control)}" in told

    if f"- Account: {code(record.run.account)}" not in told:
        return True
    if record.left_out is None or any(map(about, PARITY)):
        return False
    if not any(about(control.id) for control in record.controls):
        return True
    if not record.left_out.resources:
        return False
    named = {f"- Name: {code(r.name)}" for r in record.resources if r.status == "judged"}
    judged = (f"- Name: {code(f.name)}" in told for f in record.findings if about(f.control))
    return not told.isdisjoint(named) and not any(judged)


def _marked(stack: str, issues: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for issue in issues:
        mark = _MARK.search(issue.get("body") or "")
        if mark and mark[1] == _of(stack):
            yield mark[2], issue


def _of(stack: str) -> str:
    return digest(stack)[:16]


def _title(record: Record, finding: Finding) -> str:
    """Give one line: a title is no markup, but who is mentioned in it may be told."""
    told = f"{record.run.stack}: {finding.title} ({finding.control} on {finding.name})"
    return clean(told).replace("@", "(at)")[:_TITLE]


def _body(record: Record, finding: Finding) -> str:
    since = f" It fails since {finding.failing_since[:10]}." if finding.failing_since else ""
    facts = {
        "Resource": finding.arn or finding.id or finding.name,
        "Name": finding.name,
        "Region": finding.region,
        "Stack": record.run.stack,
        "Account": record.run.account,
        "Control": finding.control,
        "Part": finding.facet,
        "Is": finding.message,
        "Expected": finding.expected,
        "Fix": finding.fix,
    }
    lines = [f"A **{finding.severity}** failure that stackproof sees.{since}", ""]
    lines += [f"- {name}: {code(value)}" for name, value in facts.items() if value]
    lines += ["", "It is closed when it is seen to hold.", "", _mark(record, finding)]
    return "\n".join(lines)


def _mark(record: Record, finding: Finding) -> str:
    return f"<!-- stackproof:{_of(record.run.stack)}:{finding.fingerprint} -->"


def _plain(body: str | None) -> str:
    return (body or "").replace("\r\n", "\n").strip()
