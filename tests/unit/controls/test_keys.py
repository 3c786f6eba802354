"""Keys: another account's is a customer's, without being looked at."""

from __future__ import annotations

import pytest

from stackproof.controls.support.keys import customer_key
from stackproof.model import Fail, Pass, Resource, Sight, Stack, UnresolvedError
from stackproof.types.tokens import S3_BUCKET

HERE = "123456789012"


def bucket(key: str) -> Resource:
    return Resource({"key": key}, type=S3_BUCKET, name="b", account=HERE)


def test_key_of_another_account_is_a_customers() -> None:
    stack = Stack([], Sight.LIVE)
    abroad = bucket("arn:aws:kms:us-east-1:999999999999:key/k-1")
    assert isinstance(customer_key(abroad, stack, "key"), Pass)
    aws_own = bucket("arn:aws:kms:us-east-1:999999999999:alias/aws/s3")
    assert isinstance(customer_key(aws_own, stack, "key"), Fail)
    with pytest.raises(UnresolvedError):
        customer_key(bucket(f"arn:aws:kms:us-east-1:{HERE}:key/k-1"), stack, "key")
