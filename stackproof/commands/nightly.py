"""`stackproof nightly`: every stack of the settings, from every sight, as records."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import write_output
from stackproof.commands.nights import (
    gate_of,
    gate_options,
    kept_in,
    kinds_option,
    page_of,
    summed_up,
    tell,
    write,
)
from stackproof.commands.recorded import history_option, key_option, nightly_settings, root
from stackproof.progress import SHOWN
from stackproof.writable import check_writable

if TYPE_CHECKING:
    from stackproof.record.history import History
    from stackproof.record.history.trend import Night
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
@kinds_option
@gate_options
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
    from stackproof.record.history.trend import trend
    from stackproof.record.nightly.run import nights

    check_writable(reports and reports / "report.json")
    night = nightly_settings()
    entries = _chosen(night, names)
    gate = gate_of(night, only_new=only_new, baseline=baseline, fail_on=fail_on)
    history, sign = kept_in(place, key, only_new=only_new)
    ended, told, channels = [], True, night.notify if notify else []
    plotted: dict[str, Sequence[Night]] = {}
    for judged in nights(entries, root(), settings(), gate, history=history, sign=sign):
        tell(judged)
        if reports is not None:
            stack = judged.record.run.stack
            plotted[stack] = trend(history, stack) if history and ".html" in kinds else ()
            write(judged, reports, kinds, plotted[stack])
        told = _notify(judged, channels) and told
        ended.append(judged)
    if reports is not None and ".html" in kinds:
        _write_index(ended, night.stacks, reports, history, plotted)
    code = summed_up([(judged.record.run.stack, judged.gated.exit_code) for judged in ended])
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


def _notify(judged: Ended, channels: Iterable[Channel]) -> bool:
    """Tell whoever wants to hear of it; say who could not be told, and give whether all were."""
    from stackproof.notifying.notice import notice_of
    from stackproof.notifying.sending import NotifyError, send
    from stackproof.safe_text import clean

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
            if not SHOWN.quiet:
                click.echo(f"  told {channel.called}")
    return told


def _write_index(
    ended: Iterable[Ended],
    entries: Iterable[NightlyStack],
    folder: Path,
    history: History | None,
    plotted: Mapping[str, Sequence[Night]],
) -> None:
    """Write the page over all stacks of the settings, also those not looked at this time.

    `plotted` are the nights of those that were.
    """
    from stackproof.record.history.trend import trend
    from stackproof.reports.index import Row, as_index
    from stackproof.reports.names import INDEX

    now = {judged.record.run.stack: judged for judged in ended}
    rows = []
    for stack in [entry.label for entry in entries]:
        judged = now.get(stack)
        record = judged.record if judged else history.last(stack)[0] if history else None
        code = judged.gated.exit_code if judged else record.run.exit_code if record else None
        nights = plotted.get(stack)
        if nights is None:
            nights = trend(history, stack) if history and record else ()
        rows.append(Row.of(stack, record, code, page_of(stack, folder), nights))
    write_output(as_index(rows), folder / f"{INDEX}.html")
