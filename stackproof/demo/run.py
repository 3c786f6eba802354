"""Run the demonstration's steps, tell of each, and time them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from stackproof.cli import write_output
from stackproof.demo.plants import PLANTS, Plant
from stackproof.demo.split import Split
from stackproof.embedded.engine import Deployment
from stackproof.embedded.engine import run as deploy
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.project import Project, find_project, stack_config
from stackproof.model import Fail, NotApplicable, Waived
from stackproof.model.outcome import OutcomeWord
from stackproof.outputs import Outputs, load
from stackproof.project import project_file, waivers_file
from stackproof.record import record_of
from stackproof.record.changes import linked
from stackproof.reports import text
from stackproof.reports.changes import lines
from stackproof.reports.html import as_html
from stackproof.settings.loading import load as load_settings
from stackproof.settings.places import find as find_settings
from stackproof.settings.settings import Settings
from stackproof.verify import Run, judge_by, tally, verify
from stackproof.waivers import Waiver, Waivers
from stackproof.waivers import load as load_waivers

OUTPUTS = Path("flat-outputs.json")
REPORT = Path("reports/demo.html")
RECORDS = (Path("reports/demo-before.json"), Path("reports/demo-after.json"))
_SCENARIOS = Path("reports/scenarios.json")
_MOST = 12

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted defect, and whether it was seen on its resource by the control for it."""

    what: str
    resource: str
    control: str
    caught: bool


def demonstrate(endpoint: str, stack: str, split: Split) -> bool:
    """Deploy a stack, verify it, break it and verify it again; tell whether all went as it must.

    Raises EmbeddedError when the stack can't be deployed, WaiversError when the project's waivers
    are no good.
    """
    say = _say(split.console)
    project = find_project(Path.cwd())
    waived = load_waivers(waivers_file(project_file(project.root)))
    settings = load_settings(find_settings(project_file(project.root)))
    with split.timed("deploy"):
        deployment = deploy(project, stack, stack_config(project, stack), endpoint)
        write_output(json.dumps(_public(deployment), indent=2), OUTPUTS)
    say(f"[bold]1. Deployed[/] {len(deployment.resources)} resources; the outputs: {OUTPUTS}")
    outputs = load(OUTPUTS)

    with split.timed("declared"):
        findings = Waivers(waived, stack).apply(
            settings.kept(judge_by(settings, deployment.declared()))[0]
        )
    declared = tally(findings)
    say(f"[bold]2. Declared[/] by the program: {_counts(declared)}")
    broken = [
        f"[red]{f.control.id}[/] on {escape(f.resource.name)}: {escape(f.outcome.property)}, "
        f"expected {escape(f.outcome.expected)}"
        for f in findings
        if isinstance(f.outcome, Fail)
    ]
    _list(say, broken)

    with split.timed("scenarios"):
        green, counts, red = _scenarios(project)
    say(f"[bold]3. Scenarios[/], pytest -n auto: {escape(counts)}")
    _list(say, [escape(line) for line in red])

    with split.timed("live"):
        before = verify(outputs, waived=waived, settings=settings)
    say("[bold]4. Live[/], read from the embedded AWS:")
    text.write_summary(record_of(before), split.console)

    plants, tolerated = _applicable(outputs, before)
    with split.timed("break and verify"):
        planted, after = _break(outputs, plants, before, waived, settings)
    say(f"[bold]5. Broken on purpose[/]: {sum(p.caught for p in planted)} of {len(planted)} caught")
    for flaw in planted:
        mark = "[green]caught[/]" if flaw.caught else "[bold red]MISSED[/]"
        say(f"   {mark}  {escape(flaw.what)}\n           {flaw.control} on {escape(flaw.resource)}")

    for plant in tolerated:
        say(f"   left out: {plant.what}, which {plant.control} tolerates here")

    with split.timed("report"):
        records = json.loads(_SCENARIOS.read_text(encoding="utf-8")) if _SCENARIOS.exists() else ()
        first = linked(record_of(before, records), None)
        second = linked(record_of(after, records), first)
        write_output(first.as_json(), RECORDS[0])
        write_output(second.as_json(), RECORDS[1])
        told = [asdict(flaw) for flaw in planted]
        page = as_html(second, declared, told, before.verdict)
        write_output(page, REPORT)
    say(f"[bold]6. Recorded[/] before and after: {RECORDS[0]}, {RECORDS[1]}; what changed:")
    _list(say, [escape(line) for line in list(lines(second, 2))[1:]])
    good = before.exit_code == 0 and not broken and green and all(p.caught for p in planted)
    verdict = (
        "[bold green]The demonstration holds.[/]" if good else "[bold red]It does not hold.[/]"
    )
    say(f"{verdict} The whole report: {REPORT}\nTime: {split}")
    return good


