"""How many calls `stackproof verify` sends for each reference system, and how long it takes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.minimum import smallest
from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.outputs import load
from stackproof.verify import snapshot_of

# The largest comes first: what its calls are for is shown, and how long it takes.
STACKS = ("scalepayments-prod", "nova-prod", "tap-production", "serverless-prod", "cicd-prod")
RUNS = 5
WANTED = 1.1


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying one stack takes: calls by service, the fewest possible, seconds by run."""

    resources: int
    findings: int
    sent: Mapping[str, int]
    least: Mapping[str, int]
    seconds: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times the smallest number of calls was sent."""
        return sum(self.sent.values()) / sum(self.least.values())


def main() -> None:
    """Deploy each stack to an embedded AWS, verify it, and print calls and seconds."""
    console = Console()
    measured = {stack: _measure(stack, RUNS if stack == STACKS[0] else 1) for stack in STACKS}
    console.print(_by_service(STACKS[0], measured[STACKS[0]]))
    console.print(_by_stack(measured))
    largest = measured[STACKS[0]]
    console.print(
        f"verify of {STACKS[0]}, process start included, {largest.findings} findings: "
        f"median {statistics.median(largest.seconds):.2f} s of {RUNS} runs "
        f"({min(largest.seconds):.2f} to {max(largest.seconds):.2f}; at most 3 wanted)"
    )


def _measure(stack: str, runs: int) -> Verified:
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    with embedded_aws() as server, tempfile.TemporaryDirectory() as home:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        os.environ.update(environment)
        outputs = Path(home) / "flat-outputs.json"
        deploy = [stackproof, "deploy", stack, "--outputs", str(outputs)]
        subprocess.run(deploy, check=True, env=environment)
        seconds: list[float] = []
        document: dict[str, Any] = {}
        for _ in range(runs):
            began = time.monotonic()
            done = subprocess.run(
                [stackproof, "verify", "--outputs", str(outputs), "--format", "json"],
                capture_output=True,
                text=True,
                check=False,
                env=environment,
            )
            seconds.append(time.monotonic() - began)
            document = json.loads(done.stdout)
        return Verified(
            resources=document["run"]["resources"],
            findings=len(document["findings"]),
            sent=document["run"]["api_calls_by_service"],
            least=smallest(snapshot_of(load(outputs)).stack()),
            seconds=tuple(seconds),
        )


def _by_service(stack: str, verified: Verified) -> Table:
    table = Table("service", "sent", "smallest", title=f"API calls of verify on {stack}")
    for service in sorted({*verified.sent, *verified.least}):
        sent, least = verified.sent.get(service, 0), verified.least.get(service, 0)
        table.add_row(service, str(sent), str(least))
    return table


def _by_stack(measured: Mapping[str, Verified]) -> Table:
    title = f"API calls of verify, and the fewest possible (at most {WANTED} times wanted)"
    table = Table("stack", "resources", "sent", "smallest", "ratio", title=title)
    for stack, verified in measured.items():
        sent, least = sum(verified.sent.values()), sum(verified.least.values())
        row = (stack, verified.resources, sent, least, f"{verified.ratio:.2f}")
        table.add_row(*(str(cell) for cell in row))
    return table


if __name__ == "__main__":
    main()
