"""KMS keys and aliases."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    physical_name,
    retag,
    tag_list,
)
from stackproof.types.tokens import KMS_KEY


@creator
class Key(Creator):
    """A KMS key."""

    type = "aws:kms/key:Key"
    replace_on = frozenset(
        {"key_usage", "customer_master_key_spec", "multi_region", "custom_key_store_id"}
    )
    defaults: ClassVar[Properties] = {
        "key_usage": "ENCRYPT_DECRYPT",
        "customer_master_key_spec": "SYMMETRIC_DEFAULT",
        "is_enabled": True,
        "enable_key_rotation": False,
        "multi_region": False,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the key, then set what CreateKey does not take."""
        kms = aws.client("kms")
        request = parameters(
            aws, "kms", "create_key", inputs, rename={"customer_master_key_spec": "KeySpec"}
        )
        request["Tags"] = tag_list(inputs.get("tags"), "TagKey", "TagValue")
        made = kms.create_key(**request)["KeyMetadata"]
        if inputs.get("enable_key_rotation"):
            self._rotate(aws, made["KeyId"], inputs)
        if not inputs.get("is_enabled", True):
            kms.disable_key(KeyId=made["KeyId"])
        return Created(made["KeyId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the key in place."""
        kms = aws.client("kms")
        if changed(old, new, "description"):
            kms.update_key_description(KeyId=id_, Description=new.get("description") or "")
        if changed(old, new, "policy") and new.get("policy"):
            kms.put_key_policy(KeyId=id_, PolicyName="default", Policy=new["policy"])
        retag(aws, "kms", id_, old, new)
        # A disabled key takes no other change.
        if new.get("is_enabled", True) and not old.get("is_enabled", True):
            kms.enable_key(KeyId=id_)
        if changed(old, new, "enable_key_rotation", "rotation_period_in_days"):
            self._rotate(aws, id_, new)
        if old.get("is_enabled", True) and not new.get("is_enabled", True):
            kms.disable_key(KeyId=id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Schedule the key's deletion, which is all that AWS allows."""
        kms = aws.client("kms")
        days = int(state.get("deletion_window_in_days") or 30)
        with already_gone():
            if kms.describe_key(KeyId=id_)["KeyMetadata"]["KeyState"] != "PendingDeletion":
                kms.schedule_key_deletion(KeyId=id_, PendingWindowInDays=days)

    def _rotate(self, aws: Cloud, id_: str, inputs: Properties) -> None:
        kms = aws.client("kms")
        if inputs.get("enable_key_rotation"):
            period = inputs.get("rotation_period_in_days")
            kms.enable_key_rotation(
                KeyId=id_, **({"RotationPeriodInDays": int(period)} if period else {})
            )
        else:
            kms.disable_key_rotation(KeyId=id_)


@creator
class Alias(Creator):
    """An alias of a KMS key."""

    type = "aws:kms/alias:Alias"
    replace_on = frozenset({"name", "name_prefix"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the alias."""
        name = physical_name({"name_prefix": "alias/", **inputs}, limit=256)
        aws.client("kms").create_alias(AliasName=name, TargetKeyId=inputs["target_key_id"])
        return Created(name, self._target(aws, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Point the alias to another key."""
        aws.client("kms").update_alias(AliasName=id_, TargetKeyId=new["target_key_id"])
        return self._target(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the alias."""
        with already_gone():
            aws.client("kms").delete_alias(AliasName=id_)

    def _target(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        ((_, key),) = listed(aws, KMS_KEY, {"KeyId": inputs["target_key_id"]})
        return {"target_key_arn": key["Arn"]}
