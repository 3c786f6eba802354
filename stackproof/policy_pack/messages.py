"""What the pack says on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stackproof.error_codes import Code
from stackproof.model import Control, Fail, Resource, Unknown, Waived
from stackproof.model.secrecy import disclosed
from stackproof.model.secret_formats import as_name
from stackproof.safe_text import clean
from stackproof.types.owners import called, owner_name

_LONGEST = 200


def failure(control: Control, resource: Resource, facet: str, fail: Fail) -> str:
    """Say what is wrong with a resource, and how to put it right."""
    return _lines(
        (
            f"control:    {_control(control, facet)}",
            f"resource:   {_resource(resource)}",
            f"property:   {as_name(fail.property)}",
            f"expected:   {as_name(fail.expected)}",
            f"actual:     {_actual(fail)}",
            f"how to fix: {as_name(fail.fix)}",
        )
    )


def blocking(control: Control, resource: Resource, facet: str, unknown: Unknown) -> str:
    """Say what cannot be verified at preview and must be."""
    return _lines(
        (
            f"cannot be verified at preview: {_reason(unknown)}",
            f"control:    {_control(control, facet)}",
            f"resource:   {_resource(resource)}",
            f"property:   {unknown.property or '(unknown)'}",
            "expected:   a value that is known at preview",
            "how to fix: Set it in the program to a value that does not depend on a resource "
            "that is yet to be created.",
        )
    )


def broken(control: Control, resource: Resource, unknown: Unknown, kept: Path | None) -> str:
    """Say that a control fell over and judged nothing, and how to go on without it.

    `kept` is the file with what it raised.
    """
    return _lines(
        (
            f"could not be judged: {_reason(unknown)} [{Code.BROKEN}]",
            f"control:    {control.id}",
            f"resource:   {_resource(resource)}",
            f"details:    {kept or 'could not be written'}",
            "how to fix: Mend the control, or report it; to go on meanwhile, set its level to "
            "advisory in the pack's configuration.",
        )
    )


def unverified(controls: Sequence[str], resource: Resource, unknown: Unknown) -> str:
    """Say in one line what will be verified once it is deployed."""
    place = f", {unknown.property}" if unknown.property else ""
    return clean(
        f"{', '.join(controls)}: {_resource(resource)}{place}: {_reason(unknown)}; "
        "will be verified live"
    )


def accepted(control: Control, resource: Resource, facet: str, waived: Waived) -> str:
    """Say in one line which failure is accepted, by whom, why, and until when."""
    fail = waived.instead_of
    return clean(
        f"{_control(control, facet)}: {_resource(resource)}, {as_name(fail.property)} is "
        f"{_actual(fail)}, expected {as_name(fail.expected)}; waived by {waived.waiver} until "
        f"{waived.until}"
    )


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(map(clean, lines))


def _control(control: Control, facet: str) -> str:
    return f"{control.id} [{as_name(facet)}]" if facet else control.id


def _resource(resource: Resource) -> str:
    return f"{as_name(called(resource.name, owner_name(resource)))} ({resource.type})"


def _reason(unknown: Unknown) -> str:
    return f"{unknown.cause} ({as_name(unknown.detail)})" if unknown.detail else str(unknown.cause)


def _actual(fail: Fail) -> str:
    text = as_name(_text(disclosed(fail.property, fail.actual)))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _text(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, str):
        return value or "(empty)"
    return json.dumps(value, default=_unusual, ensure_ascii=False)


def _unusual(value: Any) -> Any:
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value, key=str)
    return str(value.cause) if isinstance(value, Unknown) else str(value)
