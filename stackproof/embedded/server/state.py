"""Where a server is, and the file by which the detached one is found again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded AWS."""

    endpoint: str
    port: int
    pid: int

    @classmethod
    def at(cls, port: int, pid: int) -> Self:
        """Return the server that listens on a loopback port."""
        return cls(endpoint=f"http://127.0.0.1:{port}", port=port, pid=pid)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read a state file; None when there is none, or it isn't one of ours."""
        try:
            document = json.loads(path.read_text())
            return cls.at(int(document["port"]), int(document["pid"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def save(self, path: Path) -> None:
        """Write a state file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)


def state_dir() -> Path:
    """Return the folder for state that outlives a command (XDG_STATE_HOME)."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "stackproof"
