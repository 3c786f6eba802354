"""AWS's own managed policies: what the table has of them, and where roles attach them."""

from __future__ import annotations

import json

from stackproof.model import Resource, Sight, Stack, Unknown
from stackproof.reasoning.access import Statement
from stackproof.reasoning.aws_managed import FILE, WIDTH, is_aws_managed, managed_statements
from stackproof.reasoning.held_policies import held_statements
from stackproof.reasoning.policy_documents import SourcedStatement
from stackproof.types import tokens as t
from tests.aws_managed_policies import table, text, widths

LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_the_table_is_what_the_generator_makes() -> None:
    assert FILE.read_text() == text(), "run python -m tests.aws_managed_policies"
    assert WIDTH.read_text() == widths(), "run python -m tests.aws_managed_policies"


def test_every_policy_of_the_table_reads() -> None:
    for name in json.loads(FILE.read_text()):
        said = managed_statements(f"arn:aws:iam::aws:policy/{name}")
        assert said
        assert all(isinstance(item, Statement) for item in said)
    assert len(table()) > 40


def test_what_the_table_does_not_have_is_unknown() -> None:
    (said,) = managed_statements("arn:aws:iam::aws:policy/JustMade")
    assert isinstance(said, Unknown)
    assert not is_aws_managed("arn:aws:iam::123456789012:policy/ours")


def test_roles_say_what_their_attached_policies_say() -> None:
    role = Resource({"name": "orders"}, type=t.IAM_ROLE, name="orders", id="orders")
    attached = Resource(
        {"role": "orders", "policy_arn": LOGS}, type=t.IAM_ROLE_POLICY_ATTACHMENT, name="logs"
    )
    stack = Stack([role, attached], Sight.LIVE)
    said = [item for item in held_statements(role, stack) if isinstance(item, SourcedStatement)]
    assert [item.path for item in said] == ["policy_arn"]
    assert any(item.statement.acts("logs:PutLogEvents") for item in said)
