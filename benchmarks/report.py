"""How large the HTML report of 20,000 findings of the five stacks' mix is, and how long it takes.

Run it with `python -m benchmarks.report`. Each stack is deployed on the embedded AWS, verified with
its state and tried by the scenarios once; further findings and resources are copies under names of
their own, and every tenth finding is made a failure that says something else than any other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import TypeVar

from benchmarks.verify import STACKS
from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.record.form import Finding, Record, Resource
from stackproof.record.reading import read
from stackproof.reports.html import as_html

Thing = TypeVar("Thing", Finding, Resource)
NUMBER, FAILING = 20_000, 10
MOST_BYTES, MOST_SECONDS = 2_000_000, 1.0
RUNS = 3


def main() -> None:
    """Print the bytes, and the seconds of processor time."""
    many = _many([_record(name) for name in STACKS])
    seconds = []
    for _ in range(RUNS):
        began = time.process_time()
        page = as_html(many)
        seconds.append(time.process_time() - began)
    print(
        f"{len(many.findings)} findings on {len(many.resources)} resources, "
        f"{len(many.scenarios)} scenarios: {len(page.encode()) / 1e6:.2f} MB (at most "
        f"{MOST_BYTES / 1e6:.0f} wanted), {min(seconds):.2f} s (at most {MOST_SECONDS:.0f} wanted)"
    )


def _record(name: str) -> Record:
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    with tempfile.TemporaryDirectory() as home, embedded_aws() as server:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        given = ["--outputs", f"{home}/outputs.json", "--state", f"{home}/state.json"]
        stack = f"{{name: {name}, outputs: outputs.json, state: state.json}}"
        (Path(home) / "stackproof.yaml").write_text(f"nightly: {{stacks: [{stack}]}}")
        subprocess.run([stackproof, "deploy", name, *given], check=True, env=environment)
        subprocess.run(
            [stackproof, "nightly", "--reports", home, "--kind", ".json"],
            check=False,
            cwd=home,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        return read((Path(home) / f"{name}.json").read_bytes())


def _many(records: Sequence[Record]) -> Record:
    """Give one record of a stack as large as it takes, with the scenarios of the first one."""
    findings = list(islice(_copies([one for r in records for one in r.findings]), NUMBER))
    rounds = -(-NUMBER // sum(len(record.findings) for record in records))
    resources = [
        _renamed(resource, number)
        for number in range(rounds)
        for record in records
        for resource in record.resources
    ]
    controls = {control.id: control for record in records for control in record.controls}
    told = {"findings": findings, "resources": resources, "controls": list(controls.values())}
    return records[0].model_copy(update=told)


def _copies(findings: Sequence[Finding]) -> Iterator[Finding]:
    for number in count():
        for place, finding in enumerate(findings):
            one = _renamed(finding, number)
            if place % FAILING == 0:
                said = {"outcome": "fail", "property": "policy", "expected": "another"}
                said |= {"actual": f"value {number}-{place}", "fix": "Mend it."}
                one = one.model_copy(update=said)
            yield one


def _renamed(thing: Thing, number: int) -> Thing:
    if not number:
        return thing
    names = ("name", "id", "arn", "urn")
    return thing.model_copy(
        update={name: f"{held}-{number}" for name in names if (held := getattr(thing, name))}
    )


if __name__ == "__main__":
    main()
