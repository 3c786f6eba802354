"""What `nightly` and `fleet` share: options of reports and gates, and what is made of a record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from stackproof.cli import write_output
from stackproof.clock import is_to_come
from stackproof.commands.recorded import history_at, key_at, root
from stackproof.commands.reporting import known_endings
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED, worst
from stackproof.progress import SHOWN

if TYPE_CHECKING:
    from stackproof.record.form import Record
    from stackproof.record.gates import Gate
    from stackproof.record.history import History
    from stackproof.record.history.history import Sign
    from stackproof.record.history.trend import Night
    from stackproof.record.nightly.run import Ended
    from stackproof.settings.nightly_form import Nightly

PAGE = ".html"
_SEVERITIES = ("critical", "high", "medium", "low")


def kinds_option(function: Any) -> Any:
    """Add the option that says which kinds of reports are written into the folder."""
    return click.option(
        "--kind",
        "kinds",
        multiple=True,
        default=(".json", ".html", ".md"),
        callback=known_endings,
        metavar="ENDING",
        help="Write reports of this kind instead, as verify's --report by a file's name: .sarif, "
        ".ocsf.json, .asff.json, .prom…; may be given again.",
    )(function)


def check_kinds(reports: Path | None) -> None:
    """Raise UsageError when kinds of reports are given, and no folder for them."""
    given = click.get_current_context().get_parameter_source("kinds")
    if reports is None and given is not ParameterSource.DEFAULT:
        raise click.UsageError("--kind says which reports are written: give --reports, too")


def gate_options(function: Any) -> Any:
    """Add the options that let failures pass."""
    for option in (
        click.option(
            "--fail-on",
            type=click.Choice(_SEVERITIES),
            help="The least severity that fails (default: as the settings say).",
        ),
        click.option(
            "--baseline",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Let the failures pass that a file of `stackproof baseline` knows.",
        ),
        click.option(
            "--only-new", is_flag=True, help="Let failures pass that the last record has."
        ),
    ):
        function = option(function)
    return function


def kept_in(
    place: str | None, key: str | None, *, only_new: bool
) -> tuple[History | None, Sign | None]:
    """Give where records are kept and what signs them; UsageError for what needs a history."""
    from stackproof.record.signing import signer

    history = history_at(place, required=False)
    if only_new and history is None:
        raise click.UsageError("--only-new compares with the last record: give --history")
    named = key_at(key)
    if named is not None and history is None:
        raise click.UsageError("a record is signed where it is kept: give --history")
    return history, signer(named) if named else None


def gate_of(told: Nightly, *, only_new: bool, baseline: Path | None, fail_on: str | None) -> Gate:
    """Give what lets failures pass, by options and settings; RecordError for a bad baseline."""
    from stackproof.model import Severity
    from stackproof.record.gates import Baseline, Gate, read_baseline

    file = baseline or (root() / told.baseline if told.baseline else None)
    return Gate(
        fail_on=Severity(fail_on) if fail_on else None,
        only_new=only_new,
        baseline=read_baseline(file) if file else Baseline(),
        budgets=told.budgets,
    )


class Errors:
    """Says what can't be done after a stack was judged, and goes on: no finding is lost for it."""

    def __init__(self) -> None:
        self.any = False

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Print the error that is raised in the block."""
        from stackproof.safe_text import clean

        try:
            yield
        except StackproofError as error:
            click.echo(clean(f"Error: {error.told}"), err=True)
            self.any = True

    def code(self, judged: int) -> int:
        """Give the exit code of what was judged so, with what could not be done."""
        return worst((judged, COULD_NOT if self.any else VERIFIED))


def judge(
    record: Record, gate: Gate, history: History | None, sign: Sign | None, errors: Errors
) -> Ended:
    """Keep a record and judge it by the gates; one that can't be kept is judged all the same.

    It is compared with the last one where that can be read; else nothing of it is known.
    """
    from stackproof.record.gates import gated, unkept
    from stackproof.record.nightly.run import Ended

    if history is not None:
        with errors.printed():
            kept = history.add(record, sign)
            _say_what_is_to_come(kept)
            return Ended(kept, gated(kept, gate))
        with suppress(StackproofError):
            record = history.compared(record)
    alone = gated(record, gate)
    return Ended(record, unkept(alone) if errors.any else alone)


def _say_what_is_to_come(kept: Record) -> None:
    from stackproof.error_codes import Code
    from stackproof.safe_text import clean

    times = {"this run": kept.run.began, "the last record": kept.changes and kept.changes.began}
    for what, began in times.items():
        if began and is_to_come(began):
            told = (
                f"{kept.run.stack}: {what} began {began[:19]}, which is still to come: a clock was "
                "wrong, and days and months are counted wrongly"
            )
            click.echo(f"{clean(told)} [{Code.HISTORY}]", err=True)


def tell(judged: Ended) -> None:
    """Say on the terminal how one run ended, and what changed."""
    from stackproof.reports.changes import lines
    from stackproof.safe_text import clean

    record = judged.record
    text = [f"{record.run.stack}: {record.run.verdict}", *lines(record)]
    text += [f"gate: {reason}" for reason in judged.gated.reasons]
    if SHOWN.quiet:
        text = text[:1]
    if record.chain:
        text.append(f"record {record.chain.digest[:12]}, {record.run.seconds:.1f} s")
    for number, line in enumerate(text):
        click.echo(clean(line) if not number else f"  {clean(line)}")


def write(
    judged: Ended, folder: Path, kinds: Iterable[str], nights: Sequence[Night], errors: Errors
) -> None:
    """Write the reports of one record into a folder, with plots of the nights up to it."""
    from stackproof.reports.kinds import report_of
    from stackproof.reports.names import report_name

    name = report_name(judged.record.run.stack)
    for kind in kinds:
        with errors.printed():
            write_output(report_of(judged.record, kind, nights), folder / f"{name}{kind}")


def nights_of(history: History | None, stack: str, errors: Errors) -> list[Night]:
    """Give the nights of a stack, as far as there is a history that can be read."""
    from stackproof.record.history.trend import trend

    with errors.printed():
        return trend(history, stack) if history else []
    return []


def page_of(stack: str, folder: Path) -> str | None:
    """Give the link to a stack's page in a folder of reports; None where it has none."""
    from urllib.parse import quote

    from stackproof.reports.names import report_name

    page = f"{report_name(stack)}{PAGE}"
    return quote(page) if (folder / page).is_file() else None


def summed_up(
    ended: Sequence[tuple[str, int]], noun: str = "stack", spared: Collection[str] = ()
) -> int:
    """Say of names with exit codes how many ended how, and which; give the worst code.

    Those that are `spared` have failures, which the gates let through.
    """
    from stackproof.model.sentences import many
    from stackproof.safe_text import clean

    words = {VERIFIED: "verified", FAILED: "failed", COULD_NOT: "not verified"}
    found: dict[str, list[str]] = {
        word: [] for word in ("verified", "let through", *words.values())
    }
    for name, code in ended:
        found["let through" if code == VERIFIED and name in spared else words[code]].append(name)
    counts = [
        f"{len(names)} {word}" + ("" if word == "verified" else f" ({', '.join(names)})")
        for word, names in found.items()
        if names
    ]
    click.echo(clean(f"{many(len(ended), noun)}: {', '.join(counts)}"))
    return worst([code for _, code in ended])
