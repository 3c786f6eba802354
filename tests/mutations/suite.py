"""Run scenarios in this process, against an embedded AWS."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import pytest

from stackproof.embedded.server.control import Server, isolated
from stackproof.outputs import Outputs
from stackproof.reports.scenarios import UNKNOWN
from tests.mutations.mutation import worst
from tests.requirements.lines import ROOT

# Looking for exceptions that nobody sees collects garbage until there is none: 0.3 s a run.
_PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", f"--rootdir={ROOT}")


@dataclass(frozen=True, slots=True)
class Ran:
    """How pytest ended, the worst that was said of each test, and what was printed."""

    code: int
    outcomes: Mapping[str, str]
    printed: str


def reach(server: Server, outputs: Outputs) -> None:
    """Let all that this process asks AWS from now on be asked there."""
    environment = isolated(os.environ, server, str(outputs["region"]), home=outputs.path.parent)
    os.environ.clear()
    os.environ.update(environment)


def run(outputs: Outputs, paths: Sequence[str], *options: str) -> Ran:
    """Run scenarios: files, folders or nodes below the checkout."""
    watch = _Watch()
    with tempfile.TemporaryFile("w+") as printed:
        with _terminal(printed):
            code = pytest.main(
                [
                    *_PYTEST,
                    f"--outputs={outputs.path}",
                    *options,
                    *(str(ROOT / path) for path in paths),
                ],
                plugins=[watch],
            )
        printed.seek(0)
        return Ran(int(code), watch.outcomes, printed.read())


class _Watch:
    """Keeps the worst that was said of each test."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = "unknown" if UNKNOWN in report.user_properties else report.outcome
        node = report.nodeid.partition("[")[0]
        self.outcomes[node] = worst(said, self.outcomes.get(node, said))


@contextmanager
def _terminal(file: IO[str]) -> Iterator[None]:
    """Send what is written to the terminal to a file."""
    sys.stdout.flush()
    kept = [(number, os.dup(number)) for number in (1, 2)]
    for number, _ in kept:
        os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        sys.stdout.flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
