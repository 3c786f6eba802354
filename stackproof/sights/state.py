"""The state sight: what a `pulumi stack export` file says, without any cloud access.

Source: Pulumi's deployment format, versions 3 and 4 (`apitype.UntypedDeployment`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.model.json_text import parse, text_of
from stackproof.model.plain import SCALARS
from stackproof.model.unknowns import unknowns_in
from stackproof.sights import special
from stackproof.sights.arns import account_of, region_of
from stackproof.sights.interrupted import half_made, left_open, undeleted
from stackproof.sights.positions import place_of
from stackproof.types.older_words import in_newer_words, newer_name
from stackproof.types.table import canonical
from stackproof.types.tokens import ECS_ACCOUNT_SETTING
from stackproof.types.unset import told
from stackproof.types.wire import from_wire, python_name

_EXPORT = "`pulumi stack export --file FILE`"
_MAPS = ("inputs", "outputs", "propertyDependencies")

# What stands for a value that Pulumi keeps secret.
_SECRET = "secret"


class StateError(StackproofError):
    """Raised for a state file that cannot be used; says which, why, and what would be right."""

    code = Code.STATE_FORM


@dataclass(frozen=True, slots=True)
class State:
    """What a state file says: the resources, and by URN the properties that the program set.

    `notes` are sentences about what it leaves open: nothing of that is judged. `sources` says where
    the program registers a resource (`FILE:LINE`), by URN.
    """

    stack: Stack
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    notes: Sequence[str] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> Mapping[str, frozenset[str]]:
        """Give the properties that are secret, or hold something that is, by URN."""
        held = {
            urn: frozenset(
                name
                for properties in (resource.data, self.inputs.get(urn, {}))
                for name, value in properties.items()
                if any(unknown.detail == _SECRET for unknown in unknowns_in(value))
            )
            for resource in (*self.stack.resources, *self.stack.foreign)
            if (urn := resource.urn)
        }
        return {urn: names for urn, names in held.items() if names}


def read_state(path: Path) -> Stack:
    """Give the stack that an exported state file describes; raise StateError when it is no good.

    Secrets are Unknown, exported in plain text or not. Components, providers and resources that
    wait for their deletion are left out; those that the program only reads (`get`) are foreign.
    """
    return load_state(path).stack


def load_state(path: Path) -> State:
    """Give all that an exported state file says, as `read_state` does its resources."""
    try:
        exported = parse(text_of(path))
    except OSError as error:
        raise StateError(
            f"state file {path}: cannot be read ({error.strerror}); write it with {_EXPORT}",
            Code.STATE_UNREADABLE,
        ) from None
    except ValueError as error:
        raise StateError(
            f"state file {path}: is not JSON ({error}); write it with {_EXPORT}",
            Code.STATE_UNREADABLE,
        ) from None
    records = _records(path, exported)
    notes = [*left_open(_pending(path, exported)), *undeleted(records), *half_made(records)]
    return _state(records, notes)


def _state(records: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> State:
    regions = {
        f"{record['urn']}::{record.get('id', '')}": _region_property(record)
        for record in records
        if record["type"].startswith("pulumi:providers:")
    }
    held = [
        record
        for record in records
        if record.get("custom")
        and not record["type"].startswith("pulumi:")
        and not record.get("delete")
    ]
    own, foreign = (
        [_resource(record, regions) for record in held if bool(record.get("external")) is external]
        for external in (False, True)
    )
    return State(
        Stack(own, Sight.STATE, foreign=foreign),
        {record["urn"]: _properties(record["type"], record.get("inputs") or {}) for record in held},
        notes,
        {record["urn"]: place for record in held if (place := place_of(record))},
    )


def _properties(type_: str, held: Mapping[str, Any]) -> dict[str, Any]:
    return from_wire(type_, {k: _plain(v) for k, v in held.items() if not k.startswith("__")})


def _records(path: Path, exported: Any) -> list[Mapping[str, Any]]:
    if isinstance(exported, Mapping) and "checkpoint" in exported:
        raise StateError(
            f"state file {path}: is a checkpoint of a file backend, not an exported state; "
            f"write it with {_EXPORT}"
        )
    deployment = exported.get("deployment") if isinstance(exported, Mapping) else None
    if not isinstance(deployment, Mapping):
        raise StateError(f"state file {path}: has no 'deployment'; write it with {_EXPORT}")
    if exported.get("version") not in (3, 4):
        raise StateError(
            f"state file {path}: has version {exported.get('version')!r}; "
            "versions 3 and 4 are understood"
        )
    records = deployment.get("resources") or []
    if not isinstance(records, list):
        raise StateError(f"state file {path}: deployment.resources is no list of resources")
    for number, record in enumerate(records):
        if not _is_record(record):
            raise StateError(
                f"state file {path}: deployment.resources[{number}] is no resource with 'urn' and "
                f"'type', or has another form than Pulumi gives it; write the file with {_EXPORT}"
            )
    return list(records)


def _pending(path: Path, exported: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    operations = exported["deployment"].get("pending_operations") or []
    if not isinstance(operations, list) or not all(
        isinstance(operation, Mapping) and _is_record(operation.get("resource"))
        for operation in operations
    ):
        raise StateError(
            f"state file {path}: deployment.pending_operations is no list of operations on "
            f"resources; write the file with {_EXPORT}"
        )
    return operations


def _is_record(record: Any) -> bool:
    return (
        isinstance(record, Mapping)
        and all(isinstance(record.get(key), str) for key in ("urn", "type"))
        and all(isinstance(record.get(key), (str, NoneType)) for key in ("id", "provider"))
        and all(isinstance(record.get(key) or {}, Mapping) for key in _MAPS)
        and all(map(_are_urns, (record.get("propertyDependencies") or {}).values()))
    )


def _are_urns(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(urn, str) for urn in value))


def _resource(record: Mapping[str, Any], regions: Mapping[str, str | None]) -> Resource:
    type_ = record["type"]
    held = {**(record.get("inputs") or {}), **(record.get("outputs") or {})}
    data = told(canonical(type_), in_newer_words(canonical(type_), _properties(type_, held)))
    arn = _text(data.get("arn"))
    return Resource(
        data=data,
        type=canonical(type_),
        name=record["urn"].rsplit("::", maxsplit=1)[-1],
        urn=record["urn"],
        # All settings of ECS have the root user's ARN as their id: their names tell them apart.
        id=_text(data.get("name") if canonical(type_) == ECS_ACCOUNT_SETTING else record.get("id")),
        arn=arn,
        account=account_of(arn),
        region=_text(data.get("region"))
        or region_of(arn)
        or regions.get(_text(record.get("provider")) or ""),
        references={
            newer_name(canonical(type_), python_name(type_, key)): tuple(urns)
            for key, urns in (record.get("propertyDependencies") or {}).items()
            if urns
        },
    )


def _plain(value: Any) -> Any:
    if isinstance(value, SCALARS):
        return value
    if isinstance(value, (dict, Mapping)):
        signature = value.get(special.SIGNATURE)
        if signature is not None:
            return _special(signature, value)
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _special(signature: str, value: Mapping[str, Any]) -> Any:
    if signature in (special.ASSET, special.ARCHIVE):
        return special.whereabouts(value)
    if signature == special.REFERENCE:
        return value.get("id") or value.get("urn")
    if signature == special.OUTPUT and "value" in value and not value.get("secret"):
        return _plain(value["value"])
    secret = signature == special.SECRET or value.get("secret")
    return Unknown(Cause.UNREADABLE, detail=_SECRET if secret else "special value")


def _region_property(record: Mapping[str, Any]) -> str | None:
    held = {**(record.get("inputs") or {}), **(record.get("outputs") or {})}
    return _text(held.get("region"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
