"""KMS: the rotation period, and the kind of a plain key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import amends

_YEAR = 365  # days


@amends("kms", "CreateKey")
def create_key(call: Call, answer: dict[str, Any]) -> None:
    """Say of a plain key that it isn't a multi-Region one.

    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
    """
    metadata = answer["KeyMetadata"]
    if metadata.get("MultiRegion") is None:
        call.backend("kms").keys[metadata["KeyId"]].multi_region = False
        metadata["MultiRegion"] = False


@amends("kms", "EnableKeyRotation")
def enable_rotation(call: Call, _: dict[str, Any]) -> None:
    """Keep the rotation period.

    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """
    _key(call).stackproof_rotation_days = call.params.get("RotationPeriodInDays", _YEAR)


@amends("kms", "GetKeyRotationStatus")
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
