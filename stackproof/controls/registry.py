"""Find every control of the catalogue and judge stacks with it."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from stackproof.model import (
    Category,
    Control,
    ControlError,
    Family,
    Finding,
    Framework,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases
from stackproof.model.control import Judgement

# By the module that defines them: only those of this package are the catalogue's.
_BY_MODULE: dict[str, dict[str, Control]] = {}

Judge = Callable[..., Judgement]


def control(
    id_: str,
    *,
    title: str,
    severity: Severity,
    category: Category,
    types: str | tuple[str, ...],
    cases: Cases,
    needs: tuple[str, ...] = (),
    frameworks: Mapping[Framework, tuple[str, ...]] | None = None,
    in_part: Mapping[Framework, tuple[str, ...]] | None = None,
    unknown_blocks: bool = False,
    tolerated_in: tuple[str, ...] = (),
    family: Family | None = None,
) -> Callable[[Judge], Judge]:
    """Register the decorated judging function as a control of its module.

    Raises ControlError, with the control's name, when it lacks its cases or its metadata is
    wrong, or when the name is taken in the module.
    """

    def register(function: Judge) -> Judge:
        defined = _BY_MODULE.setdefault(function.__module__, {})
        if id_ in defined:
            raise ControlError(f"control {id_!r} is defined twice")
        defined[id_] = Control(
            id=id_,
            title=title,
            severity=severity,
            category=category,
            types=(types,) if isinstance(types, str) else types,
            judge=function,
            cases=cases,
            needs=needs,
            frameworks=frameworks or {},
            in_part=in_part or {},
            unknown_blocks=unknown_blocks,
            tolerated_in=tolerated_in,
            family=family,
        )
        return function

    return register


@cache
def catalogue() -> Mapping[str, Control]:
    """Give every control by id, in the order of their ids."""
    import stackproof.controls as package

    found: dict[str, Control] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
        for id_, defined in defined_in(module.name).items():
            if id_ in found:
                raise ControlError(f"control {id_!r} is defined twice")
            found[id_] = defined
    return dict(sorted(found.items()))


def defined_in(module: str) -> Mapping[str, Control]:
    """Give the controls that an imported module defines, by id, in its order."""
    return _BY_MODULE.get(module, {})


def forget(package: str) -> None:
    """Forget what a package's modules define, before they are imported anew."""
    for name in [n for n in _BY_MODULE if n == package or n.startswith(f"{package}.")]:
        del _BY_MODULE[name]


def judge(
    stack: Stack,
    controls: Iterable[Control] | None = None,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Finding]:
    """Judge every resource of a stack with every control that applies to its type.

    A type that could not be looked at gives each of its controls one Unknown finding, made by
    `unseen`, so that nothing is lost silently. `parameters` overrides defaults by control id.
    """
    by_type: dict[str, list[Control]] = defaultdict(list)
    chosen = catalogue().values() if controls is None else controls
    for item in chosen:
        for type_ in item.types:
            by_type[type_].append(item)
    findings = [
        Finding(item, resource, outcome, facet)
        for resource in stack
        for item in by_type.get(resource.type, ())
        for facet, outcome in item.outcomes(
            resource, stack, (parameters or {}).get(item.id)
        ).items()
    ]
    return findings + unseen(stack, by_type)


def unseen(stack: Stack, by_type: Mapping[str, Iterable[Control]]) -> list[Finding]:
    """Give an Unknown finding for every control on every type that could not be looked at."""
    return [
        Finding(item, Resource(data={}, type=type_, name=f"all {type_}"), unknown)
        for type_, unknown in stack.gaps.items()
        for item in by_type.get(type_, ())
    ]
