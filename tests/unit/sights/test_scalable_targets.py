"""Scalable targets are read of everything that has them, and of nothing that hasn't."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.model import Resource, Stack, outcome_word
from stackproof.sights.live.account import take_account
from stackproof.sights.live.everything import questions_of
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import take
from stackproof.types import tokens as t
from stackproof.types.scalable import SCALABLE
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

# What has targets, by its namespace: the end of its ARN, and the resource id of its target.
THINGS = {
    "dynamodb": ("dynamodb", "table/orders", "table/orders"),
    "ecs": ("ecs", "service/main/api", "service/main/api"),
    "elasticache": ("elasticache", "replicationgroup:main", "replication-group/main"),
    "lambda": ("lambda", "function:api:live", "function:api:live"),
    "neptune": ("rds", "cluster:graph", "cluster:graph"),
    "rds": ("rds", "cluster:main", "cluster:main"),
}
(READER,) = (reader for reader in readers() if t.APPSCALING_TARGET in reader.types)
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
TAGS = {"Project": "p"}


def arn(service: str, end: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{end}"


def scope_with(type_: str, arn: str, *, whole: bool = False, **data: Any) -> Scope:
    scope = Scope(REGION, ACCOUNT, "aws", (), {}, whole=whole)
    scope.add(Resource(data, type=type_, name="one", id="one", arn=arn))
    return scope


def asked(reader: Reader, scope: Scope) -> list[Any]:
    return list(questions_of(reader, scope) if scope.whole else reader.targets(scope))


@pytest.mark.parametrize("namespace", SCALABLE)
def test_targets_are_asked_for_where_their_thing_is(namespace: str) -> None:
    service, end, id_ = THINGS[namespace]
    named = {"ServiceNamespace": namespace}
    alone = scope_with(SCALABLE[namespace], arn(service, end))
    assert asked(READER, alone) == [{**named, "ResourceIds": [id_]}]
    assert asked(READER, scope_with(SCALABLE[namespace], arn(service, end), whole=True)) == [named]
    item = {**named, "ResourceId": id_, "ScalableTargetARN": "arn:aws:any"}
    assert READER.key(item, alone).parent_ids == (arn(service, end),)
    assert SCALABLE[namespace] in READER.parents


def test_index_of_a_table_is_the_tables() -> None:
    indexes = [{"name": "by-customer"}]
    scope = scope_with(t.DYNAMODB_TABLE, TABLE_ARN, global_secondary_indexes=indexes)
    index = "table/orders/index/by-customer"
    assert asked(READER, scope)[0]["ResourceIds"] == ["table/orders", index]
    item = {"ServiceNamespace": "dynamodb", "ResourceId": index, "ScalableTargetARN": "arn:aws:any"}
    assert READER.key(item, scope).parent_ids == (TABLE_ARN,)


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_is_asked_for_what_scales_by_itself(whole: bool) -> None:
    scope = scope_with(t.DYNAMODB_TABLE, TABLE_ARN, whole=whole, billing_mode="PAY_PER_REQUEST")
    assert asked(READER, scope) == []


def _targets(parameters: Any) -> dict[str, Any]:
    kinds = ("Read", "Write") if parameters["ServiceNamespace"] == "dynamodb" else ()
    told = [
        {
            "ServiceNamespace": "dynamodb",
            "ResourceId": "table/orders",
            "ScalableDimension": f"dynamodb:table:{kind}CapacityUnits",
            "MinCapacity": 5,
            "MaxCapacity": 50,
            "RoleARN": "arn:aws:iam::123456789012:role/any",
            "CreationTime": 0,
            "ScalableTargetARN": arn("application-autoscaling", f"scalable-target/{kind}"),
        }
        for kind in kinds
    ]
    return {"ScalableTargets": told}


TABLE = {
    "TableName": "orders",
    "TableArn": TABLE_ARN,
    "TableStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
}
TAGGED = {"ResourceARN": TABLE_ARN, "Tags": [{"Key": "Project", "Value": "p"}]}
AWS = {
    "dynamodb:ListTables": {"TableNames": ["orders"]},
    "dynamodb:DescribeTable": {"Table": TABLE},
    "application-autoscaling:DescribeScalableTargets": _targets,
    "resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": [TAGGED]},
}


def _scales(stack: Stack) -> list[str]:
    return [outcome_word(f.outcome) for f in judge(stack) if f.control.id == "dynamodb-scales"]


def test_table_that_scales_passes_in_its_account_and_by_its_tags() -> None:
    assert _scales(take_account(Answering(AWS), readers(), [REGION]).snapshot.stack()) == ["pass"]
    tagged = take(Answering(AWS), readers(), regions=[REGION], keys=(), own_tags=TAGS)
    assert _scales(tagged.stack()) == ["pass"]
