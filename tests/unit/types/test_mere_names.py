"""Plain words of outputs: which name a resource, and which properties speak of another one."""

from __future__ import annotations

import pytest

from stackproof.types import tokens as t
from stackproof.types.mere_names import is_name, of_another
from stackproof.types.table import types


@pytest.mark.parametrize(
    ("called", "text"),
    [
        ("data", "shop-data-prod"),
        ("bucket", "uploads"),
        ("bucketName", "uploads"),
        ("s3_bucket_names", "uploads"),
        ("OrdersTable", "Orders"),
        ("log_group", "/aws/lambda/api"),
        ("role_name", "api"),
        ("queue", "jobs.fifo"),
    ],
)
def test_name_is_told_by_its_form_or_by_what_it_is_called(called: str, text: str) -> None:
    assert is_name(text, called)


@pytest.mark.parametrize(
    ("called", "text"),
    [
        ("app_version", "v1.2.3"),
        ("build", "1.2.3-rc.1"),
        ("release", "v2026.11.29"),
        ("engine_version", "8.0.mysql-aurora"),
        ("instance_type", "t3.micro"),
        ("node_class", "db.r5.large"),
        ("lambda_runtime", "python3.12"),
        ("runtimes", "nodejs20.x"),
        ("git_commit", "a1b2-c3"),
        ("image_tag", "main-a1b2c3"),
        ("availability_zones", "us-east-1a"),
        ("region", "us-east-1"),
        ("vpc", "vpc-0a1b2c3d"),
        ("site", "d111111abcdef8.cloudfront.net"),
        ("greeting", "hello"),
        ("count", "12"),
    ],
)
def test_setting_version_or_id_is_no_mere_name(called: str, text: str) -> None:
    assert not is_name(text, called)


def test_property_that_names_a_bucket_speaks_of_another_in_every_type() -> None:
    named = [
        (known.token, name)
        for known in types()
        for name in known.shape.kinds
        if name.endswith(("bucket", "bucket_name", "log_group_name", "role_arn", "topic_arn"))
        and name not in known.outputs
    ]
    assert (t.CLOUDTRAIL_TRAIL, "s3_bucket_name") in named
    assert len(named) > 100
    assert [one for one in named if not of_another(*one)] == []


@pytest.mark.parametrize(
    ("type_", "name"),
    [(t.LB, "dns_name"), (t.RDS_CLUSTER, "engine"), (t.LAMBDA_FUNCTION, "handler")],
)
def test_what_a_resource_says_of_itself_is_not_of_another(type_: str, name: str) -> None:
    assert not of_another(type_, name)
