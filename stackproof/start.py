"""Where the command line begins: signals are listened to before anything else is loaded."""

from __future__ import annotations

import sys

from stackproof.signals import Ended, Ending, sentence


def run() -> None:
    """Run the command line as this process's own."""
    ending = Ending(Ended)
    try:
        ending.listen()
        from stackproof.cli import run as run_commands

        run_commands()
    except Ended as error:
        ending.leave()
        sys.stderr.write(f"{sentence(error.number)}\n")
        sys.exit(error.exit_code)
