"""What gives somebody a way in must name what it leads into."""

from __future__ import annotations

import pytest

from stackproof.model import Fail, Pass
from stackproof.types.changing_actions import GIVING_TOO
from tests.unit.controls.test_policy_variables import judged

ID = "iam-gives-access-to-named-things"
OF = "us-east-1:123456789012"
# By action, something that it names. Source: Service Authorization Reference, "Resource types
# defined by" each service.
NAMED = {
    "dsql:DbConnect": f"arn:aws:dsql:{OF}:cluster/orders",
    "dsql:DbConnectAdmin": f"arn:aws:dsql:{OF}:cluster/orders",
    "eks:AssociateAccessPolicy": f"arn:aws:eks:{OF}:access-entry/orders/role/123456789012/a/b",
    "eks:CreateAccessEntry": f"arn:aws:eks:{OF}:cluster/orders",
    "eks:CreatePodIdentityAssociation": f"arn:aws:eks:{OF}:cluster/orders",
    "elasticache:Connect": f"arn:aws:elasticache:{OF}:serverlesscache:orders",
    "elasticmapreduce:GetClusterSessionCredentials": f"arn:aws:elasticmapreduce:{OF}:cluster/j-1",
    "memorydb:Connect": f"arn:aws:memorydb:{OF}:cluster/orders",
    "rds-db:connect": f"arn:aws:rds-db:{OF}:dbuser:cluster-1/orders",
    "redshift-serverless:GetCredentials": f"arn:aws:redshift-serverless:{OF}:workgroup/orders",
    "redshift:GetClusterCredentials": f"arn:aws:redshift:{OF}:dbuser:orders/${{redshift:DbUser}}",
    "redshift:GetClusterCredentialsWithIAM": f"arn:aws:redshift:{OF}:dbname:orders/main",
    "redshift:JoinGroup": f"arn:aws:redshift:{OF}:dbgroup:orders/readers",
    "s3express:CreateSession": f"arn:aws:s3express:{OF}:bucket/orders--use1-az4--x-s3",
}


@pytest.mark.parametrize("action", sorted({*NAMED, *GIVING_TOO}))
def test_a_way_into_everything_fails(action: str) -> None:
    for resource in ("*", f"arn:aws:{action.partition(':')[0]}:*:*:*"):
        assert isinstance(judged(ID, {"Action": action, "Resource": resource}), Fail)


@pytest.mark.parametrize(("action", "arn"), NAMED.items())
def test_a_way_into_something_named_passes(action: str, arn: str) -> None:
    assert isinstance(judged(ID, {"Action": action, "Resource": arn}), Pass)
    tagged = {"StringEquals": {"aws:ResourceTag/app": "orders"}}
    assert isinstance(judged(ID, {"Action": action, "Resource": "*", "Condition": tagged}), Pass)
