"""`stackproof demo`: the whole path on this machine, in one command."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from stackproof.cli import FAILED, VERIFIED, CouldNot


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
    """Deploy a stack to an embedded AWS, verify it, break five things, and catch each."""
    from stackproof.embedded.server.control import embedded_aws, isolated

    with embedded_aws() as server, tempfile.TemporaryDirectory(prefix="stackproof-") as home:
        alone = isolated(os.environ, server, "us-east-1", home=Path(home))
        os.environ.clear()
        os.environ.update(alone)

        import pulumi
        from rich.console import Console

        from stackproof.demo.run import demonstrate
        from stackproof.embedded.errors import EmbeddedError
        from stackproof.outputs import OutputsError
        from stackproof.sights.live.fetch import LiveError

        try:
            good = demonstrate(server.endpoint, stack, Console())
        except (EmbeddedError, LiveError, OutputsError, pulumi.RunError) as error:
            raise CouldNot(str(error)) from None
    sys.exit(VERIFIED if good else FAILED)
