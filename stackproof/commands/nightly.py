"""`stackproof nightly`: every stack of the settings, from every sight, as records."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import write_output
from stackproof.commands.recorded import (
    history_at,
    history_option,
    key_at,
    key_option,
    nightly_settings,
    root,
)
from stackproof.commands.reporting import known_endings
from stackproof.progress import SHOWN
from stackproof.writable import check_writable

if TYPE_CHECKING:
    from stackproof.record.gates import Gate
    from stackproof.record.history import History
    from stackproof.record.history.history import Sign
    from stackproof.record.nightly.run import Ended
    from stackproof.settings.nightly_form import Channel, Nightly, NightlyStack

_EXAMPLES = """
\b
Examples:
  stackproof nightly                      # all stacks of stackproof.yaml
  stackproof nightly shop-prod --reports reports
  stackproof nightly --only-new           # fails for what the last record doesn't have
  stackproof nightly --history s3://evidence/stackproof --key alias/evidence

Exit codes: 0 all verified, 1 failures, 2 usage, 3 a stack could not be verified,
5 all verified and somebody of `notify` could not be told.
"""
SEVERITIES = ("critical", "high", "medium", "low")


@click.command(epilog=_EXAMPLES)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@history_option
@key_option
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write NAME.json, NAME.html and NAME.md of each stack into a folder, and an "
    "index.html over them.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    default=(".json", ".html", ".md"),
    callback=known_endings,
    metavar="ENDING",
    help="Write reports of this kind instead, as verify's --report by a file's name: .sarif, "
    ".ocsf.json, .asff.json, .prom…; may be given again.",
)
@click.option("--only-new", is_flag=True, help="Let failures pass that the last record has.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Let the failures pass that a file of `stackproof baseline` knows.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="The least severity that fails (default: as the settings say).",
)
@click.option(
    "--notify/--no-notify", default=True, help="Whether those whom the settings name are told."
)
def nightly(
    *,
    names: tuple[str, ...],
    place: str | None,
    key: str | None,
    reports: Path | None,
    kinds: tuple[str, ...],
    only_new: bool,
    baseline: Path | None,
    fail_on: str | None,
    notify: bool,
) -> None:
    """Look at every stack of the settings, and keep a record of each.

    Each is previewed with the policy pack, judged by its state and live, compared with what the
    program set, and its scenarios are tried. With NAMEs, only these stacks are looked at; where the
    settings name none, they are stacks of the Pulumi project. What could not be seen is never let
    through.
    """
    from stackproof.commands.given import settings
    from stackproof.exit_codes import NOT_TOLD
    from stackproof.record.nightly.run import nights

    check_writable(reports and reports / "report.json")
    night = nightly_settings()
    entries = _chosen(night, names)
    gate = gate_of(night, only_new=only_new, baseline=baseline, fail_on=fail_on)
    history, sign = kept_in(place, key, only_new=only_new)
    ended, told, channels = [], True, night.notify if notify else []
    for one in nights(entries, root(), settings(), gate, history=history, sign=sign):
        tell(one)
        if reports is not None:
            write(one, reports, kinds, history)
        told = _notify(one, channels) and told
        ended.append(one)
    if reports is not None and ".html" in kinds:
        _write_index(ended, night.stacks, reports, history)
    code = summed_up([(one.record.run.stack, one.gated.exit_code) for one in ended])
    sys.exit(code if code or told else NOT_TOLD)


def _chosen(told: Nightly, names: tuple[str, ...]) -> list[NightlyStack]:
    if not told.stacks:
        if names:
            return [_of_pulumi(name) for name in dict.fromkeys(names)]
        raise click.UsageError(
            "the settings name no stacks: say them in stackproof.yaml "
            "(nightly: {stacks: [{stack: NAME}]}), or name some"
        )
    known = {entry.label: entry for entry in told.stacks}
    for name in names:
        if name not in known:
            raise click.BadParameter(
                f"there is no stack {name!r} in the settings; those there are: "
                f"{', '.join(sorted(known))}",
                param_hint="NAME",
            )
    return [known[name] for name in dict.fromkeys(names)] or list(told.stacks)


def _of_pulumi(name: str) -> NightlyStack:
    from pydantic import ValidationError

    from stackproof.settings.nightly_form import NightlyStack

    try:
        return NightlyStack(stack=name)
    except ValidationError:
        raise click.BadParameter(f"{name!r} is no stack's name", param_hint="NAME") from None


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


def tell(one: Ended) -> None:
    """Say on the terminal how one run ended, and what changed."""
    from stackproof.reports.changes import lines
    from stackproof.safe_text import clean

    record = one.record
    said = [f"{record.run.stack}: {record.run.verdict}", *lines(record)]
    said += [f"gate: {reason}" for reason in one.gated.reasons]
    if SHOWN.quiet:
        said = said[:1]
    if record.chain:
        said.append(f"record {record.chain.digest[:12]}, {record.run.seconds:.1f} s")
    for number, line in enumerate(said):
        click.echo(clean(line) if not number else f"  {clean(line)}")


def _notify(one: Ended, channels: Iterable[Channel]) -> bool:
    """Tell whoever wants to hear of it; say who could not be told, and give whether all were."""
    from stackproof.notifying.notice import notice_of
    from stackproof.notifying.sending import NotifyError, send
    from stackproof.safe_text import clean

    told = True
    for channel in channels:
        notice = notice_of(one.record, one.gated, channel)
        if notice is None:
            continue
        try:
            send(notice, channel)
        except NotifyError as error:
            click.echo(f"  not told: {clean(str(error))}", err=True)
            told = False
        else:
            if not SHOWN.quiet:
                click.echo(f"  told {channel.called}")
    return told


def write(one: Ended, folder: Path, kinds: Iterable[str], history: History | None = None) -> None:
    """Write the reports of one record into a folder, with plots of what the history has."""
    from stackproof.record.file_names import file_name
    from stackproof.record.history.trend import trend
    from stackproof.reports.kinds import report_of

    stack = one.record.run.stack
    nights = trend(history, stack) if history and ".html" in kinds else ()
    for kind in kinds:
        write_output(report_of(one.record, kind, nights), folder / f"{file_name(stack)}{kind}")


def summed_up(ended: Sequence[tuple[str, int]], noun: str = "stack") -> int:
    """Say of names with exit codes how many ended how, and which; give the worst code."""
    from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
    from stackproof.verify import many

    said = {VERIFIED: "verified", FAILED: "failed", COULD_NOT: "not verified"}
    counts = [
        f"{len(found)} {word}" + (f" ({', '.join(found)})" if code else "")
        for code, word in said.items()
        if (found := [name for name, ended_with in ended if ended_with == code])
    ]
    click.echo(f"{many(len(ended), noun)}: {', '.join(counts)}")
    codes = {code for _, code in ended}
    return next((code for code in (FAILED, COULD_NOT) if code in codes), VERIFIED)


def _write_index(
    ended: Iterable[Ended], entries: Iterable[NightlyStack], folder: Path, history: History | None
) -> None:
    """Write the page over all stacks of the settings, also those not looked at this time."""
    from urllib.parse import quote

    from stackproof.record.file_names import file_name
    from stackproof.record.history.trend import trend
    from stackproof.reports.index import Row, as_index

    now = {one.record.run.stack: one for one in ended}
    rows = []
    for stack in [entry.label for entry in entries]:
        one = now.get(stack)
        record = one.record if one else history.last(stack)[0] if history else None
        code = one.gated.exit_code if one else record.run.exit_code if record else None
        page = f"{file_name(stack)}.html"
        link = quote(page) if (folder / page).is_file() else None
        nights = trend(history, stack) if history and record else ()
        rows.append(Row(stack, record, code, link, nights))
    write_output(as_index(rows), folder / "index.html")
