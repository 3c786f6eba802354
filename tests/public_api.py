"""The public API in text: `python -m tests.public_api > docs/public-api.txt`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args

import stackproof

# What is handed to own code, and never made by it.
_GIVEN = {"Block", "Control", "Finding", "Outputs", "Resource", "Stack"}


def lines() -> Iterator[str]:
    """Give each importable name with its signature, and what a class offers."""
    for name in stackproof.__all__:
        yield from _told(name, getattr(stackproof, name))


def _told(name: str, value: Any) -> Iterator[str]:
    if not callable(value) or get_args(value):
        yield f"{name} = {' | '.join(one.__name__ for one in get_args(value))}"
    elif not isinstance(value, type):
        yield f"{name}{_signature(value)}"
    elif issubclass(value, Enum):
        yield f"{name}: {', '.join(member.name for member in value)}"
    else:
        yield f"class {name}{'' if name in _GIVEN else _signature(value)}"
        own = {one.name for one in fields(value)} if is_dataclass(value) else set()
        yield from (f"    {line}" for line in _members(value) if line.split("(")[0] not in own)


def _members(class_: type) -> Iterator[str]:
    for name in sorted({n for base in class_.__mro__[:-1] for n in vars(base)}):
        held = inspect.getattr_static(class_, name)
        if name.startswith("_") or issubclass(class_, BaseException):
            continue
        if isinstance(held, property):
            yield name
        elif inspect.isfunction(held):
            yield f"{name}{_signature(held)}"


def _signature(value: Any) -> str:
    try:
        told = str(inspect.signature(value)).replace("'", "")
    except ValueError:
        return ""
    # A function is shown with where it lies in memory.
    return re.sub(r"<function .*? at \w+>", "…", told)


if __name__ == "__main__":
    print("\n".join(lines()))
