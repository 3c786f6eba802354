"""The overlay's entries: which operations it answers itself, and which answers it completes.

One module per AWS service lives in `services/`; importing it registers its entries.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

from stackproof.embedded.overlay.call import Call

Handler = Callable[[Call], Mapping[str, Any] | None]
Postprocessor = Callable[[Call, dict[str, Any]], None]
Validator = Callable[[Call], None]
Patch = Callable[[], None]

HANDLERS: dict[tuple[str, str], Handler] = {}
POSTPROCESSORS: dict[tuple[str, str], list[Postprocessor]] = {}
VALIDATORS: dict[tuple[str, str], list[Validator]] = {}
PATCHES: dict[str, list[Patch]] = {}


def handles(service: str, operation: str) -> Callable[[Handler], Handler]:
    """Answer an operation that moto lacks.

    The function returns the answer in botocore's names, or raises `AwsError`.
    """

    def register(function: Handler) -> Handler:
        key = (service, operation)
        if key in HANDLERS:
            raise ValueError(f"{service} {operation} is handled twice in the overlay")
        HANDLERS[key] = function
        return function

    return register


def postprocesses(service: str, *operations: str) -> Callable[[Postprocessor], Postprocessor]:
    """Change moto's successful answer in place, in botocore's names.

    What is set on moto's own object is found again by every later read without our help; the
    object may also stand in the answer.
    """

    def register(function: Postprocessor) -> Postprocessor:
        for operation in operations:
            POSTPROCESSORS.setdefault((service, operation), []).append(function)
        return function

    return register


def validates(service: str, *operations: str) -> Callable[[Validator], Validator]:
    """Look at a request before moto acts: raise `AwsError` where AWS refuses and moto doesn't."""

    def register(function: Validator) -> Validator:
        for operation in operations:
            VALIDATORS.setdefault((service, operation), []).append(function)
        return function

    return register


def patches(moto_package: str) -> Callable[[Patch], Patch]:
    """Repair moto's own code, once, just before the service is first loaded."""

    def register(function: Patch) -> Patch:
        PATCHES.setdefault(moto_package, []).append(function)
        return function

    return register


def apply_patches(moto_package: str) -> None:
    """Run the repairs of a moto package that is about to be loaded."""
    for patch in PATCHES.get(moto_package, ()):
        patch()


def load_services() -> None:
    """Import every module of `services/`, which registers its entries."""
    from stackproof.embedded.overlay import services

    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"{services.__name__}.{module.name}")
