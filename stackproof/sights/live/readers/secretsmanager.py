"""Secrets, which versions they have and how they rotate, as AWS shows them; never their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    SECRET,
    SECRET_POLICY,
    SECRET_ROTATION,
    SECRETSMANAGER_SECRET_VERSION,
)


def _named(id_: str, state: Mapping[str, Any]) -> dict[str, Any]:
    # An ARN ends in the secret's name, a hyphen and six characters.
    name = id_.partition("|")[0].rpartition(":")[2][:-7]
    return {"Filters": [{"Key": "name", "Values": [state.get("name") or name]}]}


def _kept_for(item: Item) -> tuple[str, ...]:
    """Give the database whose password it is: RDS writes its ARN into a tag of the secret.

    Source: Amazon RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager".
    """
    tags = tag_map(item.get("Tags"))
    return tuple(value for key, value in tags.items() if key.startswith("aws:rds:primaryDB"))


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["ARN"]
    yield Resource(
        data={
            "arn": arn,
            "description": item.get("Description"),
            "kms_key_id": item.get("KmsKeyId"),
            "name": item["Name"],
            "tags": tag_map(item.get("Tags")),
        },
        type=SECRET,
        name=item["Name"],
        id=arn,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )
    policy = details["policy"]
    if policy is not None:
        yield Resource(
            data={"secret_arn": arn, "policy": policy},
            type=SECRET_POLICY,
            name=item["Name"],
            id=arn,
            account=scope.account,
            region=scope.region,
        )
    if item.get("RotationEnabled"):
        yield Resource(
            data={
                "secret_id": arn,
                "rotation_enabled": True,
                "rotation_lambda_arn": item.get("RotationLambdaARN"),
                "rotation_rules": _rules(item.get("RotationRules") or {}),
                "external_secret_rotation_role_arn": item.get("ExternalSecretRotationRoleArn"),
            },
            type=SECRET_ROTATION,
            name=item["Name"],
            id=arn,
            account=scope.account,
            region=scope.region,
        )
    for version, stages in (item.get("SecretVersionsToStages") or {}).items():
        yield Resource(
            data={
                "secret_arn": arn,
                "secret_id": arn,
                "version_id": version,
                "version_stages": sorted(stages),
            },
            type=SECRETSMANAGER_SECRET_VERSION,
            name=item["Name"],
            id=f"{arn}|{version}",
            account=scope.account,
            region=scope.region,
        )


def _rules(rules: Item) -> dict[str, Any]:
    # Of a schedule AWS also shows how many days it comes to.
    schedule = rules.get("ScheduleExpression")
    return {
        "automatically_after_days": None if schedule else rules.get("AutomaticallyAfterDays"),
        "duration": rules.get("Duration"),
        "schedule_expression": schedule,
    }


READERS = (
    Reader(
        types=(SECRET, SECRET_POLICY, SECRET_ROTATION, SECRETSMANAGER_SECRET_VERSION),
        listing=Ask("secretsmanager", "ListSecrets", "SecretList"),
        get_parameters=_named,
        key=lambda item, scope: Key(
            item["ARN"],
            item["ARN"],
            names=(item["Name"],),
            tags=tag_map(item.get("Tags")),
            # Made, tagged and rotated by the service that owns it, like RDS; who else may read it
            # is the account's to say. AWS Secrets Manager User Guide, "AWS Secrets Manager secrets
            # managed by other AWS services".
            foreign=bool(item.get("OwningService")),
            opened=(SECRET_POLICY,),
            parent_ids=_kept_for(item),
        ),
        details={
            "policy": Detail(
                Ask("secretsmanager", "GetResourcePolicy", "ResourcePolicy"),
                lambda item: {"SecretId": item["ARN"]},
                provides=(SECRET_POLICY,),
            )
        },
        build=_build,
        arn_service="secretsmanager",
    ),
)
