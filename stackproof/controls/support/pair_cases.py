"""Examples of rows of the table of who needs what on what: allowed, and one side at a time not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Mutation,
    Neighbour,
    Ref,
    Without,
)
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.targets import KEY_PATHS
from stackproof.types import tokens as t

_ACCOUNT: Final = "123456789012"
_REGION: Final = "us-east-1"
# A condition that no pair decides.
_UNDECIDED: Final = {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}}
_OTHER: Final = "iam:ListRoles"
_OWNER: Final = {"Effect": "Allow", "Principal": {"AWS": _ACCOUNT}, "Action": "kms:*"}
# What services are let in by something that stands apart.
_LET_IN_APART: Final = (t.LAMBDA_FUNCTION, t.LOG_GROUP)
# What names others by id rather than by ARN, and what holds several.
_BY_ID: Final = ("artifact_stores.location", "autoscaling_groups", "bucket", "log_group", "rule")
_SEVERAL: Final = frozenset(
    {
        *("alarm_actions", "insufficient_data_actions", "ok_actions", "autoscaling_groups"),
        *("artifact_stores", "lambda_functions", "queues", "rules", "topics"),
    }
)
# Where a policy stands in the resource itself, by another name.
_POLICY: Final = {t.IAM_ROLE: "assume_role_policy"}


def example(pair: Pair) -> Given:
    """Give a resource of the row's type for which both sides allow all that it needs."""
    subject: dict[str, Any] = deepcopy(dict(pair.example))
    for path, ref in _refs(pair):
        _put(subject, path, ref)
    return Given(pair.who, subject, tuple(_neighbours(pair)))


def cases(pair: Pair) -> Cases:
    """Give the cases of a control that the row stands for."""
    failing = list(refused(pair))
    return Cases(
        passing=example(pair),
        failing=tuple(failing),
        unknown=tuple(undecided(pair)),
        absent=(_lost(pair),),
    )


def refused(pair: Pair) -> Iterator[Mutation]:
    """Give the changes each of which takes one side's allowance away."""
    for name, index in _allowances(pair):
        if pair.on == t.LAMBDA_FUNCTION and name == "allows":
            yield Change("action", "lambda:GetFunction", of=name)
        else:
            path = f"{_policy(pair, name)}.Statement.{index}"
            yield Change(f"{path}.Action", _OTHER, of=name)
            yield Change(f"{path}.Effect", "Deny", of=name)


def undecided(pair: Pair) -> Iterator[Mutation]:
    """Give the changes each of which makes one side's allowance impossible to decide."""
    for name, index in _allowances(pair):
        if pair.on == t.LAMBDA_FUNCTION and name == "allows":
            yield Hide("principal", of=name)
        else:
            policy = _policy(pair, name)
            yield Change(f"{policy}.Statement.{index}.Condition", _UNDECIDED, of=name)
            yield Hide(policy, of=name)


def _policy(pair: Pair, name: str) -> str:
    if name == "allows":
        return "policy_document"
    return _POLICY.get(pair.on, "policy") if name == "target" else "policy"


def _by_role(pair: Pair) -> bool:
    return not pair.service and not pair.linked


def _lost(pair: Pair) -> tuple[Mutation, ...]:
    if pair.names:
        return (Without("target"), Hide(pair.names.partition(".")[0]))
    if pair.role:
        return (Without("role"), Hide(pair.role.partition(".")[0]))
    return (Without("target"), Hide(next(iter(pair.example))))


def _refs(pair: Pair) -> Iterator[tuple[str, Ref]]:
    if pair.names:
        yield pair.names, _ref("target", pair.names)
    if pair.role:
        yield pair.role, Ref("role", "arn")
    for path in pair.beside:
        if path not in pair.example and path.isidentifier():
            yield path, _ref(path, path)


def _ref(name: str, path: str) -> Ref:
    return Ref(name, "id" if path in _BY_ID or path.endswith("_bucket_name") else "arn")


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for part in above:
        held = data.setdefault(part, [{}] if part in _SEVERAL else {})
        data = held[0] if isinstance(held, list) else held
    data[last] = [value] if last in _SEVERAL else value


