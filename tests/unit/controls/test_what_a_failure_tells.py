"""What a failure expects and proposes holds for the resource that failed."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, worst
from stackproof.model.cases import Change, Form, Remove, Without, build, mutated

_OPEN = Change("policy.Statement.0.Resource", ["*"])
_NO_INSTANCE = (Without("reader"), Without("writer"))
_RESTORED = "the password of what it was restored from"
# By control: what is changed in its passing example; what the failure tells, and what it doesn't.
TOLD = [
    ("cognito-mfa", (Change("mfa_configuration", "OFF"),), "expected ON or OPTIONAL", ""),
    ("iam-decrypt-limited", (_OPEN,), "Conditions on tags or aliases don't count", "or their tags"),
    ("iam-pass-role-limited", (_OPEN,), "Conditions on tags of the role", "or their tags"),
    ("iam-secrets-limited", (_OPEN,), "or their tags in its Condition", "don't count"),
    *(
        (f"{kind}-cluster-reader-in-another-zone", _NO_INSTANCE, "is no instance", "the others")
        for kind in ("rds", "docdb", "neptune")
    ),
    *(
        (f"{kind}-cluster-reader-in-another-zone", (Without("reader"),), "the others", "is no ")
        for kind in ("rds", "docdb", "neptune")
    ),
    *(
        (
            control,
            (Remove(path), Change("snapshot_identifier", "before")),
            _RESTORED,
            "remove the password",
        )
        for control, path in (
            ("docdb-managed-password", "manage_master_user_password"),
            ("redshift-managed-password", "manage_master_password"),
        )
    ),
    (
        "docdb-managed-password",
        (Remove("manage_master_user_password"), Change("master_password", "an example")),
        "remove the password",
        _RESTORED,
    ),
    *(
        (
            f"{kind}-api-integration-no-plain-secrets",
            (Change("request_parameters.token", "postgres://a:correct-horse@db.example.com/b"),),
            "Lambda function that reads it and calls the backend",
            "ask IAM",
        )
        for kind in ("rest", "http")
    ),
    (
        "ecs-task-no-system-paths",
        (Change("volumes", [{"name": "host", "host_path": "/etc/localtime"}]),),
        "Set readOnly to true",
        "",
    ),
    (
        "ecs-task-no-system-paths",
        (Change("volumes", [{"name": "host", "host_path": "/etc/shadow"}]),),
        "Mount a volume of its own",
        "readOnly",
    ),
]


@pytest.mark.parametrize(("id_", "changes", "tells", "tells_not"), TOLD)
def test_texts(id_: str, changes: tuple[Change, ...], tells: str, tells_not: str) -> None:
    control = catalogue()[id_]
    subject, stack = build(mutated(control.cases.passing, changes), Form.KNOWN)
    outcome = worst(*control.outcomes(subject, stack).values())
    assert isinstance(outcome, Fail)
    told = f"expected {outcome.expected}, is {outcome.actual}: {outcome.fix}"
    assert tells in told
    assert not tells_not or tells_not not in told
