"""What a function does, as text: its own source and that of all that it calls of ours.

The text is that of the files, so that it is the same in every version of Python; comments and
docstrings are no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

_OURS: Final = "stackproof."
# What every control stands on: a change there is no other meaning of one.
_FRAME: Final = ("stackproof.model.", "stackproof.sights.", "stackproof.settings.")
_DOCSTRING: Final = re.compile(r'^\s*[rR]?"""(?:[^"\\]|\\.|"(?!""))*"""\s*$', re.MULTILINE)
_COMMENT: Final = re.compile(r"^\s*#.*$", re.MULTILINE)


def sources(value: Any) -> list[str]:
    """Give the texts that say what a function does, each once, in their order.

    That of a function of somebody else is its name alone.
    """
    told, waiting = _direct(value)
    found, met = set(told), set(waiting)
    ahead = list(waiting)
    while ahead:
        told, called = _of_function(ahead.pop())
        found |= told
        ahead += called - met
        met |= called
    return sorted(found)


_Parts = tuple[frozenset[str], frozenset[FunctionType]]


@cache
def _of_function(function: FunctionType) -> _Parts:
    function = getattr(function, "__wrapped__", function)
    module = str(function.__module__)
    if module.startswith(_FRAME) or not _is_own(function):
        return frozenset({f"{module}.{function.__qualname__}"}), frozenset()
    code = function.__code__
    held: list[Any] = [function.__defaults__, function.__kwdefaults__]
    for cell in function.__closure__ or ():
        # One that is filled later holds a function that calls itself.
        with suppress(ValueError):
            held.append(cell.cell_contents)
    names = set(_names(code)) & function.__globals__.keys()
    held += [function.__globals__[name] for name in names]
    told, called = _direct(held)
    return told | {_text(code.co_filename, code.co_firstlineno)}, called


def _direct(value: Any) -> _Parts:
    """Give the texts of plain values in a value, and the functions in it."""
    told: set[str] = set()
    functions: set[FunctionType] = set()
    met: set[int] = set()
    ahead = [value]
    while ahead:
        node = ahead.pop()
        if id(node) in met:
            continue
        met.add(id(node))
        match node:
            case FunctionType():
                functions.add(node)
            case MethodType():
                ahead += [node.__func__, node.__self__]
            case partial():
                ahead += [node.func, node.args, node.keywords]
            case None | bool() | int() | float() | str() | bytes() | Enum():
                told.add(repr(node))
            case re.Pattern():
                told.add(f"{node.pattern!r} {node.flags}")
            case Mapping():
                ahead += [*node.keys(), *node.values()]
            case set() | frozenset() | list() | tuple():
                ahead += node
            case type() | ModuleType():
                told.add(str(getattr(node, "__qualname__", node.__name__)))
            case _ if is_dataclass(node):
                ahead += [getattr(node, field.name) for field in fields(node)]
            case _:
                told.add(type(node).__qualname__)
    return frozenset(told), frozenset(functions)


def _is_own(function: FunctionType) -> bool:
    """Tell whether a function is ours or a project's own, and no library's."""
    file = function.__code__.co_filename
    return function.__module__.startswith(_OURS) or "site-packages" not in file


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


@cache
def _text(file: str, first: int) -> str:
    """Give the lines of a function, from its first one to the last that is further in."""
    lines = _lines(file)[first - 1 :]
    if not lines:
        return f"{Path(file).name}:{first}"
    depth = _depth(lines[0])
    # What stands in decorators is told by the control itself.
    begin = next((n for n, line in enumerate(lines) if _begins(line, depth)), 0)
    block = lines[begin:]
    ends = (n for n, line in enumerate(block[1:], 1) if _ends(line, depth))
    bare = _COMMENT.sub("", _DOCSTRING.sub("", "\n".join(block[: next(ends, len(block))])))
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def _begins(line: str, depth: int) -> bool:
    bare = line.strip()
    decorates = bare.startswith(("@", ")")) or _depth(line) > depth
    return bool(bare) and not decorates


def _ends(line: str, depth: int) -> bool:
    bare = line.strip()
    return bool(bare) and _depth(line) <= depth and not bare.startswith((")", "]", "}", "#"))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


@cache
def _lines(file: str) -> list[str]:
    path = Path(file)
    return path.read_text("utf-8").splitlines() if path.is_file() else []
