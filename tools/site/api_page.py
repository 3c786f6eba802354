"""The reference of what is importable, read from the source by griffe: nothing is imported."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import griffe

from tools.site.markdown import fenced, page, table

_ROOT: Final = Path(__file__).parents[2]
# Where a project imports from; what is imported there stands where it is written.
_MODULES: Final = ("stackproof", "stackproof.policy_pack", "stackproof.testing")

_Named = griffe.Class | griffe.Function | griffe.Attribute


def api_page() -> str:
    """Write the page of every class and function that own controls and scenarios may use."""
    parts = []
    seen: set[str] = set()
    for module in _MODULES:
        held = [found for found in _public(module) if found.path not in seen]
        seen |= {found.path for found in held}
        parts += [f"## {module}", *map(_described, held)] if held else []
    return page(
        "# Python API",
        "What is listed here is kept as it is between versions, or the changelog says otherwise; "
        "anything else may change.",
        *parts,
    )


@cache
def _module(path: str) -> griffe.Module:
    """Read one module, and none of those that it imports."""
    place = _ROOT.joinpath(*path.split("."))
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return griffe.visit(path, filepath=file, code=file.read_text(encoding="utf-8"))


def _public(path: str) -> Iterator[_Named]:
    module = _module(path)
    for name in sorted(module.members, key=str.lower):
        if not name.startswith("_") and _exported(module, name):
            found = _written(module, name)
            if isinstance(found, (griffe.Class, griffe.Function, griffe.Attribute)):
                yield found


def _written(module: griffe.Module, name: str) -> griffe.Object:
    """Give a member of a module as it is written, wherever that is."""
    member = module.members[name]
    if isinstance(member, griffe.Alias):
        place, _, title = member.target_path.rpartition(".")
        return _written(_module(place), title)
    return member


def _exported(module: griffe.Module, name: str) -> bool:
    if module.exports is not None:
        return name in {str(exported) for exported in module.exports}
    return not module.members[name].is_alias


def _described(found: _Named) -> str:
    if isinstance(found, griffe.Class):
        return page(
            f"### {found.name}",
            _doc(found),
            _fields(found),
            *(_method(found, held) for held in _methods(found)),
        )
    if isinstance(found, griffe.Function):
        return page(f"### {found.name}", fenced("python", _signature(found)), _doc(found))
    return page(f"### {found.name}", _doc(found), fenced("python", f"{found.name} = {found.value}"))


def _doc(found: griffe.Object) -> str:
    return found.docstring.value if found.docstring else ""


def _fields(found: griffe.Class) -> str:
    rows = (
        (f"`{name}`", f"`{member.annotation}`" if member.annotation else "", _value(member))
        for name, member in _members(found).items()
        if isinstance(member, griffe.Attribute) and not name.startswith("_")
    )
    return table(("name", "type", "value"), rows)


def _members(found: griffe.Class) -> dict[str, griffe.Object | griffe.Alias]:
    """Give what a class has, and what it has of classes of its own module."""
    assert found.parent is not None
    beside = (found.parent.members.get(str(base)) for base in found.bases)
    held: dict[str, griffe.Object | griffe.Alias] = {}
    for base in beside:
        held |= _members(base) if isinstance(base, griffe.Class) else {}
    return held | found.members


def _value(attribute: griffe.Attribute) -> str:
    return "" if attribute.value is None else f"`{attribute.value}`"


def _methods(found: griffe.Class) -> Iterator[griffe.Function]:
    for name, member in _members(found).items():
        if isinstance(member, griffe.Function) and (name[0] != "_" or name == "__getitem__"):
            yield member


def _method(of: griffe.Class, found: griffe.Function) -> str:
    title = f"#### {of.name}.{found.name}"
    return page(title, fenced("python", _signature(found)), _doc(found))


def _signature(found: griffe.Function) -> str:
    return f"def {found.signature()}"
