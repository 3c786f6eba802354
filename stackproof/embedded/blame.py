"""Say in one sentence what failed in a program, and where."""

from __future__ import annotations

import traceback
from pathlib import Path

from stackproof.embedded.errors import EmbeddedError


def blamed(error: BaseException, root: Path) -> EmbeddedError:
    """Give the sentence for what a program of a project raised: its last line of the program."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_own(frame.filename, root)]
    where = f"{Path(own[-1].filename).relative_to(root)}:{own[-1].lineno}" if own else "the program"
    if isinstance(error, ModuleNotFoundError):
        return EmbeddedError(f"{where} imports {error.name}, which is not installed")
    message = " ".join(str(error).split()) or "no message"
    return EmbeddedError(f"{where} failed with {type(error).__name__}: {message}")


def is_own(file: str | None, folder: Path) -> bool:
    """Tell whether a file is part of a program, not of the packages installed below it."""
    if not file:
        return False
    path = Path(file)
    return path.is_relative_to(folder) and "site-packages" not in path.parts
