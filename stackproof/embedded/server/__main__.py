"""Run the embedded AWS: `python -m stackproof.embedded.server [--port 0] [--state-file PATH]`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from stackproof.embedded.server.gate import Gate
from stackproof.embedded.server.http import WebServer, WsgiApp
from stackproof.embedded.server.moto_settings import SETTINGS
from stackproof.embedded.server.sockets import listen
from stackproof.embedded.server.state import Server
from stackproof.garbage import collect_seldom


def main() -> None:
    """Serve until told to stop by SIGTERM, SIGINT or, with a lifeline, the parent's death."""
    parser = argparse.ArgumentParser(prog="python -m stackproof.embedded.server")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--state-file", type=Path, help="where to write endpoint, port and pid")
    parser.add_argument("--socket-fd", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--lifeline", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    collect_seldom()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    if options.lifeline:
        # Ctrl-C reaches us as well as the parent, which still needs us to end in good order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_die_with_parent, name="lifeline", daemon=True).start()
    listening = _listening(options.port, options.socket_fd)
    server = Server.at(listening.getsockname()[1], os.getpid())
    try:
        _serve(listening, server, options.state_file)
    except SystemExit:
        sys.stderr.flush()
    finally:
        if options.state_file:
            options.state_file.unlink(missing_ok=True)
    os._exit(0)  # connection threads may be busy; nothing of theirs is worth waiting for


def _serve(listening: socket.socket, server: Server, state_file: Path | None) -> None:
    if state_file:
        server.save(state_file)
    print(f"embedded AWS at {server.endpoint} (pid {server.pid})", flush=True)
    WebServer(listening, Gate(_load)).serve_forever()


def _load() -> tuple[WsgiApp, threading.Thread]:
    os.environ.update(SETTINGS)  # moto reads them when it's imported, which is now
    from stackproof.embedded.overlay.app import Overlay
    from stackproof.embedded.server.moto_app import Dispatcher, reset, warm
    from stackproof.embedded.server.quicken import quicken

    quicken()
    moto = Dispatcher()
    overlay = Overlay(moto, reset)
    return overlay, warm(moto)


def _listening(port: int, descriptor: int | None) -> socket.socket:
    if descriptor is not None:
        return socket.socket(fileno=descriptor)
    return listen(port)


def _die_with_parent() -> None:
    # The parent holds the other end of our standard input; even SIGKILL closes it.
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
