"""Verifications again and again in one process, with faults at random: what grows, what is lied."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, get_args

from rich.console import Console
from rich.table import Table

from stackproof.embedded import faults
from stackproof.embedded.faults import ApiCall, Fault, Kind
from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.embedded.server.state import Server
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT
from stackproof.model import Fail, Outcome, Pass, Unknown
from stackproof.outputs import Outputs, load
from stackproof.verify import Run, verify

# What answers later than it would is no fault of its own: the others are what happens in accounts.
_KINDS: Final[Sequence[Kind]] = [kind for kind in get_args(Kind) if kind != "unseen"]
_SELF: Final = Path("/proc/self")
_STACK: Final = "scalepayments-prod"
_ROUNDS: Final = 200


@dataclass(frozen=True, slots=True)
class Round:
    """What the process holds after a verification, memory in megabytes, and how that ended.

    `lies` are the passes of what fails, or can't be told, when the same stack has no fault.
    """

    megabytes: float
    objects: int
    files: int
    threads: int
    faults: Sequence[Fault]
    exit_code: int
    lies: Sequence[str]


def main() -> None:
    """Verify a large stack two hundred times, and print what the process held on the way."""
    table = Table(
        "rounds", "MB", "objects", "files", "threads", "faults", "exit codes", "false passes"
    )
    with embedded_aws() as server, tempfile.TemporaryDirectory() as home:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        os.environ.update(environment | {"AWS_MAX_ATTEMPTS": "2"})
        outputs = Path(home) / "flat-outputs.json"
        stackproof = str(Path(sys.executable).with_name("stackproof"))
        deploy = [stackproof, "deploy", _STACK, "--outputs", str(outputs)]
        subprocess.run(deploy, check=True)
        taken: list[Round] = []
        for number, found in enumerate(rounds(server, load(outputs), _ROUNDS), start=1):
            taken.append(found)
            if number % 20 == 0:
                print(f"{number} of {_ROUNDS}", file=sys.stderr)
                last = taken[-20:]
                codes = sorted({each.exit_code for each in last})
                table.add_row(
                    f"{number - 19} to {number}",
                    f"{median(each.megabytes for each in last):.0f}",
                    f"{median(each.objects for each in last):,.0f}",
                    f"{median(each.files for each in last):.0f}",
                    f"{median(each.threads for each in last):.0f}",
                    str(sum(len(each.faults) for each in last)),
                    ", ".join(map(str, codes)),
                    str(sum(len(each.lies) for each in last)),
                )
    Console().print(table)


def rounds(server: Server, outputs: Outputs, number: int, seed: int = 1) -> Iterator[Round]:
    """Verify so many times what a server holds, each time with other faults."""
    chance = random.Random(seed)
    faults.forget_calls(server)
    bad = _having(verify(outputs), Fail, Unknown)
    asked = sorted(set(faults.calls(server)), key=repr)
    # What is looked for in another way without tags brings code and models that stay.
    faults.inject(server, Fault("deny", "resourcegroupstaggingapi"))
    _verified(outputs)
    faults.clear(server)
    for _ in range(number):
        injected = [_fault(chance, asked) for _ in range(chance.randrange(6))]
        faults.inject(server, *injected)
        ended, passes = _verified(outputs)
        faults.clear(server)
        faults.forget_calls(server)
        gc.collect()
        held = _megabytes(), len(gc.get_objects()), _files(), threading.active_count()
        yield Round(*held, injected, ended, sorted(passes & bad))


def _verified(outputs: Outputs) -> tuple[int, set[str]]:
    """Give how a verification ends, as the command would, and what passed."""
    try:
        run = verify(outputs)
    except StackproofError:  # Nobody answered who asks: nothing was verified.
        return COULD_NOT, set()
    return run.exit_code, _having(run, Pass)


def _fault(chance: random.Random, asked: Sequence[ApiCall]) -> Fault:
    call = chance.choice(asked)
    times = chance.choice((1, 2, 5, None))
    return Fault(chance.choice(_KINDS), call.service, call.operation, times, seconds=0.01)


def _having(run: Run, *outcomes: type[Outcome]) -> set[str]:
    return {found.fingerprint for found in run.findings if isinstance(found.outcome, outcomes)}


def _megabytes() -> float:
    pages = int((_SELF / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _files() -> int:
    return len(os.listdir(_SELF / "fd"))


if __name__ == "__main__":
    main()
