"""What the controls of a run mean, as digests: whether a verdict may differ because they do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from stackproof.controls import catalogue
from stackproof.model import Control
from stackproof.record.canonical import digest
from stackproof.record.redaction import redacted
from stackproof.record.source import sources
from stackproof.settings.settings import Settings


def meaning(control: Control) -> str:
    """Give a digest over what a control demands, of what, and how it judges."""
    known = catalogue().get(control.id) is control
    return _of_catalogue(control.id) if known else _digest(control)


@cache
def _of_catalogue(id_: str) -> str:
    return _digest(catalogue()[id_])


def _digest(control: Control) -> str:
    return digest(
        {
            "id": control.id,
            "severity": control.severity.value,
            "types": list(control.types),
            "needs": list(control.needs),
            "parameters": redacted("", control.parameters),
            "judge": sources(control.judge),
        }
    )[:16]


def catalogue_version(controls: Iterable[Control]) -> str:
    """Give a digest over the ids and meanings of controls."""
    return digest({control.id: meaning(control) for control in controls})[:16]


def parameters_version(told: dict[str, Any]) -> str:
    """Give a digest over parameters that are not defaults, by the controls' ids."""
    return digest(told)[:16]


def told_of(settings: Settings, controls: Iterable[Control]) -> dict[str, Any]:
    """Give the parameters that are not defaults as plain data, by the controls' ids."""
    told = settings.told_all(controls)
    return {id_: redacted("", dict(given)) for id_, given in sorted(told.items())}
