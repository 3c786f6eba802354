"""The process that keeps a stack's record, gates it and tells of it, and then is gone.

What a record, its month of the history and its pages take in memory is taken once, and not beside
the next stack.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stackproof import children, log
from stackproof.commands.nights import (
    PAGE,
    Errors,
    gate_of,
    judge,
    kept_in,
    nights_of,
    page_of,
    tell,
    write,
)
from stackproof.commands.recorded import nightly_settings
from stackproof.door import Door, enter
from stackproof.exit_codes import COULD_NOT, worst
from stackproof.interpreter import module_command
from stackproof.progress import SHOWN, say
from stackproof.safe_text import clean

if TYPE_CHECKING:
    from stackproof.record.history import History
    from stackproof.record.nightly.run import Ended
    from stackproof.reports.index import Row
    from stackproof.settings.nightly_form import Channel


@dataclass(frozen=True, slots=True)
class Keeping:
    """What `stackproof nightly` was told of records: where they go, and what lets them pass."""

    place: str | None
    key: str | None
    reports: str | None
    kinds: tuple[str, ...]
    only_new: bool
    baseline: str | None
    fail_on: str | None
    notify: bool
    quiet: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a stack's night: its code, whether all were told, its row of the index.

    What is `let_through` has failures, and a code that says none.
    """

    exit_code: int
    told: bool
    row: Row | None
    let_through: bool = False


def kept_apart(record: Path, how: Keeping) -> Kept:
    """Keep the record in a file, in a process of its own, whose end is no end of what was found."""
    out = record.with_suffix(".kept")
    command = [*module_command("stackproof.commands.keep"), "keep", str(record), str(out)]
    ran = children.run([*command, json.dumps(asdict(how))])
    sys.stdout.write(ran.stdout.decode("utf-8", "replace"))
    sys.stdout.flush()
    sys.stderr.write(ran.stderr.decode("utf-8", "replace"))
    if out.is_file():
        return _read(json.loads(out.read_text("utf-8")))
    if ran.returncode < 0:
        click.echo(
            f"the process that keeps the record ended with signal {-ran.returncode}", err=True
        )
    run = json.loads(record.read_text("utf-8"))["run"]
    if not ran.stdout:
        click.echo(clean(f"{run['stack']}: {run['verdict']}"))
    return Kept(worst((run["exit_code"], COULD_NOT)), told=True, row=None)


def _read(told: dict[str, Any]) -> Kept:
    from markupsafe import Markup

    from stackproof.reports.index import Row

    row = told.pop("row")
    if row is None:
        return Kept(**told, row=None)
    plot = row.pop("plot")
    # What this version of the program wrote a moment ago.
    return Kept(**told, row=Row(**row, plot=None if plot is None else Markup(plot)))


@click.group(cls=Door)
def group() -> None:
    """Give the command below the same door as all others have."""


@group.command("keep")
@click.argument("record", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("how", type=json.loads)
def keep(record: Path, out: Path, how: dict[str, Any]) -> None:
    """Keep the RECORD as HOW says, and write into OUT what is left of it."""
    from stackproof.record.gates import let_through
    from stackproof.record.reading import read
    from stackproof.scratch import write_whole

    log.take_over()
    told = Keeping(**how)
    SHOWN.quiet = told.quiet
    baseline = None if told.baseline is None else Path(told.baseline)
    night = nightly_settings()
    gate = gate_of(night, only_new=told.only_new, baseline=baseline, fail_on=told.fail_on)
    errors = Errors()
    history, sign = None, None
    with errors.printed():
        history, sign = kept_in(told.place, told.key, only_new=told.only_new)
    judged = judge(read(record.read_bytes()), gate, history, sign, errors)
    tell(judged)
    row = _reported(judged, told, history, errors) if told.reports else None
    all_told = _notify(judged, night.notify if told.notify else [])
    code = errors.code(judged.gated.exit_code)
    spared = let_through(judged.record, code)
    write_whole(json.dumps(asdict(Kept(code, all_told, row, spared))), out)


def _reported(judged: Ended, told: Keeping, history: History | None, errors: Errors) -> Row:
    """Write the reports of a record, and give its row of the page over all."""
    from stackproof.reports.index import Row

    stack, folder = judged.record.run.stack, Path(told.reports or "")
    nights = nights_of(history if PAGE in told.kinds else None, stack, errors)
    write(judged, folder, told.kinds, nights, errors)
    code = errors.code(judged.gated.exit_code)
    return Row.of(stack, judged.record, code, page_of(stack, folder), nights)


def _notify(judged: Ended, channels: Iterable[Channel]) -> bool:
    """Tell whoever wants to hear of it; say who could not be told, and give whether all were."""
    from stackproof.notifying.notice import notice_of
    from stackproof.notifying.sending import NotifyError, send

    told = True
    for channel in channels:
        notice = notice_of(judged.record, judged.gated, channel)
        if notice is None:
            continue
        try:
            send(notice, channel)
        except NotifyError as error:
            click.echo(f"  not told: {clean(str(error))}", err=True)
            told = False
        else:
            say(f"  told {channel.called}")
    return told


if __name__ == "__main__":
    enter(group)
