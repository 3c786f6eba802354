"""What points to what, also where the record keeps a digest of the property alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.model import Resource
from stackproof.record import form
from stackproof.record.pointing import pointing

BUCKET = Resource({}, type="aws:s3/bucket:Bucket", id="shop-data", arn="arn:aws:s3:::shop-data")
SETTING = Resource({}, type="aws:s3/bucketVersioning:BucketVersioning", id="shop-data")


def _pointing(*resources: Resource) -> list[dict[str, list[str]]]:
    made = [
        form.Resource(
            status="judged",
            type=one.type,
            urn=one.urn,
            name=one.name,
            id=one.id,
            arn=one.arn,
            region=None,
        )
        for one in resources
    ]
    return [one.points_to for one in pointing(made, resources)]


def _function(**data: Any) -> Resource:
    return Resource(data, type="aws:lambda/function:Function", id="shop-api")


@pytest.mark.parametrize(
    "value",
    [
        "shop-data",
        "arn:aws:s3:::shop-data",
        {"variables": {"BUCKET": "shop-data"}},
        [{"deep": ["arn:aws:s3:::shop-data/*"]}],
        json.dumps({"Statement": [{"Resource": ["arn:aws:s3:::shop-data/*"]}]}),
    ],
)
def test_a_property_points_to_what_it_names_at_any_depth(value: Any) -> None:
    points = _pointing(_function(held=value), BUCKET, SETTING)
    assert points == [{"held": [str(BUCKET.arn)]}, {}, {}]


@pytest.mark.parametrize(
    "value", ["shop", "shop-data-2", "see shop-data", "{not json", 7, None, "[" * 5000]
)
def test_other_words_point_nowhere(value: Any) -> None:
    assert _pointing(_function(held=value), BUCKET)[0] == {}


def test_tags_and_oneself_are_no_targets() -> None:
    held = _function(name="shop-api", tags={"Bucket": "shop-data"})
    assert _pointing(held, BUCKET)[0] == {}


def test_a_state_tells_what_a_property_depends_on() -> None:
    urn = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::data"
    bucket = Resource({}, type="aws:s3/bucket:Bucket", urn=urn)
    function = Resource({}, type="aws:lambda/function:Function", references={"code": (urn,)})
    assert _pointing(function, bucket)[0] == {"code": [urn]}


def test_what_several_things_are_called_points_to_none() -> None:
    twice = [Resource({}, type="aws:x/y:Y", name=name, id="shop-data") for name in "ab"]
    assert _pointing(_function(held="shop-data"), *twice)[0] == {}
