"""How many calls and how long `stackproof verify` takes on `scalepayments-prod`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.minimum import smallest
from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.outputs import load
from stackproof.verify import snapshot_of

STACK = "scalepayments-prod"
RUNS = 5


def main() -> None:
    """Deploy the stack to an embedded AWS, verify it some times, and print calls and seconds."""
    console = Console()
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    with embedded_aws() as server, tempfile.TemporaryDirectory() as home:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        os.environ.update(environment)
        outputs = Path(home) / "flat-outputs.json"
        began = time.monotonic()
        deploy = [stackproof, "deploy", STACK, "--outputs", str(outputs)]
        subprocess.run(deploy, check=True, env=environment)
        console.print(f"deploy: {time.monotonic() - began:.1f} s")
        seconds, document = [], {}
        for _ in range(RUNS):
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
        sent = document["run"]["api_calls_by_service"]
        least = smallest(snapshot_of(load(outputs)).stack())
    table = Table("service", "sent", "smallest", title=f"API calls of verify on {STACK}")
    for service in sorted({*sent, *least}):
        table.add_row(service, str(sent.get(service, 0)), str(least.get(service, 0)))
    total, floor = sum(sent.values()), sum(least.values())
    table.add_row("all", str(total), str(floor), style="bold")
    console.print(table)
    console.print(f"calls: {total / floor:.2f} times the smallest number (at most 1.3 wanted)")
    console.print(
        f"verify, process start included, {len(document['findings'])} findings: "
        f"median {statistics.median(seconds):.2f} s of {RUNS} runs "
        f"({min(seconds):.2f} to {max(seconds):.2f}; at most 3 wanted)"
    )


if __name__ == "__main__":
    main()