def _neighbours(pair: Pair) -> Iterator[Neighbour]:
    by_role = _by_role(pair)
    target: dict[str, Any] = dict(pair.looks)
    if pair.key and pair.on in KEY_PATHS:
        target[KEY_PATHS[pair.on]] = Ref("key", "arn")
    if not by_role and pair.on not in _LET_IN_APART:
        target[_POLICY.get(pair.on, "policy")] = Json(
            {"Statement": [_for_service(pair, pair.needs)]}
        )
    yield Neighbour("target", pair.on, target)
    for name, type_ in pair.beside.items():
        if type_ == t.LOG_RESOURCE_POLICY:
            policy = Json({"Statement": [_for_service(pair, pair.needs)]})
            yield Neighbour("allows", type_, {"policy_name": "services", "policy_document": policy})
            continue
        yield Neighbour(name.removeprefix("@"), type_, _BESIDE.get(type_, {}))
    if by_role:
        yield Neighbour("role", t.IAM_ROLE, {"name": "role"})
        both = [_allow(pair.needs), *([_allow(pair.key)] if pair.key else [])]
        document = Json({"Statement": both})
        yield Neighbour("may", t.IAM_ROLE_POLICY, {"role": Ref("role"), "policy": document})
    elif pair.on == t.LAMBDA_FUNCTION:
        permission = {"function": Ref("target"), "action": pair.needs[0]}
        permission |= {"principal": pair.principal(_REGION)}
        yield Neighbour("allows", t.LAMBDA_PERMISSION, permission)
    if pair.key:
        lets = [_OWNER if by_role else _for_service(pair, pair.key)]
        yield Neighbour("key", t.KMS_KEY, {"policy": Json({"Statement": lets})})
        if pair.on == t.S3_BUCKET:
            yield Neighbour("encryption", t.S3_ENCRYPTION, _ENCRYPTION)


_ENCRYPTION: Final[Mapping[str, Any]] = {
    "bucket": Ref("target"),
    "rules": [
        {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": "aws:kms",
                "kms_master_key_id": Ref("key", "arn"),
            }
        }
    ],
}


# Neighbours that say who acts, or on what.
_BESIDE: Final[Mapping[str, Mapping[str, Any]]] = {
    t.LAMBDA_FUNCTION: {"role": Ref("role", "arn")},
    t.CONFIG_RECORDER: {"name": "recorder"},
    t.S3_ENCRYPTION: {
        "bucket": Ref("bucket"),
        "rules": [
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": Ref("target", "arn"),
                }
            }
        ],
    },
    t.ECS_TASK_DEFINITION: {"task_role_arn": Ref("target", "arn")},
    t.LAUNCH_TEMPLATE: {"block_device_mappings": [{"ebs": {"kms_key_id": Ref("target", "arn")}}]},
    t.BACKUP_SELECTION: {"iam_role_arn": Ref("role", "arn"), "plan_id": Ref("subject")},
    t.CODEPIPELINE: {
        "artifact_stores": [
            {"location": Ref("target"), "encryption_key": {"id": Ref("target", "arn")}}
        ],
        "stages": [
            {
                "actions": [
                    {"provider": "CodeBuild", "configuration": {"ProjectName": Ref("subject")}}
                ]
            }
        ],
    },
}


def _allowances(pair: Pair) -> Iterator[tuple[str, int]]:
    """Give the neighbours whose policies allow something, and which of their statements does."""
    if _by_role(pair):
        yield "may", 0
        if pair.key:
            yield "may", 1
            yield "key", 0
        return
    yield ("allows" if pair.on in _LET_IN_APART else "target"), 0
    if pair.key:
        yield "key", 0


def _allow(actions: Sequence[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


def _for_service(pair: Pair, actions: Sequence[str]) -> dict[str, Any]:
    role = f"arn:aws:iam::{_ACCOUNT}:role/aws-service-role/{pair.linked}"
    who = {"AWS": role} if pair.linked else {"Service": pair.principal(_REGION)}
    return {**_allow(actions), "Principal": who}
