"""Deploy a stack once; try each mutation on a copy of it, several side by side.

Nothing is undone: the embedded AWS is forked for each mutation, and so is this process, which has
loaded what a run of the suite needs.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import boto3
import pytest

from stackproof.embedded.server.control import Server, copied, embedded_aws, isolated
from stackproof.outputs import Outputs, load
from stackproof.reports.scenarios import UNKNOWN
from tests.mutations.mutation import Group, Mutation, Tried, worst
from tests.requirements.claims import SCENARIOS, Claim, claims
from tests.requirements.lines import ROOT

_STACKPROOF = str(Path(sys.executable).with_name("stackproof"))
_FORK = multiprocessing.get_context("fork")
# Looking for exceptions that nobody sees collects garbage until there is none: 0.3 s a run.
_PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", f"--rootdir={ROOT}")


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack that is copied for each mutation."""

    server: Server
    outputs: Outputs


@contextmanager
def deployment(stack: str) -> Iterator[Deployed]:
    """Deploy a stack to an embedded AWS of its own, for the duration of the block."""
    with tempfile.TemporaryDirectory(prefix="stackproof-") as folder, embedded_aws() as server:
        file = Path(folder) / "flat-outputs.json"
        subprocess.run(
            [_STACKPROOF, "deploy", stack, "--outputs", str(file)],
            check=True,
            cwd=ROOT,
            env=isolated(os.environ, server, "us-east-1", home=Path(folder)),
            stdout=subprocess.DEVNULL,
        )
        yield Deployed(server, load(file))


def claimed(blueprint: str, number: str | None = None) -> list[Claim]:
    """Give the scenarios of a blueprint, and the general ones, that claim a line, or any."""
    own = (f"{SCENARIOS}{blueprint}/", f"{SCENARIOS}test_")
    return [c for c in claims() if c.file.startswith(own) and number in (None, c.number)]


def try_all(group: Group, deployed: Deployed) -> Iterator[Tried]:
    """Try the unchanged stack first, then each mutation; give what came of it, as it ends."""
    nodes = {claim.node for claim in claimed(group.blueprint)}
    before = _tried(deployed, None, sorted(nodes))
    yield before
    gc.freeze()  # what the forks share stays shared
    there = {node for node, said in before.outcomes.items() if said == "passed"}
    jobs: list[tuple[Mutation, list[str]]] = []
    for mutation in group.mutations:
        own = {claim.node for claim in claimed(group.blueprint, mutation.number)} & there
        jobs.append((mutation, sorted(own)))
    jobs += [(improvement, sorted(there)) for improvement in group.improvements]
    yield from _side_by_side(deployed, jobs)


def _side_by_side(
    deployed: Deployed, jobs: Sequence[tuple[Mutation, Sequence[str]]]
) -> Iterator[Tried]:
    waiting = list(reversed(jobs))
    running: dict[Connection, tuple[Mutation, Any]] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutation, nodes = waiting.pop()
            ours, theirs = _FORK.Pipe(duplex=False)
            process = _FORK.Process(target=_send, args=(theirs, deployed, mutation, nodes))
            process.start()
            theirs.close()
            running[ours] = (mutation, process)
        for ready in wait(list(running)):
            assert isinstance(ready, Connection)
            mutation, process = running.pop(ready)
            yield Tried(mutation, *ready.recv())
            process.join()


def _send(to: Connection, deployed: Deployed, mutation: Mutation, nodes: Sequence[str]) -> None:
    tried = _tried(deployed, mutation, nodes)
    to.send((dict(tried.outcomes), tried.error))
    to.close()


def _tried(deployed: Deployed, mutation: Mutation | None, nodes: Sequence[str]) -> Tried:
    if not nodes:
        return Tried(mutation, {}, "no scenario claims this line")
    with copied(deployed.server) as copy:
        _reach(copy, deployed.outputs)
        if mutation is not None:
            session: Any = boto3.Session(region_name=str(deployed.outputs["region"]))
            try:
                mutation.act(session.client, deployed.outputs)
            # Whatever a mutation stumbles over is told beside it, and the others are tried.
            except Exception as error:  # noqa: BLE001
                return Tried(mutation, {}, f"{type(error).__name__}: {error}")
        code, outcomes = _run(deployed.outputs.path, nodes)
        untold = "" if outcomes else f"pytest ended with {code} before any scenario"
        return Tried(mutation, outcomes, untold)


def _reach(copy: Server, outputs: Outputs) -> None:
    environment = isolated(os.environ, copy, str(outputs["region"]), home=outputs.path.parent)
    os.environ.clear()
    os.environ.update(environment)


class _Watch:
    """Keeps the worst that was said of each test."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = "unknown" if UNKNOWN in report.user_properties else report.outcome
        node = report.nodeid.partition("[")[0]
        self.outcomes[node] = worst(said, self.outcomes.get(node, said))


def _run(outputs: Path, nodes: Sequence[str]) -> tuple[int, dict[str, str]]:
    watch = _Watch()
    with _quiet():
        code = pytest.main(
            [*_PYTEST, f"--outputs={outputs}", *(str(ROOT / node) for node in nodes)],
            plugins=[watch],
        )
    return int(code), watch.outcomes


@contextmanager
def _quiet() -> Iterator[None]:
    """Send what is written to the terminal nowhere."""
    kept = [(number, os.dup(number)) for number in (1, 2)]
    with Path(os.devnull).open("w") as nowhere:
        for number, _ in kept:
            os.dup2(nowhere.fileno(), number)
        try:
            yield
        finally:
            for number, copy in kept:
                os.dup2(copy, number)
                os.close(copy)
