"""Where a server is, and the file by which the detached one is found again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from stackproof.embedded.errors import EmbeddedError
from stackproof.error_codes import Code

_WHERE: Final = "Set XDG_STATE_HOME to a folder that can be written to."


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
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, path: Path) -> None:
        """Write a state file, whole or not at all."""
        made(path.parent)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)


def state_dir() -> Path:
    """Return the folder for state that outlives a command (XDG_STATE_HOME).

    Raises EmbeddedError for a user without a home.
    """
    base = os.environ.get("XDG_STATE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "state") / "stackproof"
    except RuntimeError as error:
        raise EmbeddedError(f"There is no home folder. {_WHERE}", Code.UNWRITABLE) from error


def made(folder: Path) -> Path:
    """Make a folder in the one for state, if it isn't there; EmbeddedError says why it can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"{folder} can't be made: {error.strerror}. {_WHERE}"
        raise EmbeddedError(why, Code.UNWRITABLE) from error
    return folder
