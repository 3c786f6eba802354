"""The nights of all stacks, one after the other, each in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stackproof import children, log
from stackproof.record import form
from stackproof.record.checkout import checkout
from stackproof.record.form import Record
from stackproof.record.gates import Gate, Gated, gated
from stackproof.record.history import History
from stackproof.record.made import record_of
from stackproof.record.nightly.one import blind_run
from stackproof.record.signing import Sign
from stackproof.scratch import scratch
from stackproof.settings.nightly_form import NightlyStack
from stackproof.settings.settings import Settings

_CHILD = (sys.executable, "-m", "stackproof.record.nightly.child", "night")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a stack's night ended: its record, and what the gates make of it."""

    record: Record
    gated: Gated


def nights(
    entries: Iterable[NightlyStack],
    root: Path,
    settings: Settings,
    gate: Gate,
    *,
    history: History | None = None,
    sign: Sign | None = None,
) -> Iterator[Ended]:
    """Look at each stack of the project in a folder; each record is in the history at once."""
    for entry in entries:
        record = _night(entry, root, settings)
        if history is not None:
            record = history.add(record, sign)
        yield Ended(record, gated(record, gate))


def _night(entry: NightlyStack, root: Path, settings: Settings) -> Record:
    with scratch() as folder:
        file = folder / "record.json"
        ran = children.run([*_CHILD, entry.model_dump_json(), str(root), str(file)])
        if log.listened_to(log.CALL):
            sys.stderr.write(ran.stderr.decode("utf-8", "replace"))
        if file.is_file():
            return form.read(file.read_bytes())
    lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    how = f"exit code {ran.returncode}" if ran.returncode >= 0 else f"signal {-ran.returncode}"
    why = lines[-1].removeprefix("Error: ") if lines else f"its process ended with {how}"
    return record_of(blind_run(entry.label, why, settings), checkout=checkout(root))
