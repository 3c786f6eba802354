"""What the controls of a run mean, as digests: whether a verdict may differ because they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from stackproof import kept
from stackproof.model import Control
from stackproof.parity.controls import every_control
from stackproof.record.canonical import digest
from stackproof.record.redaction import redacted
from stackproof.record.source import sources
from stackproof.settings.settings import Settings


def meaning(control: Control) -> str:
    """Give a digest over what a control demands, of what, and how it judges."""
    known = every_control().get(control.id) is control
    return ours()[control.id] if known else _digest(control)


@cache
def ours() -> Mapping[str, str]:
    """Give the digests of stackproof's own controls, by their ids.

    To make them is a tenth of a run, so they are kept until a file of ours changes.
    """
    controls = every_control()
    file, code = kept.code_file("meaning"), kept.code_version()
    held = file and kept.read(file)
    digests: dict[str, str] = held.get("digests", {}) if held and held.get("code") == code else {}
    if digests.keys() == controls.keys():
        return digests
    digests = {id_: _digest(control) for id_, control in controls.items()}
    if file:
        kept.keep(file, {"code": code, "digests": digests})
    return digests


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
