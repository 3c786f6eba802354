"""`stackproof verify` beside what people use today, on one account: `python -m benchmarks.peers`.

Every tool judges the same embedded account, in turn, from process start to process end: 148
resources; the same with 50 milliseconds for each call, as AWS takes; ten times as many. The other
tools are installed from the package index into environments of their own, once. Takes a quarter of
an hour; figures of a machine that does something else besides are good as ratios only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.peers.tools import Tool, isolated_tool, tools
from stackproof.embedded.faults import Fault, calls, forget_calls, inject
from stackproof.embedded.server.control import Server, embedded_aws, isolated

RUNS = 3
LATENCY = 0.05  # seconds for each call
SETTINGS = ((1, 0.0), (1, LATENCY), (10, 0.0))


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took: seconds on the clock and of processors, MB at most, and what it did."""

    seconds: float
    processor: float
    memory: float
    requests: int
    checks: int


def main() -> None:
    """Measure every tool in every setting, and print a table for each."""
    console = Console()
    compared = tools()
    for times, latency in SETTINGS:
        with _account(times, latency) as (server, environment, resources):
            # One after the other and again, so that what else the machine does meets them all.
            rounds = [[_taken(tool, server, environment) for tool in compared] for _ in range(RUNS)]
        measured = dict(zip(compared, zip(*rounds, strict=True), strict=True))
        told = f"{latency * 1000:.0f} ms for each call" if latency else "no latency"
        console.print(_table(f"{resources} resources, {told}", measured))
    for tool in compared:
        if tool.note:
            console.print(f"{tool.name}: {tool.note}")


@contextmanager
def _account(times: int, latency: float) -> Iterator[tuple[Server, dict[str, str], int]]:
    with embedded_aws() as server, tempfile.TemporaryDirectory() as home:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        # Apart: what this process takes counts as the least that a process it starts has taken.
        seeding = [sys.executable, "-m", "benchmarks.peers.seed", str(times)]
        seeded = subprocess.run(
            seeding, check=True, env=environment, capture_output=True, text=True
        )
        if latency:
            inject(server, Fault("delay", seconds=latency))
        yield server, environment, int(seeded.stdout)


def _taken(tool: Tool, server: Server, environment: Mapping[str, str]) -> Taken:
    """Run a tool once; raise RuntimeError when it didn't judge the account."""
    forget_calls(server)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as said:
            began = time.monotonic()
            process = subprocess.Popen(
                tool.command(folder),
                stdout=out,
                stderr=said,
                cwd=folder,
                env=isolated_tool(environment),
            )
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in tool.ends:
            tail = (folder / "stderr").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{tool.name} ended with {process.returncode}:\n{tail}")
        return Taken(
            seconds=seconds,
            processor=used.ru_utime + used.ru_stime,
            memory=used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024),
            requests=len(calls(server)),
            checks=tool.checks(folder),
        )


def _table(title: str, measured: Mapping[Tool, Sequence[Taken]]) -> Table:
    names = ("seconds", "ratio", "processor s", "ratio", "MB", "requests", "checks")
    table = Table("tool", *names, title=f"{title}; median of {RUNS} runs, ratios to stackproof")
    ours = next(iter(measured.values()))
    for tool, runs in measured.items():
        seconds, least = (median(r.seconds for r in of) for of in (runs, ours))
        processor, own = (median(r.processor for r in of) for of in (runs, ours))
        table.add_row(
            tool.name,
            f"{seconds:.2f}",
            f"{seconds / least:.2f}",
            f"{processor:.2f}",
            f"{processor / own:.2f}",
            f"{max(r.memory for r in runs):.0f}",
            str(runs[0].requests),
            str(runs[0].checks),
        )
    return table


if __name__ == "__main__":
    main()
