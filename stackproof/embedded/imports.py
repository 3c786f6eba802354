"""Say which package a program lacks, before Pulumi says so with a traceback."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.model import yaml_text
from stackproof.model.json_text import text_of

_RUNNING = {"pre", "preview", "up", "update"}
_ASK = (
    "import importlib.util, sys; "
    "print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name) is None])"
)


def check_imports(command: Sequence[str], folder: Path) -> None:
    """Raise EmbeddedError when a `pulumi` command is to run a program that cannot be imported.

    Only what the program imports first of all is looked at, in its own files and in what of them
    it imports; in the interpreter that Pulumi will take. Where that can't be told, Pulumi tells.
    """
    if not _RUNNING & {*command}:
        return
    try:
        settings = yaml_text.parse(text_of(folder / "Pulumi.yaml"))
    except (OSError, ValueError):
        return
    python = _python(folder, settings)
    program = folder / str(settings.get("main", ".")) if python else folder
    program = program if program.suffix == ".py" else program / "__main__.py"
    if python is None or not program.is_file():
        return
    imported: dict[str, str] = {}
    for name, where in _imported(program, program.parent, set()):
        imported.setdefault(name, where)
    asked = subprocess.run(
        [python, "-c", _ASK, *imported],
        cwd=program.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    for name in asked.stdout.split():
        raise EmbeddedError(f"{imported[name]} imports {name}, which is not installed")


def _python(folder: Path, settings: Any) -> str | None:
    """Give the interpreter of a Python project; None where a tool of its own chooses it."""
    runtime = settings.get("runtime") if isinstance(settings, dict) else None
    if runtime == "python":
        return sys.executable
    if not isinstance(runtime, dict) or runtime.get("name") != "python":
        return None
    options = runtime.get("options")
    if not isinstance(options, dict):
        return sys.executable
    if "virtualenv" not in options:
        return None if "toolchain" in options else sys.executable
    own = folder / str(options["virtualenv"]) / "bin" / "python"
    return str(own) if own.is_file() else None


def _imported(file: Path, folder: Path, seen: set[Path]) -> Iterator[tuple[str, str]]:
    """Give each package that a file imports on its top level, and where it does."""
    seen.add(file)
    try:
        statements = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for statement in statements:
        for name in _names(statement):
            own = next((p for p in _places(folder, name) if p.is_file()), None)
            if own is None:
                yield name, f"{file.relative_to(folder)}:{statement.lineno}"
            elif own not in seen:
                yield from _imported(own, folder, seen)


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name.partition(".")[0] for alias in statement.names]
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        return [statement.module.partition(".")[0]]
    return []


def _places(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.py", folder / name / "__init__.py"
