"""Signals: what one raises that ends the process, told apart from what somebody's code raises.

Controls and other people's modules may raise anything, KeyboardInterrupt and SystemExit too. That
is their failure; only what a signal has raised ends the run.
"""

from __future__ import annotations

import signal
import threading


class Ended(BaseException):
    """Raised in the main thread by a signal that ends the process: what is open is put away."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """Give what a shell says of a process that this signal ended."""
        return 128 + self.number


class Interrupted(KeyboardInterrupt):
    """Raised in the main thread by SIGINT where pytest is to end as it does by itself."""


class Terminated(KeyboardInterrupt):
    """Raised in the main thread by SIGTERM: pytest ends as if somebody had interrupted it."""


def of_process(error: BaseException) -> bool:
    """Tell whether a signal of the process has raised an error, and not the code that ran."""
    if isinstance(error, (Ended, Interrupted, Terminated)):
        return True
    # Where nobody has put a handler of ours in its place, Python's own raises this one.
    return (
        isinstance(error, KeyboardInterrupt)
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
