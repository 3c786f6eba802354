"""Findings as a record keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, assert_never

from stackproof.error_codes import Code
from stackproof.model import (
    Cause,
    Control,
    Fail,
    Finding,
    NotApplicable,
    Pass,
    Sight,
    Unknown,
    Waived,
    outcome_word,
)
from stackproof.model.secrecy import HIDDEN
from stackproof.model.secret_formats import as_name
from stackproof.record import form
from stackproof.record.redaction import redacted, scrubbed
from stackproof.types.owners import called, owner_name

_LONGEST = 160
_NOTHING: Final = dict.fromkeys(("property", "expected", "actual", "fix", "cause"))


_FIELDS: Final = tuple(form.Finding.model_fields)
# Of tens of thousands of findings each would hold a set of its own with the same words in it.
_STATE: Final = {
    "__pydantic_fields_set__": set(_FIELDS),
    "__pydantic_extra__": None,
    "__pydantic_private__": None,
}


def findings_of(
    findings: Iterable[Finding],
    sight: Sight = Sight.LIVE,
    secrets: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> list[form.Finding]:
    """Give findings as a record keeps them, without the secrets that they may have met.

    `secrets` are the properties that the state holds as secret, by URN.

    What is the control's is held once for all of its findings, and so is a text that is the same.
    """
    controls: dict[str, dict[str, Any]] = {}
    same: dict[str, str] = {}
    return [_finding(finding, sight, controls, same, secrets) for finding in findings]


def finding_of(finding: Finding, sight: Sight = Sight.LIVE) -> form.Finding:
    """Give one finding as a record keeps it, without the secrets that it may have met."""
    return findings_of([finding], sight)[0]


def _finding(
    finding: Finding,
    sight: Sight,
    controls: dict[str, dict[str, Any]],
    same: dict[str, str],
    secrets: Mapping[str, frozenset[str]],
) -> form.Finding:
    resource, control = finding.resource, finding.control
    of_control = controls.get(control.id)
    if of_control is None:
        of_control = controls[control.id] = _of(control)
    details = {**_NOTHING, **_details(finding, secrets.get(resource.urn or "", frozenset()))}
    message = details["message"]
    details["message"] = same.setdefault(message, message)
    held = {
        "sight": sight.value,
        **of_control,
        "type": resource.type,
        "urn": _name(resource.urn),
        "name": as_name(resource.name),
        "owner": _name(owner_name(resource)),
        "id": _name(resource.id),
        "arn": _name(resource.arn),
        "region": resource.region,
        "outcome": outcome_word(finding.outcome),
        **details,
        "facet": as_name(finding.facet),
        "fingerprint": finding.fingerprint,
        "failing_since": None,
    }
    # Made by ourselves, of our own facts: to look at each again costs more than to make it, and
    # so does `model_construct`, which asks each field for its other names. It's made as one is
    # that was pickled.
    made = form.Finding.__new__(form.Finding)
    made.__setstate__({**_STATE, "__dict__": {name: held[name] for name in _FIELDS}})
    return made


def _name(text: str | None) -> str | None:
    return as_name(text) if text else text


def _of(control: Control) -> dict[str, Any]:
    return {
        "control": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "category": control.category.value,
        "frameworks": {f.name: list(ids) for f, ids in control.frameworks.items()},
        "frameworks_in_part": {f.name: list(ids) for f, ids in control.in_part.items()},
    }


def shown(value: Any) -> str:
    """Give a value as people read it, cut to a line."""
    if value is None:
        return "not set"
    if value in ("", [], {}):
        return "empty"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def unseen(unknown: Unknown) -> str:
    """Say what could not be seen, and why."""
    detail = f" ({unknown.detail})" if unknown.detail else ""
    if unknown.cause is Cause.BROKEN:
        return f"{unknown.cause}{detail} [{Code.BROKEN}]"
    return f"{unknown.property or 'a fact'} could not be seen: {unknown.cause}{detail}"


def _details(finding: Finding, secrets: frozenset[str]) -> dict[str, Any]:
    match finding.outcome:
        case Fail() as fail:
            return _failure(finding, fail, secrets)
        case Waived(waiver, until, fail):
            record = _failure(finding, fail, secrets)
            message = f"waived by {scrubbed(waiver)} until {until}: {record['message']}"
            return record | {"message": message}
        case Unknown(cause, path) as unknown:
            message = scrubbed(unseen(unknown))
            return {"message": message, "property": as_name(path) or None, "cause": cause.value}
        case NotApplicable(why):
            return {"message": scrubbed(why)}
        case Pass():
            return {"message": finding.control.title}
        case _:
            assert_never(finding.outcome)


def _failure(finding: Finding, fail: Fail, secrets: frozenset[str]) -> dict[str, Any]:
    kept_secret = fail.actual is not None and fail.property.partition(".")[0] in secrets
    actual = HIDDEN if kept_secret else redacted(fail.property, fail.actual)
    expected, fix = scrubbed(fail.expected), scrubbed(fail.fix)
    resource, property_ = finding.resource, as_name(fail.property)
    name = as_name(called(resource.name, owner_name(resource)))
    return {
        "property": property_,
        "expected": expected,
        "actual": actual,
        "fix": fix,
        "message": f"{name}: {property_} is {shown(actual)}, expected {expected}. {fix}",
    }
