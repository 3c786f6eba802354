"""KMS keys and aliases."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.creators.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    changed,
    creator,
    generated_name,
    parameters,
    tag_list,
)


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
        self._rotate(aws, made["KeyId"], inputs)
        policy = kms.get_key_policy(KeyId=made["KeyId"], PolicyName="default")["Policy"]
        return Created(
            made["KeyId"],
            {"arn": made["Arn"], "key_id": made["KeyId"], "policy": inputs.get("policy") or policy},
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the key in place."""
        kms = aws.client("kms")
        if changed(old, new, "description"):
            kms.update_key_description(KeyId=id_, Description=new.get("description") or "")
        if changed(old, new, "policy") and new.get("policy"):
            kms.put_key_policy(KeyId=id_, PolicyName="default", Policy=new["policy"])
        if changed(old, new, "tags"):
            gone = set(old.get("tags") or {}) - set(new.get("tags") or {})
            kms.untag_resource(KeyId=id_, TagKeys=sorted(gone))
            kms.tag_resource(KeyId=id_, Tags=tag_list(new.get("tags"), "TagKey", "TagValue"))
        self._rotate(aws, id_, new)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Schedule the key's deletion, which is all that AWS allows."""
        kms = aws.client("kms")
        days = int(state.get("deletion_window_in_days") or 30)
        if kms.describe_key(KeyId=id_)["KeyMetadata"]["KeyState"] != "PendingDeletion":
            kms.schedule_key_deletion(KeyId=id_, PendingWindowInDays=days)

    def _rotate(self, aws: Cloud, id_: str, inputs: Properties) -> None:
        kms = aws.client("kms")
        if inputs.get("enable_key_rotation"):
            period = inputs.get("rotation_period_in_days")
            kms.enable_key_rotation(
                KeyId=id_, **({"RotationPeriodInDays": int(period)} if period else {})
            )
        elif inputs.get("customer_master_key_spec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT":
            kms.disable_key_rotation(KeyId=id_)


@creator
class Alias(Creator):
    """An alias of a KMS key."""

    type = "aws:kms/alias:Alias"
    replace_on = frozenset({"name", "name_prefix"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the alias."""
        name = inputs.get("name") or f"alias/{generated_name('alias', 200)}"
        kms = aws.client("kms")
        kms.create_alias(AliasName=name, TargetKeyId=inputs["target_key_id"])
        key = kms.describe_key(KeyId=inputs["target_key_id"])["KeyMetadata"]
        return Created(
            name,
            {"arn": aws.arn("kms", name), "target_key_arn": key["Arn"], "name": name},
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Point the alias to another key."""
        kms = aws.client("kms")
        kms.update_alias(AliasName=id_, TargetKeyId=new["target_key_id"])
        return {"target_key_arn": kms.describe_key(KeyId=id_)["KeyMetadata"]["Arn"]}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the alias."""
        aws.client("kms").delete_alias(AliasName=id_)
