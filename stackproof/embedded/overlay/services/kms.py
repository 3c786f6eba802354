"""KMS: the rotation period, the kind of a plain key, and keys named by their ARNs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import patches, postprocesses

_YEAR = 365  # days
# What moto finds by a key's id only.
_BY_ID = ("cancel_key_deletion", "disable_key", "enable_key", "schedule_key_deletion")


@patches("kms")
def take_arns() -> None:
    """Take a key's ARN wherever its id is taken: moto crashes there.

    AWS: https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
    """
    from moto.kms.models import KmsBackend

    backend_class: Any = KmsBackend
    for name in _BY_ID:
        setattr(backend_class, name, _by_any_name(getattr(backend_class, name)))


def _by_any_name(original: Any) -> Any:
    def found(backend: Any, key_id: str, *more: Any, **named: Any) -> Any:
        return original(backend, backend.get_key_id(key_id), *more, **named)

    return found


@postprocesses("kms", "CreateKey")
def create_key(call: Call, answer: dict[str, Any]) -> None:
    """Say of a plain key that it isn't a multi-Region one.

    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
    """
    metadata = answer["KeyMetadata"]
    if metadata.get("MultiRegion") is None:
        call.backend("kms").keys[metadata["KeyId"]].multi_region = False
        metadata["MultiRegion"] = False


@postprocesses("kms", "EnableKeyRotation")
def enable_rotation(call: Call, _: dict[str, Any]) -> None:
    """Keep the rotation period.

    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """
    _key(call).stackproof_rotation_days = call.params.get("RotationPeriodInDays", _YEAR)


@postprocesses("kms", "GetKeyRotationStatus")
def rotation_status(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the key, the period and the date of the next rotation.

    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
    """
    key = _key(call)
    answer["KeyId"] = key.id
    if answer["KeyRotationEnabled"]:
        days = getattr(key, "stackproof_rotation_days", _YEAR)
        answer["RotationPeriodInDays"] = days
        answer["NextRotationDate"] = datetime.fromtimestamp(key.creation_date, UTC) + timedelta(
            days=days
        )


def _key(call: Call) -> Any:
    backend = call.backend("kms")
    return backend.keys[backend.get_key_id(call.params["KeyId"])]
