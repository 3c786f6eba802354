"""Run the demonstration's steps and time them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from stackproof.controls import judge
from stackproof.demo.plants import PLANTS, Plant
from stackproof.embedded.engine import run as deploy
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.project import Project, find_project, stack_config
from stackproof.model import Fail, outcome_word
from stackproof.outputs import Outputs, load
from stackproof.reports import text
from stackproof.reports.html import as_html
from stackproof.verify import Run, verify

OUTPUTS = Path("flat-outputs.json")
REPORT = Path("reports/demo.html")
_SCENARIOS = Path("reports/scenarios.json")


@dataclass(slots=True)
class Split:
    """The wall time of each step, in seconds."""

    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Time one step."""
        began = time.monotonic()
        yield
        self.steps[step] = time.monotonic() - began

    def __str__(self) -> str:
        parts = [f"{step} {seconds:.1f} s" for step, seconds in self.steps.items()]
        return f"{', '.join(parts)}: {sum(self.steps.values()):.1f} s in all"


@dataclass(frozen=True, slots=True)
class Caught:
    """Whether a planted defect was seen, where it is and by the control that must see it."""

    plant: Plant
    resource: str
    seen: bool


def demonstrate(endpoint: str, stack: str, console: Console) -> bool:
    """Deploy a stack, verify it, break it and verify it again; tell whether all went as it must.

    Raises EmbeddedError when the stack can't be deployed.
    """
    split = Split()
    project = find_project(Path.cwd())
    config = stack_config(project, stack)
    with split.timed("deploy"):
        deployment = deploy(project, stack, config, endpoint)
        public = {k: v for k, v in deployment.outputs.items() if k not in deployment.secret_outputs}
        OUTPUTS.write_text(json.dumps(public, indent=2) + "\n")
    console.print(
        f"[bold]1. Deployed[/] {stack}: {len(deployment.resources)} resources on the embedded "
        f"AWS, outputs in {OUTPUTS}"
    )
    outputs = load(OUTPUTS)
    with split.timed("judge declared"):
        declared = Counter(outcome_word(f.outcome) for f in judge(deployment.declared()))
    console.print(f"[bold]2. Declared[/]: {_counts(declared)}")
    with split.timed("scenarios"):
        green, summary = _scenarios(project)
    console.print(f"[bold]3. Scenarios[/], pytest -n auto: {summary}")
    with split.timed("verify"):
        before = verify(outputs)
    console.print("[bold]4. Live[/]:")
    text.write(before, console)
    with split.timed("break five things, verify"):
        caught, after = _break(outputs, PLANTS[str(outputs["blueprint"])], before)
    console.print("[bold]5. Broken on purpose[/], and verified again:")
    for one in caught:
        mark = "[green]caught[/]" if one.seen else "[bold red]MISSED[/]"
        console.print(f"   {mark}  {one.plant.what} ({one.resource}) by {one.plant.control}")
    with split.timed("report"):
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(
            as_html(
                after,
                scenarios=json.loads(_SCENARIOS.read_text()) if _SCENARIOS.exists() else (),
                declared=declared,
                plants=[
                    {
                        "what": one.plant.what,
                        "resource": one.resource,
                        "control": one.plant.control,
                        "caught": one.seen,
                    }
                    for one in caught
                ],
            )
        )
    good = before.exit_code == 0 and not declared["fail"] and green and all(c.seen for c in caught)
    verdict = "[bold green]The demonstration holds[/]" if good else "[bold red]It does not hold[/]"
    console.print(f"{verdict}: {REPORT} has the whole report. {split}.", soft_wrap=True)
    return good


def _scenarios(project: Project) -> tuple[bool, str]:
    """Run the scenario suite as its users do; give whether it is green, and its last line."""
    folder = project.root / "tests/scenarios"
    if not folder.is_dir():
        raise EmbeddedError(f"{project.root} has no tests/scenarios; run this in the checkout")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            "auto",
            "-q",
            "--no-header",
            "-p",
            "no:cacheprovider",
            f"--outputs={OUTPUTS.resolve()}",
            f"--scenario-report={_SCENARIOS.resolve()}",
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=project.root,
        env={**os.environ, "COLUMNS": "100"},
    )
    lines = (done.stdout + done.stderr).strip().splitlines() or ["pytest said nothing"]
    if done.returncode == 0:
        return True, lines[-1]
    return False, "\n".join(line for line in lines if line.startswith(("FAILED", "ERROR", "Exit")))


def _break(outputs: Outputs, plants: tuple[Plant, ...], before: Run) -> tuple[list[Caught], Run]:
    import boto3

    session: Any = boto3.Session(region_name=str(outputs["region"]))
    for plant in plants:
        plant.act(session.client, plant.resource(outputs))
    after = verify(outputs)
    known = {f.fingerprint for f in before.findings if isinstance(f.outcome, Fail)}
    news = {
        (finding.control.id, name)
        for finding in after.findings
        if isinstance(finding.outcome, Fail) and finding.fingerprint not in known
        for name in (finding.resource.id, finding.resource.name)
    }
    return [
        Caught(plant, plant.resource(outputs), (plant.control, plant.resource(outputs)) in news)
        for plant in plants
    ], after


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
