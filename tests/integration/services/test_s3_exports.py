"""Where S3 writes lists of a bucket's objects and their use, whoever set that up."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls.registry import catalogue
from stackproof.embedded.frame.base import session
from stackproof.model import Fail, Pass, Unknown
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, guard, take
from stackproof.types.tokens import S3_ANALYTICS, S3_BUCKET, S3_INVENTORY
from tests.integration.services.roundtrip import TAGS, Made, World

EXPORTS = (S3_ANALYTICS, S3_INVENTORY)


@pytest.fixture
def bucket(world: World) -> Made:
    return world.make(S3_BUCKET, "bucket", tags=TAGS)


def _seen(world: World) -> Snapshot:
    wanted = {*EXPORTS, S3_BUCKET}
    return take(
        Aws(guard(readers()), world.cloud.endpoint, session()),
        [reader for reader in readers() if not wanted.isdisjoint(reader.types)],
        regions=[world.cloud.region],
        keys=[made.id for made in world.made],
        own_tags={"Project": TAGS["Project"]},
    )


def _listed(world: World, bucket: Made, account: str) -> None:
    there = {"AccountId": account, "Bucket": "arn:aws:s3:::lists", "Format": "CSV"}
    world.cloud.client("s3").put_bucket_inventory_configuration(
        Bucket=bucket.id,
        Id="all",
        InventoryConfiguration={
            "Destination": {"S3BucketDestination": {**there, "Prefix": "x"}},
            "IsEnabled": True,
            "Id": "all",
            "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"},
        },
    )


def _analysed(world: World, bucket: Made, account: str, filter_: dict[str, Any]) -> None:
    there = {"BucketAccountId": account, "Bucket": "arn:aws:s3:::lists", "Format": "CSV"}
    export = {
        "OutputSchemaVersion": "V_1",
        "Destination": {"S3BucketDestination": there},
    }
    world.cloud.client("s3").put_bucket_analytics_configuration(
        Bucket=bucket.id,
        Id="use",
        AnalyticsConfiguration={
            "Id": "use",
            "Filter": filter_,
            "StorageClassAnalysis": {"DataExport": export},
        },
    )


@pytest.mark.parametrize(("account", "outcome"), [("999999999999", Fail), ("123456789012", Pass)])
def test_what_a_bucket_tells_goes_to_known_accounts(
    world: World, bucket: Made, account: str, outcome: type
) -> None:
    assert [one.type for one in _seen(world).resources if one.type in EXPORTS] == []
    _listed(world, bucket, account)
    tags = [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]
    _analysed(world, bucket, account, {"And": {"Prefix": "x/", "Tags": tags}})
    snapshot = _seen(world)
    assert not {*EXPORTS} & snapshot.gaps.keys()
    found = {one.type: one for one in snapshot.resources if one.type in EXPORTS}
    assert found[S3_INVENTORY].id == f"{bucket.id}:all"
    assert found[S3_INVENTORY]["destination"]["bucket"]["account_id"] == account
    assert found[S3_INVENTORY]["destination"]["bucket"]["bucket_arn"] == "arn:aws:s3:::lists"
    assert found[S3_ANALYTICS].id == f"{bucket.id}:use"
    assert found[S3_ANALYTICS]["filter"] == {"prefix": "x/", "tags": {"a": "b", "c": "d"}}
    control = catalogue()["sent-to-known-accounts"]
    for type_ in EXPORTS:
        judged = control.outcomes(found[type_], snapshot.stack()).values()
        assert [type(one) for one in judged] == [outcome], type_
    world.delete(bucket)


@pytest.mark.parametrize(
    ("filter_", "shown"),
    [
        ({"Prefix": "x/"}, {"prefix": "x/", "tags": None}),
        ({"Tag": {"Key": "a", "Value": "b"}}, {"prefix": None, "tags": {"a": "b"}}),
    ],
)
def test_filter_of_an_analysis_is_shown(
    world: World, bucket: Made, filter_: dict[str, Any], shown: dict[str, Any]
) -> None:
    _analysed(world, bucket, "123456789012", filter_)
    (found,) = (one for one in _seen(world).resources if one.type == S3_ANALYTICS)
    assert found["filter"] == shown
    assert not isinstance(found["storage_class_analysis"], Unknown)
    world.delete(bucket)
