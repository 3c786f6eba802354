"""What the function may do is computed from its policies; what it keeps is private."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import Statement, denies_without_tls, grants, may, statements
from stackproof.types import tokens
from tests.scenarios.conftest import RoleStatements

pytestmark = [pytest.mark.security, pytest.mark.blueprint("serverless")]


@pytest.fixture(scope="session")
def allowed(function: Resource, live: Stack, role_statements: RoleStatements) -> list[Statement]:
    """Give all that the policies of the function's role say."""
    (role,) = live.follow(function, "role", tokens.IAM_ROLE)
    return role_statements(role)


@pytest.mark.requirement("4.1")
def test_function_may_write_its_own_log_and_keep_its_documents(
    allowed: list[Statement], function: Resource, data: Resource, outputs: Outputs
) -> None:
    """The role allows what the handler does: log lines, and documents of its own bucket.

    A function that may not write its log fails without a trace.
    """
    log = _log(outputs, function["name"])
    for action, resource in (
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("s3:ListBucket", data.arn),
        ("s3:GetObject", f"{data.arn}/documents/a"),
        ("s3:PutObject", f"{data.arn}/documents/a"),
        ("s3:DeleteObject", f"{data.arn}/documents/a"),
    ):
        assert may(allowed, action, str(resource)), action


@pytest.mark.requirement("4.1")
def test_function_may_do_nothing_else(
    allowed: list[Statement], function: Resource, data: Resource, outputs: Outputs
) -> None:
    """No action but those six, on nothing but its own log and its own bucket.

    Whoever breaks into the function gets exactly what its role may do.
    """
    own = (_log(outputs, function["name"]), str(data.arn), f"{data.arn}/documents/*")
    granted = [statement for statement in allowed if statement.allows]
    actions = {action for statement in granted for action in statement.actions}
    assert actions == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }
    for statement in granted:
        assert not statement.excepted_actions
        assert not statement.excepted_resources
        assert set(statement.resources) <= set(own), statement.name


@pytest.mark.requirement("4.1")
def test_role_belongs_to_this_function_only(
    function: Resource, live: Stack, outputs: Outputs
) -> None:
    """The function runs with its own role, which no other one has, and only Lambda may take it.

    A shared role is the sum of what all its users need.
    """
    assert function["role"] == outputs["function_role_arn"]
    users = [f.id for f in live.all(tokens.LAMBDA_FUNCTION) if f["role"] == function["role"]]
    assert users == [function.id]
    (role,) = live.follow(function, "role", tokens.IAM_ROLE)
    (trust,) = statements(role.document("assume_role_policy"))
    assert trust.services == ("lambda.amazonaws.com",)
    assert all(grant.pinned for grant in grants([trust]))


@pytest.mark.requirement("4.3")
def test_bucket_is_private(data: Resource, live: Stack) -> None:
    """All four public-access blocks are on, and the bucket refuses requests without TLS.

    One switch off, and one careless policy later the documents are on the internet.
    """
    (block,) = live.seen_referrers(data, tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket")
    for switch in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert block[switch] is True, switch
    (policy,) = live.seen_referrers(data, tokens.S3_POLICY, "bucket")
    spoken = statements(policy.document("policy"))
    assert denies_without_tls(spoken, "s3:GetObject", f"{data.arn}/x")
    assert not may(spoken, "s3:GetObject", f"{data.arn}/documents/a")


@pytest.mark.requirement("4.3")
def test_bucket_encrypts_and_keeps_versions(data: Resource, live: Stack, outputs: Outputs) -> None:
    """Objects are encrypted with AES256, every version is kept, and the name is the agreed one.

    A document that was overwritten by mistake can be had back.
    """
    agreed = "{environment}-nova-data-{environment_suffix}".format(**outputs.settings)
    assert data["bucket"] == agreed
    (encryption,) = live.seen_referrers(data, tokens.S3_ENCRYPTION, "bucket")
    default = encryption["rules"][0]["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "AES256"
    (versioning,) = live.seen_referrers(data, tokens.S3_VERSIONING, "bucket")
    assert versioning["versioning_configuration"]["status"] == "Enabled"


def _log(outputs: Outputs, name: str) -> str:
    place = f"{outputs['region']}:{outputs['account_id']}"
    return f"arn:aws:logs:{place}:log-group:/aws/lambda/{name}:*"
