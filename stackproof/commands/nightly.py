"""`stackproof nightly`: every stack of the settings, from every sight, as records."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import write_output
from stackproof.commands.nights import (
    PAGE,
    Errors,
    check_kinds,
    gate_of,
    gate_options,
    kept_in,
    kinds_option,
    nights_of,
    page_of,
    summed_up,
)
from stackproof.commands.recorded import history_option, key_option, nightly_settings, root
from stackproof.progress import SHOWN
from stackproof.writable import check_writable

if TYPE_CHECKING:
    from stackproof.commands.keep import Kept
    from stackproof.record.history import History
    from stackproof.settings.nightly_form import Nightly, NightlyStack

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
    from stackproof.commands.keep import Keeping, kept_apart
    from stackproof.exit_codes import NOT_TOLD
    from stackproof.record.nightly.run import looked_at
    from stackproof.scratch import scratch

    check_kinds(reports)
    check_writable(reports and reports / "report.json")
    night = nightly_settings()
    entries = _chosen(night, names)
    # What is wrong with these is said before the first stack is looked at.
    gate_of(night, only_new=only_new, baseline=baseline, fail_on=fail_on)
    history, _ = kept_in(place, key, only_new=only_new)
    how = Keeping(
        place=place,
        key=key,
        reports=str(reports) if reports else None,
        kinds=kinds,
        only_new=only_new,
        baseline=str(baseline) if baseline else None,
        fail_on=fail_on,
        notify=notify,
        quiet=SHOWN.quiet,
    )
    ended = {}
    for entry in entries:
        with scratch() as folder:
            ended[entry.label] = kept_apart(looked_at(entry, root(), settings(), folder), how)
    errors = Errors()
    if reports is not None and PAGE in kinds:
        _write_index(ended, night.stacks, reports, history, errors)
    code = summed_up(
        [(stack, kept.exit_code) for stack, kept in ended.items()],
        spared={stack for stack, kept in ended.items() if kept.let_through},
    )
    code = errors.code(code)
    told = all(kept.told for kept in ended.values())
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


def _write_index(
    ended: Mapping[str, Kept],
    entries: Iterable[NightlyStack],
    folder: Path,
    history: History | None,
    errors: Errors,
) -> None:
    """Write the page over all stacks of the settings, also those not looked at this time."""
    from stackproof.reports.index import Row, as_index
    from stackproof.reports.names import INDEX

    rows = []
    for stack in [entry.label for entry in entries]:
        row = ended[stack].row if stack in ended else None
        if row is None:
            record = None
            with errors.printed():
                record = history.last(stack)[0] if history else None
            nights = nights_of(history if record else None, stack, errors)
            code = record.run.exit_code if record else None
            row = Row.of(stack, record, code, page_of(stack, folder), nights)
        rows.append(row)
    with errors.printed():
        write_output(as_index(rows), folder / f"{INDEX}{PAGE}")
