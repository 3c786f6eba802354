"""The command line; every command imports what it needs only when it runs."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stackproof.door import Door, enter
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.garbage import collect_seldom
from stackproof.safe_text import document
from stackproof.scratch import sweep, write_whole

_PIECE = 1 << 20
_COMMANDS = {
    "baseline": "stackproof.commands.baseline",
    "config": "stackproof.commands.config",
    "controls": "stackproof.commands.controls",
    "demo": "stackproof.commands.demo",
    "deploy": "stackproof.commands.deploy",
    "diff": "stackproof.commands.diff",
    "github-issues": "stackproof.commands.github_issues",
    "history": "stackproof.commands.history",
    "init": "stackproof.commands.init",
    "new": "stackproof.commands.new",
    "prove": "stackproof.commands.prove",
    "scenarios": "stackproof.commands.scenarios",
    "embedded": "stackproof.embedded.commands",
    "explain": "stackproof.commands.explain",
    "fleet": "stackproof.commands.fleet",
    "nightly": "stackproof.commands.nightly",
    "parity": "stackproof.commands.parity",
    "types": "stackproof.commands.types",
    "verify": "stackproof.commands.verify",
}


class _Lazy(Door):
    """Loads a command's module when it is used, so that `--help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        from stackproof.naming import naming
        from stackproof.seeing import seeing

        command: click.Command = getattr(
            importlib.import_module(_COMMANDS[cmd_name]), cmd_name.replace("-", "_")
        )
        seeing(command)
        naming(command)
        return command


@click.group(
    "stackproof",
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""
\b
Examples:
  stackproof demo                              the whole path, in stackproof's checkout
  stackproof verify --outputs flat-outputs.json
  stackproof controls kms-key-rotation

Exit codes: 0 all verified, 1 failures, 2 usage, 3 could not verify, 4 a defect of stackproof,
130 interrupted, 143 terminated, 129 hung up, 141 nobody read the output to its end.
""",
)
@click.version_option(package_name="stackproof")
def main() -> None:
    """Prove that AWS stacks written with Pulumi are what they claim."""
    collect_seldom()
    sweep()


def run() -> None:
    """Run the command line as this process's own."""
    enter(main)


def write_output(text: str, path: Path | None) -> None:
    """Write a report to a file, whole or not at all, or to the terminal.

    Raises StackproofError when the file cannot be written.
    """
    if path is None:
        # Piece by piece: a whole account is tens of megabytes, which would be held twice more.
        # Without a terminal click looks for colours to take out, which reports never have: an
        # expression over all of it takes longer than to write it.
        text = document(text)
        color = None if "\x1b" in text else True
        for start in range(0, len(text), _PIECE):
            click.echo(text[start : start + _PIECE], nl=False, color=color)
        click.echo()
        return
    from stackproof.writable import check_no_log

    check_no_log(path)
    try:
        write_whole(text + "\n", path)
    except OSError as error:
        raise StackproofError(
            f"{path} cannot be written: {error.strerror}", Code.UNWRITABLE
        ) from None


def format_option(*formats: str) -> Callable[[Any], Any]:
    """Add the option that chooses how to report on the terminal, as text unless said otherwise."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["text", *formats]),
        default="text",
        show_default=True,
        help="How to report on the terminal.",
    )


def _given(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    # As everywhere, - is what is piped in.
    return Path("/dev/stdin") if path == Path("-") else path


def outputs_option(function: Any) -> Any:
    """Add the option that names the outputs file."""
    return click.option(
        "--outputs",
        type=click.Path(path_type=Path, allow_dash=True),
        callback=_given,
        help="The stack's outputs (default: STACKPROOF_OUTPUTS, flat-outputs.json or "
        "cfn-outputs/flat-outputs.json).",
    )(function)


def state_option(function: Any) -> Any:
    """Add the option that names the state file."""
    return click.option(
        "--state",
        type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
        callback=_given,
        help="The stack's state (`pulumi stack export`): adds URNs, what outputs do not name, what "
        "has drifted and what no state knows.",
    )(function)


def stack_option(function: Any) -> Any:
    """Add the option that names a stack of which the Pulumi CLI is asked."""
    return click.option(
        "--stack",
        metavar="NAME",
        help="Ask the Pulumi CLI for the outputs and the state of a stack of this project.",
    )(function)


def _finite(context: click.Context, option: click.Parameter, seconds: float) -> float:
    # "nan" is outside of no range, and would be waited for without an end.
    if not math.isfinite(seconds):
        raise click.BadParameter(f"{seconds} is no time that comes to an end.")
    return seconds


def settle_option(function: Any) -> Any:
    """Add the option that gives a new deployment time to show."""
    return click.option(
        "--settle",
        type=click.FloatRange(min=0),
        callback=_finite,
        default=0,
        metavar="SECONDS",
        help="Read again what does not hold, until it does or for so long: right after a "
        "deployment AWS does not show everything yet.",
    )(function)


def waivers_option(function: Any) -> Any:
    """Add the option that names the waivers file."""
    return click.option(
        "--waivers",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The failures that are accepted (default: STACKPROOF_WAIVERS, or waivers.yaml beside "
        "the project's Pulumi.yaml).",
    )(function)
