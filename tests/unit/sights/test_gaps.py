"""What could not be read is a gap that is named, and never a resource that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stackproof.model import Cause, Unknown
from stackproof.model.gap import Gap, gathered
from stackproof.outputs import Outputs
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.s3_settings import SETTINGS
from stackproof.sights.live.snapshot import Snapshot, take
from stackproof.types.tokens import (
    CONFIG_RECORDER_STATUS,
    IAM_ROLE,
    KMS_GRANT,
    S3_ACL,
    S3_CORS,
    SECRET_POLICY,
)
from stackproof.verify import judged
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/recorder"
ACL = {"Owner": {"ID": "1"}, "Grants": []}
ANSWERS: dict[str, Any] = {
    "config:DescribeConfigurationRecorders": [{"name": "shop", "roleARN": ROLE}],
    "kms:DescribeKey": {
        "Arn": KEY,
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "Enabled": True,
        "KeyId": "1",
    },
    "s3:GetBucketAcl": ACL,
    "s3:GetBucketNotificationConfiguration": {},
    "s3:GetBucketVersioning": {},
    "s3:ListBuckets": [{"Name": "shop"}],
    "secretsmanager:ListSecrets": [{"ARN": SECRET, "Name": "shop"}],
}


def read(*denied: str) -> Snapshot:
    """Read a stack of a bucket, a secret, a key and a recorder, some operations denied."""
    results = {ask.name: ask.result for ask in all_asks(readers())}
    answers: dict[str, Any] = {
        name: {results[name]: value} if results[name] else value for name, value in ANSWERS.items()
    }
    lost = {name: Unknown(Cause.ACCESS_DENIED, detail=f"{name} answered 403") for name in denied}
    keys = ["shop", "arn:aws:s3:::shop", SECRET, KEY, ROLE]
    return take(Answering(answers | lost), readers(), regions=[REGION], keys=keys, own_tags={})


@pytest.mark.parametrize(
    ("operation", "type_"),
    [
        ("s3:GetBucketAcl", S3_ACL),
        *((setting.ask.name, setting.type) for setting in SETTINGS),
        ("secretsmanager:GetResourcePolicy", SECRET_POLICY),
        ("config:DescribeConfigurationRecorderStatus", CONFIG_RECORDER_STATUS),
    ],
)
def test_answer_that_is_lost_makes_no_resource_but_a_gap(operation: str, type_: str) -> None:
    snapshot = read(operation)
    assert type_ not in {resource.type for resource in snapshot.there}
    assert {resource.type for resource in snapshot.there} >= {
        resource.type for resource in read().there if resource.type != type_
    }
    assert Gap((type_,), operation, Cause.ACCESS_DENIED, REGION) in snapshot.lost
    # Whatever controls ask of it is unknown.
    assert type_ in snapshot.stack().types
    run = judged(Outputs({"region": REGION}, Path("o.json")), snapshot, 0)
    assert run.resources == len(snapshot.there)
    assert type_ not in {entry.resource.type for entry in run.accounting.entries}


def test_no_reader_makes_a_resource_of_another_type_out_of_a_lost_answer() -> None:
    asked = [ask.name for reader in readers() for d in reader.details.values() for ask in [d.ask]]
    calm = read()
    assert calm.lost == ()
    there = {(resource.type, resource.id) for resource in calm.there}
    assert {(resource.type, resource.id) for resource in read(*asked).there} <= there


def test_listing_that_no_control_needs_is_a_gap_too() -> None:
    (gap,) = read("kms:ListGrants").lost
    assert gap.operation == "kms:ListGrants"
    assert KMS_GRANT in gap.types


def test_snapshot_keeps_its_gaps_when_it_is_saved(tmp_path: Path) -> None:
    snapshot = read("s3:GetBucketCors")
    snapshot.save(tmp_path / "snapshot.json")
    assert (tmp_path / "snapshot.json").stat().st_mode & 0o777 == 0o600
    again = Snapshot.load(tmp_path / "snapshot.json")
    assert (again.lost, again.unsure, again.there) == (
        snapshot.lost,
        snapshot.unsure,
        snapshot.there,
    )
    assert S3_CORS not in {resource.type for resource in again.there}


def test_one_operation_is_one_gap_in_a_region() -> None:
    lost = Unknown(Cause.THROTTLED, detail="iam:ListRoles")
    other = Unknown(Cause.UNREADABLE, detail="nobody knows how")
    assert gathered([(IAM_ROLE, lost), (KMS_GRANT, lost), (IAM_ROLE, lost)], REGION) == (
        Gap((IAM_ROLE, KMS_GRANT), "iam:ListRoles", Cause.THROTTLED, REGION),
    )
    assert str(gathered([(IAM_ROLE, other)], REGION)[0]) == (
        "nobody knows how (the value cannot be read)"
    )
