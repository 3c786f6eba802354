"""What could not be seen hides what it may have named, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Unknown
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import take
from stackproof.types.tokens import (
    ECR_POLICY,
    IAM_ROLE,
    KMS_KEY,
    WAF_ACL_ASSOCIATION,
    WAF_ACL_LOGGING,
)
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop"
ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/front/1"
ANSWERS: dict[str, Any] = {
    "ecr:DescribeRepositories": [
        {"repositoryName": "shop", "repositoryArn": REPOSITORY, "registryId": ACCOUNT}
    ],
    "wafv2:ListWebACLs": [{"Name": "front", "Id": "1", "ARN": ACL}],
    "wafv2:GetWebACL": {
        "Name": "front",
        "Id": "1",
        "ARN": ACL,
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": {},
    },
}


def denied(operation: str) -> Unknown:
    return Unknown(Cause.ACCESS_DENIED, detail=operation)


def gaps(operation: str) -> set[str]:
    """Read a stack that only its outputs name, one operation of it denied."""
    results = {ask.name: ask.result for ask in all_asks(readers())}
    answers = {name: {results[name]: value} for name, value in ANSWERS.items()}
    aws = Answering({**answers, operation: denied(operation)})
    keys = [REPOSITORY, ACL]
    snapshot = take(aws, readers(), regions=[REGION], keys=keys, own_tags={})
    assert {resource.arn for resource in snapshot.resources} >= {REPOSITORY, ACL}
    return set(snapshot.gaps)


@pytest.mark.parametrize(
    ("operation", "lost"),
    [
        ("ecr:GetRepositoryPolicy", {ECR_POLICY}),
        ("wafv2:GetLoggingConfiguration", {WAF_ACL_LOGGING}),
        ("wafv2:ListResourcesForWebACL", {WAF_ACL_ASSOCIATION}),
    ],
)
def test_detail_that_names_nothing_hides_nothing_else(operation: str, lost: set[str]) -> None:
    assert gaps(operation) == lost


def test_listing_that_may_name_roles_and_keys_hides_them() -> None:
    assert gaps("lambda:ListFunctions") >= {IAM_ROLE, KMS_KEY}
