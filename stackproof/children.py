"""Commands that we ask and threads that ask for us: none of them outlives an interrupted run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final

_LOOK: Final = 0.5  # seconds between two looks whether the parent is there
_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command that reads nothing, to its end, and give what it said.

    Its environment is ours, unless another is given.
    """
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        with _lock:
            _running.add(child)
        try:
            out, err = child.communicate()
        finally:
            with _lock:
                _running.discard(child)
            if child.poll() is None:
                child.terminate()
    return subprocess.CompletedProcess(command, child.returncode, out, err)


def end_all() -> None:
    """Terminate the commands that still run; whoever holds the lock may never let go of it."""
    for child in tuple(_running):
        with contextlib.suppress(OSError):
            child.terminate()


def end_with_parent() -> None:
    """Terminate this process when the one that started it is gone: nobody waits for it then."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


class Pool(ThreadPoolExecutor):
    """A pool that nobody waits for when its block ends by an error: what waits is not begun."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)
