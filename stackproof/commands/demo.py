"""`stackproof demo`: the whole path on this machine, in one command."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import FAILED, VERIFIED
from stackproof.progress import SHOWN
from stackproof.project import project_file


@click.command(
    epilog="""
\b
Examples:
  stackproof demo
  stackproof demo --stack scalepayments-prod

Exit codes: 0 everything went as it must, 1 it did not, 2 usage, 3 could not run.
"""
)
@click.option(
    "--stack", default="scalepayments-staging", show_default=True, help="The stack to deploy."
)
def demo(stack: str) -> None:
    """Show the whole path on this machine, in a checkout of stackproof.

    Deploys a stack to an embedded AWS, judges what it declares, runs the scenario suite, verifies
    it live, breaks five things with plain boto3 calls, and shows that each is caught.
    """
    from stackproof.consoles import console
    from stackproof.demo.split import Split
    from stackproof.embedded.errors import EmbeddedError
    from stackproof.embedded.server.control import embedded_aws, isolated
    from stackproof.scratch import scratch

    if project_file(Path.cwd()) is None:
        raise StackproofError(
            "the demonstration deploys the stacks of stackproof's own repository: clone it, and "
            "run `stackproof demo` in the checkout",
            Code.NO_PROJECT,
        )
    split = Split(console(quiet=SHOWN.quiet))
    with ExitStack() as held:
        with split.timed("start"):
            home = held.enter_context(scratch())
            server = held.enter_context(embedded_aws())
            alone = isolated(os.environ, server, "us-east-1", home=home)
            os.environ.clear()
            os.environ.update(alone)
            import pulumi

            from stackproof.demo.run import demonstrate
        try:
            good = demonstrate(server.endpoint, stack, split)
        except pulumi.RunError as error:
            raise EmbeddedError(str(error), Code.PROGRAM) from None
    if SHOWN.quiet:
        click.echo("The demonstration holds." if good else "It does not hold.")
    sys.exit(VERIFIED if good else FAILED)
