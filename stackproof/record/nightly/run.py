"""The night of a stack, in a process of its own: whatever happens, there is a record of it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from stackproof import children, log
from stackproof.fleet.blind import blind_run
from stackproof.interpreter import module_command
from stackproof.record.checkout import checkout
from stackproof.record.form import Record
from stackproof.record.gates import Gated
from stackproof.record.made import record_of
from stackproof.scratch import write_whole
from stackproof.settings.nightly_form import NightlyStack
from stackproof.settings.settings import Settings
from stackproof.sights.live.pace import RATE_VARIABLE

_CHILD = (*module_command("stackproof.record.nightly.child"), "night")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a stack's night ended: its record, and what the gates make of it."""

    record: Record
    gated: Gated


def looked_at(
    entry: NightlyStack,
    root: Path,
    settings: Settings,
    folder: Path,
    rate: float | None = None,
) -> Path:
    """Look at a stack of the project in `root`; give the file in `folder` that has its record.

    With a `rate`, no more requests are sent in a second.
    """
    file = folder / "record.json"
    # The scenarios are tried by another process at the same time.
    held = {} if rate is None else {RATE_VARIABLE: str(rate / 2)}
    command = [*_CHILD, entry.model_dump_json(), str(root), str(file)]
    ran = children.run(command, {**os.environ, **held})
    if log.listened_to(log.CALL):
        sys.stderr.write(ran.stderr.decode("utf-8", "replace"))
    if not file.is_file():
        lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        how = f"exit code {ran.returncode}" if ran.returncode >= 0 else f"signal {-ran.returncode}"
        why = lines[-1].removeprefix("Error: ") if lines else f"its process ended with {how}"
        blind = record_of(blind_run(entry.label, why, settings), checkout=checkout(root))
        write_whole(blind.as_json(), file)
    return file
