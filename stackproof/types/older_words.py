"""Words of version 6 of the AWS provider that version 7 no longer has, in the newer ones.

Stacks that weren't brought to version 7 declare them, and their states keep them. What was moved
into a resource of its own stands in `stackproof.types.companions`.
Source: Pulumi AWS, "Migrating from 6.x to 7.x"; Terraform AWS provider, "Version 6 Upgrade Guide".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackproof.model.outcome import LEFT_TO_AWS, Unknown, UnresolvedError
from stackproof.types import tokens as t

# So many colons stand in an ARN before the name of what it names.
_BEFORE_NAME: Final = 5


@dataclass(frozen=True, slots=True)
class Renamed:
    """An older property, its newer name, and its value in the words of that.

    `words` is given the value, and all properties of the resource beside it.
    """

    older: str
    newer: str
    words: Callable[[Any, Mapping[str, Any]], Any]


def _group(name: Any, data: Mapping[str, Any]) -> Any:
    """Give the ARN of a log group, which is where what writes to it is; its name before that."""
    own = data.get("arn")
    if not isinstance(own, str) or own.count(":") < _BEFORE_NAME:
        return name
    _, partition, _, region, account, _ = own.split(":", _BEFORE_NAME)
    return f"arn:{partition}:logs:{region}:{account}:log-group:{name}"


RENAMED: Final[Mapping[str, tuple[Renamed, ...]]] = {
    t.FLOW_LOG: (Renamed("log_group_name", "log_destination", _group),),
}


def in_newer_words(type_: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the properties of a resource with what only older ones say in the newer ones, too."""
    held = dict(data)
    for entry in RENAMED.get(type_, ()):
        value = data.get(entry.older)
        if not _is_set(value) or _is_set(data.get(entry.newer)):
            continue
        held[entry.newer] = value if isinstance(value, Unknown) else entry.words(value, data)
    return held


def _is_set(value: Any) -> bool:
    return bool(value) and value != LEFT_TO_AWS


def newer_name(type_: str, name: str) -> str:
    """Give the newer name of a property."""
    newer = (entry.newer for entry in RENAMED.get(type_, ()) if entry.older == name)
    return next(newer, name)


def redshift_logging(inside: Any) -> Mapping[str, Any] | None:
    """Give the properties of a redshift.Logging; None for one that is switched off.

    Nothing knows the form of what is gone: its names are those of the wire.
    """
    held = inside[0] if isinstance(inside, (list, tuple)) and inside else inside
    if not isinstance(held, Mapping):
        return None
    enabled = held.get("enable")
    if isinstance(enabled, Unknown):
        raise UnresolvedError(enabled.at("logging.enable"))
    if not enabled:
        return None
    names = {
        "bucket_name": "bucketName",
        "log_destination_type": "logDestinationType",
        "log_exports": "logExports",
        "s3_key_prefix": "s3KeyPrefix",
    }
    return {ours: held[wire] for ours, wire in names.items() if held.get(wire)}
