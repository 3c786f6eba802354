"""The options by which a command shows what it does, or keeps quiet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stackproof.progress import SHOWN


def seeing_options(function: Any) -> Any:
    """Add `-v`, `--log-file` and `--quiet`; what they start ends with the command."""
    for option in (_verbose, _log_file, _quiet):
        function = option(function)
    return function


def _show(context: click.Context, _: click.Parameter, verbosity: int) -> None:
    if verbosity:
        from stackproof import log

        context.call_on_close(log.stop)
        log.start(verbosity)


def _keep(context: click.Context, _: click.Parameter, file: Path | None) -> None:
    if file is not None:
        from stackproof import log

        context.call_on_close(log.stop)
        log.start(file=file)


def _hush(context: click.Context, _: click.Parameter, quiet: bool) -> None:
    before = SHOWN.quiet

    def restore() -> None:
        SHOWN.quiet = before

    context.call_on_close(restore)
    SHOWN.quiet = quiet


_verbose = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=_show,
    help="Show each call and what could not be seen; -vv also how it was found whose an item is.",
)
_log_file = click.option(
    "--log-file",
    type=click.Path(path_type=Path, dir_okay=False),
    expose_value=False,
    callback=_keep,
    metavar="FILE",
    help="Keep all of that as JSON, one event a line.",
)
_quiet = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_hush,
    help="Say nothing on the terminal but the verdict.",
)
