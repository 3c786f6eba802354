"""Keys as AWS shows them: its own, another account's, imported, waiting for their deletion.

Source: AWS KMS API Reference, KeyMetadata, ListAliases and GetKeyRotationStatus.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.model import Cause, Unknown
from stackproof.sights.live.fetch import Found, Missing
from stackproof.types.tokens import KMS_ALIAS, KMS_EXTERNAL_KEY, KMS_KEY
from tests.unit.sights.answering import ACCOUNT
from tests.unit.sights.real_answers import OTHER, arn, only, read, verdicts

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = arn("kms", f"key/{ID}")
THEIRS = arn("kms", f"key/{ID}", OTHER)
TABLE = arn("dynamodb", "table/orders")
LOGS = arn("logs", "log-group:/app:*")
DENIED = Unknown(Cause.ACCESS_DENIED, detail="kms:DescribeKey")


OWNER = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def metadata(**changes: Any) -> dict[str, Any]:
    return {
        "AWSAccountId": ACCOUNT,
        "Arn": KEY,
        "CreationDate": "2026-01-01",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "Description": "",
        "Enabled": True,
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "KeyId": ID,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Origin": "AWS_KMS",
    } | changes


def answers(key: Mapping[str, Any], *aliases: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "kms:DescribeKey": {"KeyMetadata": key},
        "kms:GetKeyRotationStatus": {"KeyRotationEnabled": False},
        "kms:GetKeyPolicy": {"Policy": json.dumps({"Statement": [OWNER]})},
        "kms:ListAliases": {"Aliases": list(aliases)},
        **more,
    }


def encrypted_with(key: str) -> dict[str, Any]:
    group = {"logGroupName": "/app", "arn": LOGS, "kmsKeyId": key, "retentionInDays": 30}
    return {"logs:DescribeLogGroups": {"logGroups": [group]}}


AWS_ALIAS = {"AliasName": "alias/aws/x", "AliasArn": arn("kms", "alias/aws/x"), "TargetKeyId": ID}


def test_a_key_that_waits_for_its_deletion_is_shown_and_fails() -> None:
    waiting = metadata(Enabled=False, KeyState="PendingDeletion", DeletionDate="2026-12-01")
    snapshot = read(answers(waiting), KEY)
    assert only(snapshot, KMS_KEY).id == ID
    assert verdicts(snapshot, "kms-key-enabled") == {"kms-key-enabled": "fail"}


def test_a_key_of_aws_is_no_customer_key_and_not_judged() -> None:
    given = answers(metadata(KeyManager="AWS"), AWS_ALIAS, **encrypted_with(KEY))
    snapshot = read(given, LOGS.removesuffix(":*"))
    controls = ("cloudwatch-log-customer-key", "kms-key-rotation", "kms-key-alias")
    assert verdicts(snapshot, *controls) == {"cloudwatch-log-customer-key": "fail"}


def test_a_key_of_aws_that_an_output_names_is_not_the_stacks() -> None:
    snapshot = read(answers(metadata(KeyManager="AWS"), AWS_ALIAS), KEY)
    assert not any(r.type in (KMS_KEY, KMS_ALIAS) for r in snapshot.resources)


def test_another_accounts_key_is_a_customer_key_and_not_asked_for() -> None:
    def describe(given: Mapping[str, Any]) -> Any:
        assert given["KeyId"] != THEIRS
        return Found({"KeyMetadata": metadata()})

    given = answers({}, **encrypted_with(THEIRS)) | {"kms:DescribeKey": describe}
    snapshot = read(given, LOGS.removesuffix(":*"), KEY)
    assert KMS_KEY not in snapshot.gaps
    assert verdicts(snapshot, "cloudwatch-log-customer-key", "kms-key-rotation") == {
        "cloudwatch-log-customer-key": "pass",
        "kms-key-rotation": "fail",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"Origin": "EXTERNAL", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"},
        {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "cks-1", "CloudHsmClusterId": "cluster-1"},
        {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": "cks-1"},
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
        {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    ],
    ids=["imported", "cloudhsm", "key-store", "asymmetric", "hmac"],
)
def test_what_cannot_rotate_is_not_asked_to(changes: dict[str, Any]) -> None:
    given = answers(metadata(**changes)) | {"kms:GetKeyRotationStatus": Missing()}
    found = verdicts(read(given, KEY), "kms-key-rotation", "kms-key-policy-not-public")
    assert found.pop("kms-key-policy-not-public") == "pass"
    assert set(found.values()) <= {"not_applicable"}


def test_an_imported_key_is_a_customer_key() -> None:
    given = answers(metadata(Origin="EXTERNAL"), **encrypted_with(KEY))
    snapshot = read(given, LOGS.removesuffix(":*"), KEY)
    assert only(snapshot, KMS_EXTERNAL_KEY)["enabled"] is True
    assert verdicts(snapshot, "cloudwatch-log-customer-key") == {
        "cloudwatch-log-customer-key": "pass"
    }


def test_an_alias_without_a_key_ends_nothing() -> None:
    unused = {"AliasName": "alias/aws/sqs", "AliasArn": arn("kms", "alias/aws/sqs")}
    snapshot = read(answers(metadata(), unused), KEY, "alias/aws/sqs")
    assert not snapshot.unreadable
    assert only(snapshot, KMS_KEY).id == ID
