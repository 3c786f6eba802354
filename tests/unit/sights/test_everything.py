"""Whatever is read can be found in a whole account, or it is said why not."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from stackproof.controls import catalogue
from stackproof.model import Cause, Unknown
from stackproof.sights.live.account import enabled_regions, take_account
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.everything import (
    ASKS,
    BESIDES,
    IN_PART,
    NAMES,
    NOT_LISTED,
    QUESTIONS,
    SHOWN_ELSEWHERE,
    questions_of,
)
from stackproof.sights.live.fetch import Fetched
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import REGIONS
from stackproof.types import tokens as t
from stackproof.types.described import described
from tests.unit.sights.answering import Answering

ACCOUNT, REGION = "123456789012", "us-east-1"
LEFT_OUT = {*NOT_LISTED, *SHOWN_ELSEWHERE}
SESSION: Any = boto3.Session("x", "y", region_name=REGION)


def whole() -> Scope:
    return Scope(REGION, ACCOUNT, "aws", (), {}, whole=True)


def nothing(scope: Scope) -> tuple[()]:
    return ()


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.types[0])
def test_each_reader_lists_all_or_says_why_not(reader: Reader) -> None:
    """A type that only known names lead to would be missing in a whole account, without a word."""
    type_ = reader.types[0]
    lists_all = bool(list(reader.targets(whole())))
    listed = type_ in {*NAMES, *QUESTIONS, *BESIDES}
    ways = [listed, type_ in LEFT_OUT, bool(reader.parents)]
    assert lists_all or any(ways), f"nothing finds all {type_}: see sights/live/everything.py"
    if type_ in LEFT_OUT:
        assert not lists_all
        assert not listed
    named = described()[type_].listing.named if type_ in described() else ""
    assert not named or type_ in NAMES


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.types[0])
def test_what_no_listing_is_asked_for_is_told(reader: Reader) -> None:
    """What only a state's ids lead to is silently missing in a whole account."""
    asked = getattr(reader.targets, "__code__", None)
    if asked is not None and asked.co_code == nothing.__code__.co_code and () in asked.co_consts:
        assert reader.types[0] in {*LEFT_OUT, *IN_PART}


# What could be asked without a parent and isn't: it is gone when that is.
INSIDE = {
    *(t.AUTOSCALING_POLICY, t.AUTOSCALING_SCHEDULE, t.ECS_SERVICE, t.EFS_MOUNT_TARGET),
    *(t.EFS_ACCESS_POINT, t.LB_LISTENER, t.LB_LISTENER_RULE, t.LOG_METRIC_FILTER),
    t.NETWORK_INTERFACE,
}


class Listening(Answering):
    """An account that has nothing, and hears what is asked of it."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: set[str] = set()

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        self.asked.add(ask.name)
        return super()._send(ask, region, parameters)


@pytest.fixture(scope="module")
def asked_of_nothing() -> set[str]:
    aws = Listening()
    take_account(aws, readers(), [REGION])
    return aws.asked


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.types[0])
def test_what_can_be_asked_alone_waits_for_nothing(
    reader: Reader, asked_of_nothing: set[str]
) -> None:
    """A kind that is asked for beside another only is lost where that other one isn't."""
    type_, ask = reader.types[0], reader.listing
    model = SESSION.client(ask.service).meta.service_model.operation_model(ask.operation)
    required = model.input_shape.required_members if model.input_shape else []
    alone = any(True for _ in questions_of(reader, whole()))
    if not required and type_ not in {*NAMES, *LEFT_OUT}:
        assert alone != (type_ in INSIDE)
    if alone or type_ in NAMES:
        assert (NAMES[type_].ask if type_ in NAMES else ask).name in asked_of_nothing


def test_interfaces_are_asked_for_where_networks_could_not_be_seen() -> None:
    scope = whole()
    reader = next(reader for reader in readers() if reader.types[0] == t.NETWORK_INTERFACE)
    scope.gaps[t.VPC] = Unknown(Cause.ACCESS_DENIED)
    assert [*questions_of(reader, scope)]


def test_what_is_not_listed_is_judged_by_nothing() -> None:
    judged = {type_ for control in catalogue().values() for type_ in control.types}
    shown = {type_ for type_, why in SHOWN_ELSEWHERE.items() if why.startswith("AWS shows")}
    assert not (judged & LEFT_OUT) - shown


