"""`stackproof deploy`: deploy a stack to the embedded AWS, without the Pulumi CLI."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from stackproof.cli import write_output
from stackproof.error_codes import Code
from stackproof.progress import say
from stackproof.writable import check_apart, check_writable


@click.command(
    epilog="""
\b
Examples:
  stackproof embedded start && stackproof deploy scalepayments-dev
  stackproof embedded run -- stackproof deploy scalepayments-prod --outputs flat-outputs.json
  stackproof deploy scalepayments-dev --state state.json && stackproof verify --state state.json

Exit codes: 0 deployed, 2 usage, 3 could not deploy.
"""
)
@click.argument("stack")
@click.option(
    "--outputs",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("flat-outputs.json"),
    show_default=True,
    help="Where to write the stack's outputs.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the stack's state, as `pulumi stack export` does; not written by default.",
)
def deploy(stack: str, outputs: Path, state: Path | None) -> None:
    """Deploy STACK to the embedded AWS.

    The project is that of the current folder. Any endpoint but this machine's is refused.
    """
    import pulumi

    from stackproof.embedded.engine import run
    from stackproof.embedded.errors import EmbeddedError
    from stackproof.embedded.exporting import exported
    from stackproof.embedded.project import find_project, stack_config
    from stackproof.embedded.server.control import running

    check_apart((outputs, state), ())
    check_writable(outputs, state)
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint is None:
        server = running()
        if server is None:
            raise EmbeddedError(
                "no embedded AWS is running; start one with `stackproof embedded start`, or put "
                "`stackproof embedded run --` before this command",
                Code.NOT_RUNNING,
            )
        endpoint = server.endpoint
    try:
        project = find_project(Path.cwd())
        config = stack_config(project, stack)
        # What the embedded AWS lacks is said before anything is created.
        run(project, stack, config, endpoint, preview=True)
        deployment = run(project, stack, config, endpoint)
    except pulumi.RunError as error:
        raise EmbeddedError(str(error), Code.PROGRAM) from None
    public = {k: v for k, v in deployment.outputs.items() if k not in deployment.secret_outputs}
    write_output(json.dumps(public, indent=2), outputs)
    if state is not None:
        write_output(json.dumps(exported(deployment), indent=2), state)
    say(f"{stack}: {len(deployment.resources)} resources, outputs in {outputs}")
