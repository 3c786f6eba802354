"""`stackproof scenarios`: the suite for any stack, and the project's own scenarios."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import sys
from collections.abc import Iterator

import click

from stackproof.interpreter import module_command
from stackproof.signals import held_back

_EXAMPLES = """
\b
Examples:
  stackproof scenarios                              # flat-outputs.json beside Pulumi.yaml
  stackproof scenarios --family security --family monitoring
  stackproof scenarios --list
  stackproof scenarios --outputs prod.json --outputs dev.json -k environments

Exit codes: 0 all hold, 1 failures, 2 usage (4 where pytest doesn't know an option), 3 could not
verify, 4 a defect of stackproof, 5 none was chosen, 130 interrupted, 143 terminated, 129 hung up,
141 nobody read the output to its end.
"""


@click.command(
    epilog=_EXAMPLES, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
@click.option("--family", "families", multiple=True, help="Only of a family; may be given again.")
@click.option("--list", "listed", is_flag=True, help="Say which would be run, and read nothing.")
@click.pass_context
def scenarios(context: click.Context, families: tuple[str, ...], *, listed: bool) -> None:
    """Try scenarios for any stack, and the project's own ones, on what is deployed.

    The stack is read once, and only what applies to it is run. Further options and arguments are
    pytest's: `pytest --help` lists those of this suite under `stackproof`. -v shows each call and
    what could not be seen, too, -vv also how it was found whose an item is, --log-file FILE keeps
    all of that as JSON lines, and -q is pytest's own.
    """
    from stackproof.plugin import FAMILIES

    for family in families:
        if family not in FAMILIES:
            raise click.BadParameter(
                f"there is no family {family!r}; those there are: {', '.join(FAMILIES)}",
                param_hint="--family",
            )
    given = list(_for_suite(context.args))
    chosen = ["-m", " or ".join(families)] if families else []
    counted = any(argument.startswith(("-n", "--numprocesses")) for argument in given)
    how = ["--collect-only", "-q"] if listed else []
    workers = ["-n", "0"] if listed else [] if counted else ["-n", "auto"]
    workers = workers if _has_workers(given) else []
    ours = (*module_command("stackproof.suite"), "--pyargs", "stackproof.scenarios")
    # In its place: pytest rewrites the assertions of modules that are not imported yet.
    with held_back():
        os.execv(sys.executable, [*ours, *workers, *how, *chosen, *given])


def _has_workers(given: list[str]) -> bool:
    """Tell whether pytest-xdist is there, without which pytest knows no -n."""
    options = [*given, *shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))]
    pairs = itertools.pairwise(options)
    return "-pno:xdist" not in options and ("-p", "no:xdist") not in pairs


def _for_suite(arguments: list[str]) -> Iterator[str]:
    """Give pytest's arguments; what all our commands take has other names among its options."""
    for argument in arguments:
        if argument == "--log-file" or argument.startswith("--log-file="):
            yield argument.replace("--log-file", "--stackproof-log-file", 1)
        else:
            yield argument
            if argument == "--verbose" or re.fullmatch("-v+", argument):
                yield from ["--stackproof-verbose"] * argument.count("v")