def test_tables_speak_of_readers_only() -> None:
    read = {reader.types[0] for reader in readers()}
    assert {*NAMES, *QUESTIONS, *BESIDES, *LEFT_OUT} <= read
    assert {*IN_PART} <= {type_ for reader in readers() for type_ in reader.types}
    assert not {*NOT_LISTED} & {*SHOWN_ELSEWHERE}


def test_parents_are_found_themselves() -> None:
    by_type = {type_: reader for reader in readers() for type_ in reader.types}
    for reader in readers():
        for parent in reader.parents:
            assert by_type[parent].types[0] not in LEFT_OUT


@pytest.mark.parametrize("ask", [*ASKS, REGIONS], ids=lambda ask: ask.name)
def test_names_are_listed_to_the_last_page(ask: Any) -> None:
    client = SESSION.client(ask.service)
    model = client.meta.service_model.operation_model(ask.operation)
    members = model.output_shape.members
    assert ask.result in members
    more = [m for m in members if "token" in m.lower() or "marker" in m.lower()]
    told = model.input_shape.members if model.input_shape else {}
    assert client.can_paginate(ask.method) or not more or {"NextToken", "Marker"} & {*told}


@pytest.mark.parametrize("type_", NAMES)
def test_names_lead_to_questions(type_: str) -> None:
    """What a listing tells is in the form that the reader asks by."""
    reader = next(reader for reader in readers() if reader.types[0] == type_)
    item: dict[str, Any] = EXAMPLES.get(type_, {"Value": "a"})
    scope = whole()
    before = len(list(reader.targets(scope)))
    scope.learn(NAMES[type_].arns(item, scope))
    assert len(list(reader.targets(scope))) > before


def test_of_a_familys_task_definitions_the_latest_is_read() -> None:
    """Revisions are kept for ever, and what is started by the family's name is the latest."""
    arns = [ARN.format("ecs", f"task-definition/{told}") for told in ("a:9", "b:2", "a:10", "b:1")]
    names = NAMES["aws:ecs/taskDefinition:TaskDefinition"]
    latest = names.among({"Value": arn} for arn in arns)
    assert {item["Value"] for item in latest} == {arns[1], arns[2]}


def test_enabled_regions_are_listed_with_the_one_in_use_first() -> None:
    names = ("ap-south-1", "cn-north-1", REGION, "eu-west-1", "us-gov-west-1")
    told = [{"RegionName": name} for name in names]
    aws = Answering({"ec2:DescribeRegions": {"Regions": told}})
    assert enabled_regions(aws, REGION) == (REGION, "ap-south-1", "eu-west-1")
    for odd in (Unknown(Cause.ACCESS_DENIED), {"Regions": [{"Name": "x"}]}):
        with pytest.raises(LiveError, match="the regions of the account cannot be listed"):
            enabled_regions(Answering({"ec2:DescribeRegions": odd}), REGION)


ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"
EXAMPLES: dict[str, dict[str, Any]] = {
    "aws:acm/certificate:Certificate": {"CertificateArn": ARN.format("acm", "certificate/a")},
    "aws:cloudtrail/trail:Trail": {"TrailARN": f"arn:aws:cloudtrail:{REGION}:999999999999:trail/a"},
    "aws:cloudwatch/eventRule:EventRule": {"Arn": ARN.format("events", "event-bus/a")},
    "aws:codecommit/repository:Repository": {"repositoryName": "a"},
    "aws:codepipeline/pipeline:Pipeline": {"name": "a"},
    "aws:ecs/cluster:Cluster": {"Value": ARN.format("ecs", "cluster/a")},
    "aws:ecs/taskDefinition:TaskDefinition": {"Value": ARN.format("ecs", "task-definition/a:1")},
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
        "Arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/a"
    },
    "aws:kms/key:Key": {"KeyArn": ARN.format("kms", "key/a")},
    "aws:lambda/layerVersion:LayerVersion": {
        "LatestMatchingVersion": {"LayerVersionArn": ARN.format("lambda", "layer:a:1")}
    },
    "aws:route53/zone:Zone": {"Id": "/hostedzone/Z0123456789"},
    "aws:sns/topic:Topic": {"TopicArn": ARN.format("sns", "a")},
}
