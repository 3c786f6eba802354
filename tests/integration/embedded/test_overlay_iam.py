from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import Clients

EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def test_an_aws_managed_policy_can_be_attached_and_read(aws: Clients) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="task", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="task", PolicyArn=EXECUTION)
    attached = iam.list_attached_role_policies(RoleName="task")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [EXECUTION]
    policy = iam.get_policy(PolicyArn=EXECUTION)["Policy"]
    version = iam.get_policy_version(PolicyArn=EXECUTION, VersionId=policy["DefaultVersionId"])
    actions = version["PolicyVersion"]["Document"]["Statement"][0]["Action"]
    assert "ecr:GetAuthorizationToken" in actions


def test_aws_managed_policies_are_listed_unless_only_local_ones_are(aws: Clients) -> None:
    iam = aws("iam")
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={})
    assert sum(len(page["Policies"]) for page in pages) > 1000
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_an_unknown_policy_is_refused(aws: Clients) -> None:
    with pytest.raises(ClientError, match="NoSuchEntity"):
        aws("iam").get_policy(PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicy")
