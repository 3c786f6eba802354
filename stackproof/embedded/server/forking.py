"""Copies of the running server: a process forked with everything that was deployed to it.

A copy costs milliseconds and is changed apart from its origin: a deployment is made once, and
each experiment breaks a copy of it.
"""

from __future__ import annotations

import gc
import os
import socket
import stat
import sys
import threading
import warnings
from collections.abc import Callable

from stackproof.embedded.server.http import WebServer, WsgiApp
from stackproof.embedded.server.sockets import listen
from stackproof.embedded.server.state import Server


class Lifeline:
    """A pipe that this process holds the one end of: a copy ends when nobody holds it any more."""

    def __init__(self) -> None:
        self._watched, self._held = os.pipe()

    def take(self) -> None:
        """End with the process that was copied; called in the copy."""
        os.close(self._held)
        threading.Thread(target=self._follow, name="lifeline", daemon=True).start()

    def _follow(self) -> None:
        os.read(self._watched, 1)
        os._exit(0)


def fork(make: Callable[[], WsgiApp], lifeline: Lifeline) -> Server:
    """Give the copy that serves, on a loopback port of its own, the application made in it.

    No other thread may hold a lock: none of them goes on in the copy.
    """
    listening = listen(0)
    with warnings.catch_warnings():
        # What it warns of, locks that other threads hold, is the caller's to rule out.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _serve(make, listening.fileno(), lifeline)
    server = Server.at(listening.getsockname()[1], pid)
    listening.close()
    threading.Thread(target=os.waitpid, args=(pid, 0), name="reap", daemon=True).start()
    return server


def _serve(make: Callable[[], WsgiApp], descriptor: int, lifeline: Lifeline) -> None:
    try:
        gc.freeze()  # what is shared with the origin stays shared
        lifeline.take()
        _close_sockets(but=descriptor)
        WebServer(socket.socket(fileno=descriptor), make()).serve_forever()
    except SystemExit:
        sys.stderr.flush()
    finally:
        os._exit(0)


def _close_sockets(but: int) -> None:
    """Close the origin's connections, whose clients would wait for us to do so, too."""
    for name in os.listdir("/dev/fd"):
        descriptor = int(name)
        try:
            if descriptor != but and stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.close(descriptor)
        except OSError:  # the one that listed the folder
            continue
