"""What GitHub Actions shows of a run: annotations, and the job's summary.

Source: GitHub Docs, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stackproof.model.outcome import OutcomeWord
from stackproof.record.form import Record
from stackproof.reports.markdown import as_markdown

# GitHub shows so many errors of a step, and as many warnings.
_SHOWN: Final = 10


def commands(record: Record) -> Iterator[str]:
    """Give a workflow command for the worst failures, for what could not be seen and the rest."""
    told: dict[str, OutcomeWord] = {"error": "fail", "warning": "unknown"}
    for command, outcome in told.items():
        found = record.ranked(outcome)
        shown = found if len(found) <= _SHOWN else found[: _SHOWN - 1]
        for finding in shown:
            title = f"{finding.severity}: {finding.control}"
            yield f"::{command} title={_property(title)}::{_message(finding.message)}"
        if len(found) > len(shown):
            more = f"and {len(found) - len(shown)} more: {record.run.verdict}"
            yield f"::{command}::{_message(more)}"


def on_github() -> bool:
    """Tell whether this process is a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def add_summary(record: Record) -> None:
    """Add the run to the summary of the job, where the runner named a file for it.

    Raises OSError when that can't be written.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(as_markdown(record) + "\n\n")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
