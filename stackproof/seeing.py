"""How much every command says of what it does: `-v`, `--log-file` and `--quiet`."""

from __future__ import annotations

from pathlib import Path

import click

from stackproof.progress import SHOWN


def seeing(command: click.Command) -> None:
    """Give a command, and all commands of a group, these options; what they start ends with it.

    What takes pytest's options hands these on to it, and says so itself.
    """
    if isinstance(command, click.Group):
        for inside in command.commands.values():
            seeing(inside)
    elif not takes_others(command) and not any(o.name == _NAME for o in command.params):
        command.params += [_verbose(), _log_file(), _quiet()]


def takes_others(command: click.Command) -> bool:
    """Tell whether a command's further options are those of what it runs."""
    return bool(command.context_settings.get("allow_extra_args"))


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


_NAME = "verbose"


def _verbose() -> click.Option:
    return click.Option(
        ["-v", f"--{_NAME}"],
        count=True,
        expose_value=False,
        callback=_show,
        help="Show each call and what could not be seen; -vv also how it was found whose an item "
        "is.",
    )


def _log_file() -> click.Option:
    return click.Option(
        ["--log-file"],
        type=click.Path(path_type=Path, dir_okay=False),
        expose_value=False,
        callback=_keep,
        metavar="FILE",
        help="Keep all of that as JSON, one event a line.",
    )


def _quiet() -> click.Option:
    return click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=_hush,
        help="Say nothing on the terminal but the verdict, or what was asked for.",
    )
