"""Secrets Manager: secrets, their values, and random passwords to put into them."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    invoke,
    parameters,
    physical_name,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table


@creator
class Secret(Creator):
    """A secret without a value yet."""

    type = "aws:secretsmanager/secret:Secret"
    replace_on = frozenset({"name", "name_prefix"})
    auto_name = "name"
    auto_name_limit = 512
    defaults: ClassVar[Properties] = {
        "force_overwrite_replica_secret": False,
        "recovery_window_in_days": 30,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the secret, and its replicas and policy where asked for."""
        client = aws.client("secretsmanager")
        named = {**inputs, "name": physical_name(inputs, limit=512)}
        request = parameters(
            aws,
            "secretsmanager",
            "create_secret",
            named,
            rename={"replicas": "AddReplicaRegions"},
            omit=["tags"],
        )
        made = client.create_secret(**request, Tags=tag_list(inputs.get("tags")))
        if inputs.get("policy"):
            client.put_resource_policy(SecretId=made["ARN"], ResourcePolicy=inputs["policy"])
        return Created(made["ARN"], {"policy": inputs.get("policy") or ""})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the secret in place."""
        client = aws.client("secretsmanager")
        if changed(old, new, "description", "kms_key_id"):
            request = {"Description": new.get("description") or ""}
            request |= {"KmsKeyId": new["kms_key_id"]} if new.get("kms_key_id") else {}
            client.update_secret(SecretId=id_, **request)
        if new.get("policy") and changed(old, new, "policy"):
            client.put_resource_policy(SecretId=id_, ResourcePolicy=new["policy"])
        elif old.get("policy") and not new.get("policy"):
            client.delete_resource_policy(SecretId=id_)
        retag(aws, "secretsmanager", id_, old, new)
        return {"policy": new.get("policy") or ""}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Schedule the secret's deletion; with no days to recover it, delete it now."""
        client = aws.client("secretsmanager")
        days = int(state.get("recovery_window_in_days") or 0)
        window: dict[str, Any] = (
            {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        )
        with already_gone():
            if client.describe_secret(SecretId=id_).get("DeletedDate") is None:
                client.delete_secret(SecretId=id_, **window)


table(
    Plain(
        type="aws:secretsmanager/secretPolicy:SecretPolicy",
        service="secretsmanager",
        put=Call("put_resource_policy", {"policy": "resource_policy", "secret_arn": "secret_id"}),
        id="{secret_arn}",
        delete=Call("delete_resource_policy", {"id": "secret_id"}),
        replace_on=frozenset({"secret_arn"}),
    )
)


@creator
class SecretRotation(Creator):
    """How a secret rotates by itself."""

    type = "aws:secretsmanager/secretRotation:SecretRotation"
    replace_on = frozenset({"secret_id"})
    defaults: ClassVar[Properties] = {"rotate_immediately": True}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Have the secret rotate."""
        self._rotate(aws, inputs)
        return Created(inputs["secret_id"], {"rotation_enabled": True})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the function, or when it runs."""
        self._rotate(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Have the secret rotate no more."""
        with already_gone():
            aws.client("secretsmanager").cancel_rotate_secret(SecretId=id_)

    def _rotate(self, aws: Cloud, inputs: Properties) -> None:
        request = parameters(aws, "secretsmanager", "rotate_secret", inputs)
        aws.client("secretsmanager").rotate_secret(**request)


@creator
class SecretVersion(Creator):
    """A value of a secret."""

    type = "aws:secretsmanager/secretVersion:SecretVersion"
    replace_on = frozenset({"secret_id", "secret_string", "secret_binary"})
    secret_outputs = frozenset({"secret_string", "secret_binary"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the value, which becomes the current one unless stages say otherwise."""
        request = parameters(
            aws, "secretsmanager", "put_secret_value", inputs, omit=["secret_binary"]
        )
        if inputs.get("secret_binary"):
            request["SecretBinary"] = base64.b64decode(inputs["secret_binary"])
        made = aws.client("secretsmanager").put_secret_value(**request)
        told = {"arn": made["ARN"], "has_secret_string_wo": False}
        return Created(f"{made['ARN']}|{made['VersionId']}", told)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Move the stages that are named anew to this version."""
        secret, version = id_.split("|")
        client = aws.client("secretsmanager")
        holders = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
        for stage in set(new.get("version_stages") or ()) - set(old.get("version_stages") or ()):
            holder = next((v for v, stages in holders.items() if stage in stages), None)
            client.update_secret_version_stage(
                SecretId=secret,
                VersionStage=stage,
                MoveToVersionId=version,
                **({"RemoveFromVersionId": holder} if holder else {}),
            )

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the version's stages away; AWS keeps the current one until the secret goes."""
        secret, version = id_.split("|")
        for stage in state.get("version_stages") or ():
            if stage != "AWSCURRENT":
                with already_gone("InvalidRequestException"):
                    aws.client("secretsmanager").update_secret_version_stage(
                        SecretId=secret, VersionStage=stage, RemoveFromVersionId=version
                    )


@invoke("aws:secretsmanager/getRandomPassword:getRandomPassword")
def get_random_password(aws: Cloud, arguments: Properties) -> Properties:
    """Draw a password."""
    request = parameters(aws, "secretsmanager", "get_random_password", arguments)
    answer = aws.client("secretsmanager").get_random_password(**request)
    return {"random_password": answer["RandomPassword"]}
