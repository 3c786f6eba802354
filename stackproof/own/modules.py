"""Import somebody's own Python files, and say of one that doesn't load file, line and reason."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

from stackproof.controls import registry
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import ControlError
from stackproof.signals import of_process

_PREFIX: Final = "stackproof_own_"


class LoadError(StackproofError):
    """Raised for files that do not load: a sentence with file, line and reason for each."""

    code = Code.OWN


def modules_in(place: Path) -> list[str]:
    """Import each Python file of a folder (or one file) anew, and give the modules' names.

    Tests (`test_*.py`, `*_test.py`, `conftest.py`) and hidden folders stay out. The folder is a
    package of its own: its files import each other with `from . import other`. Raises LoadError.
    """
    folder = place if place.is_dir() else place.parent
    package = f"{_PREFIX}{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
    _forget(package)
    files = sorted(_files(folder)) if place.is_dir() else [place]
    names, problems = [], []
    for file in files:
        parts = file.relative_to(folder).with_suffix("").parts
        if odd := [part for part in parts if not part.isidentifier()]:
            problems.append(f"{file}: {odd[0]!r} is no name of a Python module; rename it")
            continue
        name = ".".join((package, *(parts[:-1] if parts[-1] == "__init__" else parts)))
        try:
            _with_package(package, folder)
            _imported(name)
        except LoadError as error:
            problems.append(str(error) or f"{file}: it does not load")
        else:
            names.append(name)
    if problems:
        raise LoadError("\n".join(dict.fromkeys(problems)))
    return names


def modules_of(name: str) -> list[str]:
    """Import an installed module, with all modules in it when it is a package; raise LoadError."""
    module = _imported(name)
    inside = getattr(module, "__path__", None)
    if inside is None:
        return [name]
    # A package that is imported on the way may fail like any other module, which is said below.
    walked: list[pkgutil.ModuleInfo] = []
    packages = pkgutil.walk_packages(inside, f"{name}.", onerror=lambda failed: None)
    _told(lambda: walked.extend(packages), name)
    return [name, *(_imported(found.name).__name__ for found in walked)]


def is_of_tests(module: str) -> bool:
    """Tell whether a file of that name is pytest's, and stays out therefore."""
    return module.startswith("test_") or module.endswith("_test") or module == "conftest"


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not (hidden or is_of_tests(path.stem)):
            yield path


def _forget(package: str) -> None:
    registry.forget(package)
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        del sys.modules[name]
    importlib.invalidate_caches()


def _with_package(package: str, folder: Path) -> None:
    """Let a folder be a package, whose `__init__.py`, where it has one, is run."""
    if package in sys.modules:
        return
    init = folder / "__init__.py"
    spec = (
        importlib.util.spec_from_file_location(
            package, init, submodule_search_locations=[str(folder)]
        )
        if init.is_file()
        else None
    )
    bare = spec or ModuleSpec(package, None, is_package=True)
    if spec is None:
        bare.submodule_search_locations = [str(folder)]
    module = importlib.util.module_from_spec(bare)
    sys.modules[package] = module
    if spec is not None and spec.loader is not None:
        try:
            _told(lambda: spec.loader.exec_module(module) if spec.loader else None, package)
        except LoadError:
            del sys.modules[package]
            raise


def _imported(name: str) -> ModuleType:
    _told(lambda: importlib.import_module(name), name)
    return sys.modules[name]


def _told(run: Callable[[], object], name: str) -> None:
    """Run somebody's module; raise LoadError with file, line and reason when it fails."""
    try:
        # The engine reads a pack's standard output, and programs read that of commands.
        with contextlib.redirect_stdout(sys.stderr):
            run()
    except BaseException as error:
        if of_process(error):
            raise
        raise LoadError(_sentence(error, name)) from None


def _sentence(error: BaseException, name: str) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = [frame for frame in _frames(error) if not _ours(frame.filename)]
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
    reason = " ".join(str(error).split()) or "no reason is given"
    return f"{where}: {reason if isinstance(error, ControlError) else _typed(error, reason)}"


def _typed(error: BaseException, reason: str) -> str:
    return f"{type(error).__name__}: {reason}"


def _frames(error: BaseException) -> Sequence[traceback.FrameSummary]:
    return traceback.extract_tb(error.__traceback__)


def _ours(filename: str) -> bool:
    """Tell whether a frame is of this package, or of Python itself: nothing to be mended there."""
    ours = f"{Path(__file__).parents[1]}{os.sep}"
    python = f"{sysconfig.get_path('stdlib')}{os.sep}"
    installed = f"{python}site-packages"
    return filename.startswith(("<", ours)) or (
        filename.startswith(python) and not filename.startswith(installed)
    )
