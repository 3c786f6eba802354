"""Consoles whose reader may go away: as everywhere else, that is no failure of the stack."""

from __future__ import annotations

from rich.console import Console


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let the error out to the door; rich would end the process with the code of failures."""
        raise  # noqa: PLE0704 - rich calls this while it handles the error


def console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """Give a console for standard output, or for standard error."""
    return _Console(emoji=False, stderr=stderr, quiet=quiet)
