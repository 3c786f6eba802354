"""A nightly run of the five reference systems on one embedded AWS: seconds, and memory of it all.

Run it with `python -m benchmarks.nightly`. Scenarios, state, live and parity of each, as
`stackproof nightly` does it; the server that plays AWS isn't counted.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.verify import STACKS
from stackproof.embedded.server.control import embedded_aws, isolated

MOST_SECONDS, MOST_MEGABYTES = 60, 500
_PROC: Final = Path("/proc")
_BETWEEN: Final = 0.1  # seconds


def main() -> None:
    """Print the seconds, by the clock and of the processor, and the megabytes at the most."""
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    with tempfile.TemporaryDirectory() as home, embedded_aws() as server:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        for name in STACKS:
            files = ["--outputs", f"{home}/{name}.out.json", "--state", f"{home}/{name}.state.json"]
            subprocess.run([stackproof, "deploy", name, *files], check=True, env=environment)
        listed = ", ".join(
            f"{{name: {name}, outputs: {name}.out.json, state: {name}.state.json}}"
            for name in STACKS
        )
        settings = f"nightly: {{history: evidence, stacks: [{listed}]}}"
        (Path(home) / "stackproof.yaml").write_text(settings)
        used = _processor()
        began = time.monotonic()
        with subprocess.Popen(
            [stackproof, "nightly", "--reports", f"{home}/reports"],
            cwd=home,
            env=environment,
            stdout=subprocess.DEVNULL,
        ) as run:
            most = 0.0
            while run.poll() is None:
                most = max(most, sum(map(_megabytes, _family(run.pid))))
                time.sleep(_BETWEEN)
        seconds = time.monotonic() - began
    print(
        f"exit code {run.returncode}, {seconds:.0f} s (at most {MOST_SECONDS} wanted), "
        f"{_processor() - used:.0f} s of processor time, {most:.0f} MB at the most "
        f"(at most {MOST_MEGABYTES} wanted)"
    )


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(parent: int) -> list[int]:
    """Give a process and all that it has begun, by now."""
    children: list[int] = []
    for listed in _PROC.glob(f"{parent}/task/*/children"):
        try:
            children += map(int, listed.read_text().split())
        except OSError:  # it has ended
            continue
    return [parent, *(each for child in children for each in _family(child))]


def _megabytes(process: int) -> float:
    """Give the memory that a process has to itself, and its part of what it shares."""
    try:
        told = (_PROC / str(process) / "smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0.0
    return next(int(line.split()[1]) for line in told.splitlines() if line[:4] == "Pss:") / 1024


if __name__ == "__main__":
    main()
