"""Deploy a stack once; try each mutation on a copy of it, several side by side.

Nothing is undone: the embedded AWS is forked for each mutation, and so is this process, which has
loaded what a run of the suite needs.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from stackproof.embedded.server.control import Server, copied, embedded_aws, isolated
from stackproof.outputs import Outputs, load
from tests.mutations.forked import side_by_side
from tests.mutations.mutation import Group, Mutation, Tried
from tests.mutations.suite import reach, run
from tests.requirements.claims import SCENARIOS, Claim, claims
from tests.requirements.lines import ROOT

_STACKPROOF = str(Path(sys.executable).with_name("stackproof"))


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
    nodes = sorted({claim.node for claim in claimed(group.blueprint)})
    # Reading changes nothing: this asks the server itself, so that copies have what it has loaded.
    reach(deployed.server, deployed.outputs)
    before = Tried(None, *_outcomes(deployed.outputs, nodes))
    yield before
    gc.freeze()  # what the forks share stays shared
    there = {node for node, said in before.outcomes.items() if said == "passed"}
    jobs: list[tuple[Mutation, list[str]]] = []
    for mutation in group.mutations:
        own = {claim.node for claim in claimed(group.blueprint, mutation.number)} & there
        jobs.append((mutation, sorted(own)))
    jobs += [(improvement, sorted(there)) for improvement in group.improvements]
    for mutation, (outcomes, error) in side_by_side(
        (mutation, partial(_tried, deployed, mutation, own)) for mutation, own in jobs
    ):
        yield Tried(mutation, outcomes, error)


def _tried(
    deployed: Deployed, mutation: Mutation, nodes: Sequence[str]
) -> tuple[Mapping[str, str], str]:
    """Change a copy of the deployed stack, and give what `Tried` has of it."""
    if not nodes:
        return {}, "no scenario claims this line"
    with copied(deployed.server) as copy:
        reach(copy, deployed.outputs)
        session: Any = boto3.Session(region_name=str(deployed.outputs["region"]))
        try:
            mutation.act(session.client, deployed.outputs)
        # Whatever a mutation stumbles over is told beside it, and the others are tried.
        except Exception as error:  # noqa: BLE001
            return {}, f"{type(error).__name__}: {error}"
        return _outcomes(deployed.outputs, nodes)


def _outcomes(outputs: Outputs, nodes: Sequence[str]) -> tuple[Mapping[str, str], str]:
    ran = run(outputs, nodes)
    return ran.outcomes, "" if ran.outcomes else f"pytest ended with {ran.code}: {ran.printed}"
