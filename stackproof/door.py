"""The door of the commands: whatever happens inside ends in one sentence and an exit code."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import click

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, DEFECT, INTERRUPTED, PIPE_CLOSED, USAGE
from stackproof.machine import refusal
from stackproof.signals import Ended, Ending, sentence
from stackproof.streams import let_go, show_anything

# What is longer repeats something that nobody wrote by hand; its end says what is right.
_LONGEST = 1_500


class Door(click.Group):
    """A group of commands out of which no error comes but as a sentence with its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it raises ends the process with a sentence."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BaseException as error:  # noqa: BLE001 - the one place that nothing gets past
            _end(error)

    def make_context(self, *given: Any, **extra: Any) -> click.Context:
        """Read the command line; a page of help may lose its reader as well."""
        try:
            return super().make_context(*given, **extra)
        except BrokenPipeError as error:
            _end(error)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and exit."""
        given = (args, prog_name, complete_var, False)
        if not standalone_mode:
            return super().main(*given, **extra)
        try:
            code = super().main(*given, **extra)
        except click.UsageError as error:
            _say(_usage(error))
            sys.exit(error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(INTERRUPTED)
        except Exception as error:  # noqa: BLE001 - what fails before or after the command
            _end(error)
        sys.exit(code if isinstance(code, int) else 0)


def _end(error: BaseException) -> NoReturn:
    """End the process as an error tells."""
    match error:
        case SystemExit():
            raise error
        case KeyboardInterrupt():
            _end(Ended(signal.SIGINT))
        case Ended():
            _say(sentence(error.number))
            raise SystemExit(error.exit_code)
        case StackproofError():
            _say(f"Error: {error.told}")
            raise SystemExit(USAGE if error.code is Code.USAGE else error.exit_code)
        case BrokenPipeError():
            let_go()
            raise SystemExit(PIPE_CLOSED)
        case _ if told := refusal(error):
            _say(f"Error: {told}")
            raise SystemExit(COULD_NOT)
        case _:
            from stackproof.defects import command_line, tell

            _say(f"Error: {tell(error, command_line())}")
            raise SystemExit(DEFECT)


def _usage(error: click.UsageError) -> str:
    told = f"Error: {error.format_message()} [{Code.USAGE}]"
    if error.ctx is None:
        return told
    return f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help' for help.\n\n{told}"


def _say(told: str) -> None:
    from stackproof.safe_text import clean

    for line in map(clean, told.splitlines()):
        cut = len(line) > _LONGEST
        shown = f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 4 :]}" if cut else line
        # Where even this can't be said, the exit code says it.
        with suppress(OSError):
            click.echo(shown, err=True)


def enter(command: Callable[[], object]) -> NoReturn:
    """Run a command line as the process's own: signals that end it let it put its things away."""
    ending = Ending.of_process() or Ending(Ended)
    ending.listen()
    code: object = 0
    try:
        show_anything()
        code = _code_of(command)
        ending.take()
    except Ended:
        ending.take()
    _end_by_signal(ending, code)
    if isinstance(code, int) and code > 128:
        _drop(code)
    _leave(code if isinstance(code, int) else int(code is not None), ending)


def _end_by_signal(ending: Ending, code: object) -> None:
    """End the process by a signal that came where nobody was left to say so."""
    if ending.number is not None and code != ending.exit_code:
        _say(sentence(ending.number))
        _drop(128 + ending.number)


def _drop(code: int) -> NoReturn:
    """End the process at once: threads may wait for answers that nobody wants any more."""
    from stackproof.children import end_all

    end_all()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


def _code_of(command: Callable[[], object]) -> object:
    try:
        command()
    except SystemExit as error:
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _leave(code: int, ending: Ending) -> NoReturn:
    """End the process with all that is to be done at its end, and leave its memory to the system.

    Python would take a million objects apart one by one, which is a thirtieth of a run.
    """
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):  # the code says it where no sentence can be said
        if sys.stderr:
            sys.stderr.flush()
    try:
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        code = PIPE_CLOSED
    except (OSError, ValueError):
        sys.exit(code)  # what can't be written is told as ever
    _end_by_signal(ending, code)
    os._exit(code)