def _say(console: Console) -> Say:
    def say(message: str) -> None:
        console.print(message, soft_wrap=True, highlight=False)

    return say


def _list(say: Say, lines: list[str]) -> None:
    for line in lines[:_MOST]:
        say(f"   {line}")
    if len(lines) > _MOST:
        say(f"   … and {len(lines) - _MOST} more")


def _public(deployment: Deployment) -> dict[str, Any]:
    secret = deployment.secret_outputs
    return {name: value for name, value in deployment.outputs.items() if name not in secret}


def _scenarios(project: Project) -> tuple[bool, str, list[str]]:
    """Run the scenario suite as its users do: green or not, pytest's counts, what is not green."""
    folder = project.root / "tests/scenarios"
    if not folder.is_dir():
        raise EmbeddedError(f"{project.root} has no tests/scenarios; run this in the checkout")
    _SCENARIOS.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-n", "auto", "-q", "--no-header", "--tb=no"]
    command += ["-p", "no:cacheprovider", f"--outputs={OUTPUTS.resolve()}"]
    command += [f"--scenario-report={_SCENARIOS.resolve()}", str(folder)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=project.root,
        env={**os.environ, "COLUMNS": "160"},
    )
    lines = done.stdout.splitlines() + done.stderr.splitlines()
    wrong = ("FAILED", "ERROR", "SUBFAILED", "UNKNOWN", "Exit", "INTERNALERROR")
    counts = next((line for line in reversed(lines) if " in " in line), "pytest could not run")
    return done.returncode == 0, counts, [line for line in lines if line.startswith(wrong)]


def _applicable(outputs: Outputs, before: Run) -> tuple[list[Plant], list[Plant]]:
    """Part the plants into those that are defects of this stack, and those that it may have."""
    exempt: set[tuple[str, str | None]] = set()
    judged: set[tuple[str, str | None]] = set()
    for finding in before.findings:
        # A bucket and its settings share an id: what is judged of any of them is not exempt.
        names = {(finding.control.id, n) for n in (finding.resource.id, finding.resource.name)}
        (exempt if isinstance(finding.outcome, NotApplicable) else judged).update(names)
    exempt -= judged
    parts: tuple[list[Plant], list[Plant]] = ([], [])
    blueprint = outputs.get("blueprint")
    if blueprint not in PLANTS:
        raise EmbeddedError(
            f"the demonstration knows how to break {', '.join(PLANTS)}, and the stack's output "
            f"blueprint is {blueprint!r}; use deploy and verify for a program of your own"
        )
    for plant in PLANTS[blueprint]:
        parts[(plant.control, plant.resource(outputs)) in exempt].append(plant)
    return parts


def _break(
    outputs: Outputs,
    plants: Sequence[Plant],
    before: Run,
    waived: Sequence[Waiver],
    settings: Settings,
) -> tuple[list[Planted], Run]:
    """Plant the defects and verify anew; only a failure that was not there before counts.

    One that a waiver covers was seen all the same.
    """
    import boto3

    session: Any = boto3.Session(region_name=str(outputs["region"]))
    for plant in plants:
        plant.act(session.client, plant.resource(outputs))
    after = verify(outputs, waived=waived, settings=settings)
    known = {f.fingerprint for f in before.findings if isinstance(f.outcome, (Fail, Waived))}
    news = {
        (finding.control.id, name)
        for finding in after.findings
        if isinstance(finding.outcome, (Fail, Waived)) and finding.fingerprint not in known
        for name in (finding.resource.id, finding.resource.name)
    }
    return [
        Planted(plant.what, resource, plant.control, (plant.control, resource) in news)
        for plant in plants
        for resource in [plant.resource(outputs)]
    ], after


def _counts(counts: Mapping[OutcomeWord, int]) -> str:
    return ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in counts.items() if n)
