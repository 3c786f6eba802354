"""Regions: what names one, and what only looks like it."""

from __future__ import annotations

import pytest
from botocore.session import Session

from stackproof.types.regions import is_region, regions_in


def test_every_region_that_botocore_knows_is_one() -> None:
    session = Session()
    known = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ec2", partition)
    }
    assert len(known) > 30
    assert {region for region in known if not is_region(region)} == set()


@pytest.mark.parametrize("text", ["my-app-1", "us-east-1a", "eu-west", "us-east-1-logs", ""])
def test_what_only_looks_like_a_region_is_none(text: str) -> None:
    assert list(regions_in(text)) == []


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("eu-central-1", "eu-central-1"),
        ("arn:aws:sns:us-west-2:123456789012:alarms", "us-west-2"),
        ("arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms", "us-gov-west-1"),
        ("https://sqs.ap-south-1.amazonaws.com/123456789012/orders", "ap-south-1"),
        ("web-1234.us-east-2.elb.amazonaws.com", "us-east-2"),
        ("a1b2c3.execute-api.eu-west-3.amazonaws.com/live", "eu-west-3"),
        ("db.cluster-abc.ca-central-1.rds.amazonaws.com", "ca-central-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders", "cn-north-1"),
    ],
)
def test_arns_and_addresses_name_their_region(text: str, region: str) -> None:
    assert list(regions_in(text)) == [region]


@pytest.mark.parametrize(
    "text", ["arn:aws:iam::123456789012:role/x", "arn:aws:s3:::us-east-1", "eu-west-1.example.org"]
)
def test_what_has_no_region_names_none(text: str) -> None:
    assert list(regions_in(text)) == []
