"""What GitHub Actions shows of a run: annotations, and the job's summary.

Source: GitHub Docs, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stackproof.reports.document import document, ranked
from stackproof.reports.markdown import as_markdown
from stackproof.verify import Run

# GitHub shows so many errors of a step, and as many warnings.
_SHOWN: Final = 10


def commands(run: Run) -> Iterator[str]:
    """Give a workflow command for the worst failures, for what could not be seen and the rest."""
    data = document(run)
    for command, outcome in (("error", "fail"), ("warning", "unknown")):
        found = ranked(data, outcome)
        shown = found if len(found) <= _SHOWN else found[: _SHOWN - 1]
        for finding in shown:
            title = f"{finding['severity']}: {finding['control']}"
            yield f"::{command} title={_property(title)}::{_message(finding['message'])}"
        if len(found) > len(shown):
            yield f"::{command}::{_message(f'and {len(found) - len(shown)} more: {run.verdict}')}"


def on_github() -> bool:
    """Tell whether this process is a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def add_summary(run: Run) -> None:
    """Add the run to the summary of the job, where the runner named a file for it.

    Raises OSError when that can't be written.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(as_markdown(run) + "\n\n")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
