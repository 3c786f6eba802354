"""The lists of parity alone: what has vanished, what has drifted, what no state knows.

A fourth names what could not be looked at, so that nobody takes it for the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from stackproof.endpoints import who
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model.sentences import many
from stackproof.parity.accounting import Status, short
from stackproof.parity.controls import PARITY
from stackproof.parity.drift import DRIFT
from stackproof.parity.vanished import EXISTS
from stackproof.record import record_of
from stackproof.record.form import Gap
from stackproof.reports.accounts import not_read
from stackproof.reports.wording import shown
from stackproof.safe_text import clean
from stackproof.verify import Run, tally

_OUTCOMES = ("fail", "unknown", "waived")


def exit_code(run: Run) -> int:
    """Give 1 for anything vanished or drifted, 3 when something could not be seen, else 0."""
    count = tally([finding for finding in run.findings if finding.control.id in PARITY])
    if count["fail"]:
        return FAILED
    blind = count["unknown"] or run.accounting.counts[Status.UNREADABLE]
    return COULD_NOT if blind or not run.accounting.entries else VERIFIED


def lists(run: Run) -> dict[str, Any]:
    """Give the lists as plain data: findings of what vanished and drifted, what is unmanaged.

    `unseen` is what is named or stands there and could not be read, each with the reason; `gaps`
    are the questions that AWS did not answer, whatever they would have shown.
    """
    data = record_of(run).model_dump()
    findings = [finding for finding in data["findings"] if finding["outcome"] in _OUTCOMES]
    return {
        "stack": run.stack,
        "endpoint": run.endpoint,
        "emulated": run.emulated,
        "exit_code": exit_code(run),
        "verdict": verdict(run),
        # Nobody knows whether what could not be read is there: that is said below, as `unseen`.
        "vanished": [
            finding
            for finding in findings
            if finding["control"] == EXISTS.id and finding["outcome"] != "unknown"
        ],
        "drifted": [finding for finding in findings if finding["control"] == DRIFT.id],
        "unseen": [
            entry for entry in data["resources"] if entry["status"] == Status.UNREADABLE.value
        ],
        "gaps": data["gaps"],
        "parity": data["parity"],
        "warnings": data["warnings"],
    }


def verdict(run: Run) -> str:
    """Say in one sentence what the exit code means."""
    mine = {
        control: tally([finding for finding in run.findings if finding.control.id == control])
        for control in PARITY
    }
    gone, drifted = mine[EXISTS.id]["fail"], mine[DRIFT.id]["fail"]
    unseen = sum(count["unknown"] for count in mine.values())
    if gone or drifted:
        lost = f"{many(gone, 'resource')} vanished, {many(drifted, 'property')} drifted"
        text = f"different: {lost}"
    elif unseen or run.accounting.unreadable:
        blind = f" ({many(unseen, 'finding')} unknown)" if unseen else ""
        text = f"not verified: not everything could be seen{blind}"
    elif not run.accounting.entries:
        text = "not verified: nothing names a resource"
    elif run.comparison is None:
        text = "the same as far as the outputs say: all that they name is there; a state says more"
    else:
        text = (
            f"the same: all that is named is there, and {run.comparison.compared} properties are "
            "what the program set"
        )
    return "; ".join(filter(None, [text, run.accounting.unreadable, run.not_read]))


def as_json(run: Run) -> str:
    """Give the lists as JSON text."""
    return json.dumps(lists(run), indent=2)


def write(run: Run, console: Console) -> None:
    """Write the lists one under the other, a line an entry, so that ids stay whole."""
    for line in _lines(lists(run)):
        console.print(clean(line), soft_wrap=True, highlight=False, markup=False)


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    compared = told["parity"]
    yield f"vanished ({len(told['vanished'])})"
    for finding in told["vanished"]:
        yield f"  {_place(finding)}: {_sentence(finding)}"
    yield f"drifted ({len(told['drifted'])})"
    for finding in told["drifted"]:
        yield f"  {_place(finding)}: {_sentence(finding)}"
    yield f"unmanaged ({len(compared['unmanaged'])})" if compared else "unmanaged (no state given)"
    for entry in compared["unmanaged"] if compared else ():
        yield f"  {_place(entry)}"
    if told["unseen"]:
        yield f"could not be looked at ({len(told['unseen'])})"
    for entry in told["unseen"]:
        yield f"  {_place(entry)}: {entry['why']}"
    for what, listed in not_read([Gap.model_validate(gap) for gap in told["gaps"]]):
        yield f"{what}: {listed}"
    for warning in told["warnings"]:
        yield f"warning: {warning}"
    if compared:
        yield (
            f"{compared['properties_compared']} properties compared; "
            f"{compared['properties_not_shown']} more are not shown by AWS"
        )
    yield f"{told['stack']}, {who(told['endpoint'])}: {told['verdict']}"


def _place(entry: Mapping[str, Any]) -> str:
    """Say which resource: by the name that the program gives it, where a state knows that."""
    name = entry["urn"].rpartition("::")[2] if entry["urn"] else entry["name"]
    key = entry["arn"] or entry["id"]
    known = f" ({key})" if key and key != name else ""
    return f"{short(entry['type'])} {name}{known}".strip()


def _sentence(finding: Mapping[str, Any]) -> str:
    if finding["outcome"] == "fail" and finding["control"] == DRIFT.id:
        return f"{finding['property']} is {shown(finding['actual'])}, {finding['expected']}"
    return str(finding["actual" if finding["outcome"] == "fail" else "message"])
