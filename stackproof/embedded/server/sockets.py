"""Listening on loopback, and nowhere else."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0 takes a free one. OSError when taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock
