"""A bucket that a program leaves as AWS makes it: the same at preview, in the state and live."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Outcome, Pass, Resource, Sight, Stack
from stackproof.types.tokens import S3_BUCKET, S3_OWNERSHIP, S3_PUBLIC_ACCESS_BLOCK

ALL_ON = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)
BUCKET = Resource({"bucket": "pictures"}, type=S3_BUCKET, name="pictures", id="pictures")
# What AWS gives new buckets. Amazon S3 User Guide, "Blocking public access" and "Controlling
# ownership of objects".
GIVEN = (
    Resource(
        {"bucket": "pictures", **ALL_ON}, type=S3_PUBLIC_ACCESS_BLOCK, name="b", id="pictures"
    ),
    Resource(
        {"bucket": "pictures", "rule": {"object_ownership": "BucketOwnerEnforced"}},
        type=S3_OWNERSHIP,
        name="o",
        id="pictures",
    ),
)


def judged(id_: str, sight: Sight, *beside: Resource, **parameters: bool) -> Outcome:
    stack = Stack((BUCKET, *beside), sight)
    (outcome,) = catalogue()[id_].outcomes(BUCKET, stack, parameters).values()
    return outcome


@pytest.mark.parametrize("id_", ["s3-bucket-blocks-public-access", "s3-bucket-acls-off"])
def test_default_is_judged_alike_at_every_sight(id_: str) -> None:
    assert judged(id_, Sight.DECLARED) == Pass()
    assert judged(id_, Sight.STATE) == Pass()
    assert judged(id_, Sight.LIVE, *GIVEN) == Pass()


@pytest.mark.parametrize("id_", ["s3-bucket-blocks-public-access", "s3-bucket-acls-off"])
def test_bucket_that_aws_shows_without_the_default_fails(id_: str) -> None:
    assert isinstance(judged(id_, Sight.LIVE), Fail)


@pytest.mark.parametrize("id_", ["s3-bucket-blocks-public-access", "s3-bucket-acls-off"])
def test_whoever_wants_it_said_gets_it_by_a_parameter(id_: str) -> None:
    assert isinstance(judged(id_, Sight.DECLARED, must_be_declared=True), Fail)
    assert judged(id_, Sight.DECLARED, *GIVEN, must_be_declared=True) == Pass()
