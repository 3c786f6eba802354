"""Jobs side by side, each in a fork of this process, which has loaded what they need."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")

_FORK = multiprocessing.get_context("fork")


def side_by_side(jobs: Iterable[tuple[K, Callable[[], T]]]) -> Iterator[tuple[K, T]]:
    """Run jobs, one on each processor; give each key with what its job returned, as it ends.

    A job that raises is told by its traceback, and EOFError.
    """
    waiting = iter(jobs)
    running: dict[Connection, tuple[K, ForkProcess]] = {}
    while True:
        for key, job in waiting:
            ours, theirs = _FORK.Pipe(duplex=False)
            process = _FORK.Process(target=_send, args=(theirs, job))
            process.start()
            theirs.close()
            running[ours] = (key, process)
            if len(running) >= (os.cpu_count() or 1):
                break
        if not running:
            return
        for ready in wait(list(running)):
            assert isinstance(ready, Connection)
            key, process = running.pop(ready)
            yield key, ready.recv()
            process.join()


def apart(job: Callable[[], T]) -> T:
    """Run a job in a fork of this process; give what it returned."""
    ((_, returned),) = side_by_side([(None, job)])
    return returned


def _send(to: Connection, job: Callable[[], object]) -> None:
    to.send(job())
    to.close()
