"""Defects: what is written down when stackproof itself fails, so that somebody can mend it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.safe_text import clean
from stackproof.sights.live.urls import public

_PACKAGES = ("stackproof", "boto3", "botocore", "click", "moto", "pulumi", "pulumi-aws", "pytest")
# What follows is somebody else's command, with whatever is in it.
_OTHERS_COMMAND = "--"


def tell(error: BaseException, command: Sequence[str]) -> str:
    """Write down a defect, and give the sentence that says so and names the file."""
    where = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(where[-1].filename).name}:{where[-1].lineno}" if where else ""
    try:
        kept = f"The details are in {keep(error, command)}"
    except OSError as failed:
        kept = f"The details could not be written ({failed.strerror})"
    return (
        f"this is a defect of stackproof, and says nothing about the stack "
        f"({type(error).__name__}{place}). {kept}; please report it. [{Code.DEFECT}]"
    )


def keep(error: BaseException, command: Sequence[str]) -> Path:
    """Write an error with its traceback into a file, and give it; raise OSError if it can't."""
    details = _details(error, command)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    try:
        # Loaded here: a defect may be one of what is imported.
        from stackproof.embedded.server.state import state_dir

        folder = state_dir() / "defects"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (OSError, StackproofError):
        # Without a home, or one that can't be written to.
        descriptor, made = tempfile.mkstemp(prefix="stackproof-defect-", suffix=".txt")
        path = Path(made)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(details)
    return path


def _details(error: BaseException, command: Sequence[str]) -> str:
    installed = (f"{name} {_version(name)}" for name in _PACKAGES)
    shown = "".join(traceback.format_exception(error))
    return "\n".join(
        [
            f"command: {' '.join(_shown(command))}",
            f"python: {platform.python_version()} on {platform.platform()}",
            f"versions: {', '.join(installed)}",
            f"time: {datetime.now(UTC).isoformat(timespec='seconds')}",
            "",
            # A message may have brought along what it was about.
            "\n".join(clean(public(line)) for line in shown.splitlines()),
            "",
        ]
    )


def _shown(command: Sequence[str]) -> Sequence[str]:
    """Give a command as it may be sent to others: nobody's login, nobody's own command."""
    if _OTHERS_COMMAND in command:
        command = [*command[: command.index(_OTHERS_COMMAND) + 1], "…"]
    return [clean(public(word)) for word in command]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def command_line() -> list[str]:
    """Give the command that this process was started with."""
    return [Path(sys.argv[0]).name, *sys.argv[1:]]
