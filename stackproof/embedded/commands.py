"""`stackproof embedded`: AWS in a box, from the command line."""

from __future__ import annotations

import sys

import click

from stackproof.exit_codes import COULD_NOT
from stackproof.progress import say


@click.group()
def embedded() -> None:
    """AWS in a box: an emulated AWS on loopback, for this machine only.

    Exit codes: 0 done, 2 usage, 3 could not.
    """


@embedded.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free port.")
def start(port: int) -> None:
    """Start the embedded AWS in the background; it runs until `stop`."""
    from stackproof.embedded.server.control import start as start_server

    server = start_server(port, detached=True)
    say(f"The embedded AWS runs at {server.endpoint} (pid {server.pid}).")


@embedded.command()
def stop() -> None:
    """Stop the embedded AWS; what was created on it is gone."""
    from stackproof.embedded.server.control import running
    from stackproof.embedded.server.control import stop as stop_server

    server = running()
    if server is None:
        say("The embedded AWS isn't running.")
        return
    stop_server(server)
    say(f"Stopped the embedded AWS at {server.endpoint}.")


@embedded.command()
def status() -> None:
    """Say whether the embedded AWS runs, and where (exit code 3 when it doesn't)."""
    from stackproof.embedded.server.control import running

    server = running()
    if server is None:
        say("The embedded AWS isn't running.")
        sys.exit(COULD_NOT)
    say(f"The embedded AWS runs at {server.endpoint} (pid {server.pid}).")


# What stands behind the first word of COMMAND is its own.
@embedded.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(command: tuple[str, ...]) -> None:
    """Run COMMAND against the embedded AWS, and against nothing else.

    AWS settings of your own (profile, credentials, endpoints) are hidden from COMMAND, and so are
    Pulumi's backend, login and plugins. The exit code is COMMAND's.

    \b
    Which server, and where Pulumi keeps its state:
      after `stackproof embedded start`   that server; state is kept until the server is stopped,
                                          in one place for all projects
      otherwise                           a server for this one command; state is thrown away

    A stack named with --stack is created when it isn't there.

    SIGINT, SIGTERM and SIGHUP are passed on; a COMMAND that goes on for 10 seconds after one of
    the latter two is killed.

    \b
    Examples:
      stackproof embedded run -- pulumi up --yes --stack scalepayments-dev
      stackproof embedded run -- aws s3 ls
      stackproof embedded run -- pytest -n auto tests/scenarios
    """
    from stackproof.embedded.run import run as run_command

    sys.exit(run_command(command))
