"""Signals: what one raises that ends the process, told apart from what somebody's code raises.

Controls and other people's modules may raise anything, KeyboardInterrupt and SystemExit too. That
is their failure; only what a signal has raised ends the run.

This is loaded before all else, and loads next to nothing: a signal may come as early.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

from stackproof.error_codes import Code

# With what each does to a process that has no handler for it.
_USUAL: Final[dict[signal.Signals, Any]] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
# What is raised in here leaves locks behind that every later import waits for.
_IMPORTING: Final = "<frozen importlib._bootstrap>"
# In seconds: between two looks, until what was raised counts as lost, until nobody waits any more.
_LOOK, _LOST, _PATIENCE = 0.02, 0.5, 5.0


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
    """Raised in the main thread by SIGTERM or SIGHUP: pytest ends as if it were interrupted."""


def for_pytest(number: int) -> KeyboardInterrupt:
    """Give what a signal raises where pytest runs, which knows no other end."""
    return Interrupted() if number == signal.SIGINT else Terminated()


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


def sentence(number: int) -> str:
    """Say that a signal ended the run."""
    how = "interrupted" if number == signal.SIGINT else "terminated"
    return f"{how}; nothing was verified [{Code.SIGNAL}]"


class Ending:
    """The signals that end this process: the first says how, and its error is raised until it does.

    Python ignores what is raised in `__del__`, by a weak reference's callback or at exit, and other
    code may catch it. So a thread looks whether the main thread is about to end, has it raised
    again if not, and ends the process itself when that takes too long. Further signals change
    nothing while things are put away; when that takes long, they end the process at once.
    """

    def __init__(self, raised: Callable[[int], BaseException]) -> None:
        self.number: int | None = None
        # Whether what is open is to be put away in order, however long it takes: only a further
        # signal ends that.
        self.patient = False
        self._raised = raised
        self._error: BaseException | None = None
        self._due = False
        self._taken = False
        self._since = 0.0
        self._main = threading.get_ident()
        self._unraisable = sys.unraisablehook

    @classmethod
    def of_process(cls) -> Ending | None:
        """Give the one that listens to this process's signals; None where none does."""
        for number in _USUAL:
            listening = getattr(signal.getsignal(number), "__self__", None)
            if isinstance(listening, cls):
                return listening
        return None

    @property
    def exit_code(self) -> int | None:
        """Give what a shell says of a process that the signal ended; None where none has come."""
        return None if self.number is None else 128 + self.number

    def listen(self) -> None:
        """Handle the signals that nobody else handles."""
        for number, usual in _USUAL.items():
            # Whoever started us with a signal ignored (nohup) wants it so.
            if signal.getsignal(number) is usual:
                signal.signal(number, self._come)
        sys.unraisablehook = self._ignored
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _USUAL)

    def stop(self) -> None:
        """Give the signals back."""
        for number, usual in _USUAL.items():
            if signal.getsignal(number) == self._come:
                signal.signal(number, usual)
        if sys.unraisablehook == self._ignored:
            sys.unraisablehook = self._unraisable

    def take(self) -> None:
        """Raise nothing from now on: the process is about to end as the signal says."""
        self._taken = True

    def leave(self) -> None:
        """Let no signal change any more how the process ends; Python gives them back at its end."""
        self._taken = self.patient = True
        for number in _USUAL:
            if signal.getsignal(number) == self._come:
                signal.signal(number, signal.SIG_IGN)

    def _come(self, number: int, frame: FrameType | None) -> None:
        if self.number is None:
            self.number, self._due, self._since = number, True, time.monotonic()
            # Not of `threading`: that takes locks which the main thread may hold just now. Where
            # the machine has no thread left, the error alone has to do.
            with suppress(RuntimeError):
                _thread.start_new_thread(self._watch, ())
        elif not self._due and time.monotonic() - self._since > _PATIENCE:
            self._cut()
        if self._due and not self._taken and not _importing(frame):
            self._due = False
            self._error = self._raised(self.number)
            raise self._error

    def _watch(self) -> None:
        lost = passed = 0.0
        while not (self._taken and self.patient):
            time.sleep(_LOOK)
            passed += _LOOK  # not by a clock: a machine that stalls stops the main thread, too
            if not self.patient and passed > _PATIENCE:
                self._cut()
            lost = 0.0 if self._taken or self._handled() else lost + _LOOK
            self._due = self._due or lost > _LOST
            if self._due and not self._taken:
                lost = 0.0
                signal.pthread_kill(self._main, self.number or signal.SIGTERM)

    def _handled(self) -> bool:
        """Tell whether the main thread is in some `except` or `finally` because of the error."""
        # Until Python 3.12 it is what `sys.exc_info` gives, then the error alone.
        current: Any = sys._current_exceptions().get(self._main)
        error = current[1] if isinstance(current, tuple) else current
        while error is not None and error is not self._error:
            error = error.__context__
        return error is not None

    def _ignored(self, unraisable: Any) -> None:
        if self._error is not None and unraisable.exc_value is self._error:
            self._due = True
        else:
            self._unraisable(unraisable)

    def _cut(self) -> None:
        assert self.number is not None
        # No lock may be waited for, of a module or a stream: the main thread may hold it for ever.
        children = sys.modules.get("stackproof.children")
        if children is not None and hasattr(children, "end_all"):
            children.end_all()
        if not self._taken:
            with suppress(OSError):
                os.write(2, f"{sentence(self.number)}\n".encode())
        os._exit(128 + self.number)


@contextmanager
def held_back() -> Iterator[None]:
    """Keep the signals for a program that is started, or takes this one's place, until it listens.

    Where that fails they are this one's again.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _USUAL)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _USUAL)


def _importing(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename == _IMPORTING
