"""Own controls: those of the folders that settings name, and of installed distributions."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

from stackproof.controls.registry import catalogue, defined_in
from stackproof.model import Control
from stackproof.own.modules import LoadError, modules_in, modules_of
from stackproof.own.points import CONTROLS, origin, points
from stackproof.parity.controls import PARITY


def controls_of(place: Path | str) -> tuple[Control, ...]:
    """Give the controls that a file, or the files of a folder, define, in the order of the files.

    Raises LoadError with file, line and reason for what does not load, and when there is none.
    """
    place = Path(place)
    if not place.exists():
        raise LoadError(f"{place}: there is no such file or folder")
    found = tuple(c for module in modules_in(place) for c in defined_in(module).values())
    if not found:
        raise LoadError(f"{place}: no control is defined there")
    return found


def installed() -> Mapping[str, Control]:
    """Give the controls of installed distributions by their ids; raise LoadError."""
    return _distinct(control for point in points(CONTROLS) for control in _of_point(point))


def together(folders: Iterable[Path]) -> Mapping[str, Control]:
    """Give the controls of distributions and folders by id; raise LoadError when one is taken."""
    known = list(installed().values())
    for folder in folders:
        known += controls_of(folder)
    return _distinct(known)


def where(control: Control) -> str:
    """Give file and line at which a control's judging function begins."""
    code = getattr(inspect.unwrap(control.judge), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else control.judge.__module__


def _of_point(point: EntryPoint) -> Iterator[Control]:
    try:
        found = [c for module in modules_of(point.value) for c in defined_in(module).values()]
    except LoadError as error:
        raise LoadError(f"{origin(point)}: {error}") from None
    if not found:
        raise LoadError(f"{origin(point)}: no control is defined there")
    yield from found


def _distinct(controls: Iterable[Control]) -> Mapping[str, Control]:
    found: dict[str, Control] = {}
    problems: list[str] = []
    for control in controls:
        id_ = control.id
        if id_ in catalogue() or id_ in PARITY:
            problems.append(
                f"{where(control)}: control {id_!r} is one of stackproof's already; "
                "give it another id"
            )
        # A module may be named twice: by itself and with its package.
        elif id_ in found and where(found[id_]) != where(control):
            problems.append(
                f"{where(control)}: control {id_!r} is defined in {where(found[id_])} already"
            )
        else:
            found[id_] = control
    if problems:
        raise LoadError("\n".join(problems))
    return dict(sorted(found.items()))
