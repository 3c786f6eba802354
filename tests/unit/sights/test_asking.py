"""Single resources that are named: what AWS has joins, what it denies to have is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from stackproof.model import Cause, Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.asking import ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.fetch import Aws, Fetched, Found, Missing
from stackproof.sights.live.reader import Detail, Key, Reader
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types.tokens import EC2_DEFAULT_VPC, KMS_KEY, LOG_METRIC_FILTER, S3_BUCKET, VPC

DENIED = Unknown(Cause.ACCESS_DENIED, detail="ec2:DescribeVpcs")
READERS = [
    Reader(
        types=(VPC,),
        listing=Ask("ec2", "DescribeVpcs", "Vpcs"),
        get_parameters=lambda id_, state: {"VpcIds": [id_]},
        key=lambda item, scope: Key(item["VpcId"]),
        build=lambda item, details, scope: [shown(scope, VPC, item["VpcId"], {})],
        dying=in_state("State", "deleting"),
        arn_service="ec2",
    ),
    Reader(
        types=(LOG_METRIC_FILTER,),
        listing=Ask("logs", "DescribeMetricFilters", "metricFilters"),
        get_parameters=lambda id_, state: {"logGroupName": state["log_group_name"]},
        key=lambda item, scope: Key(item["filterName"]),
        build=lambda item, details, scope: [
            shown(scope, LOG_METRIC_FILTER, item["filterName"], {})
        ],
        arn_service="logs",
    ),
]


class Answers:
    """Answers by region, and counts what it was asked."""

    def __init__(self, **by_region: Fetched) -> None:
        self.by_region = by_region
        self.calls: dict[str, int] = {}

    def fetch(self, asked: Ask, region: str, parameters: Mapping[str, Any] = {}) -> Fetched:
        self.calls[asked.service] = self.calls.get(asked.service, 0) + 1
        return self.by_region.get(region.replace("-", "_"), Found([]))


def taken(*live: Resource) -> Snapshot:
    regions = ("eu-west-1", "us-east-1")
    return Snapshot(live, {}, "123456789012", regions, None, {}, 0.1)


def asked(answers: Answers, *types: str, **named: Any) -> Snapshot:
    resource = Resource({}, **{"name": "it", "id": "vpc-1", **named})
    return ask(cast(Aws, answers), READERS, taken(), [(resource, types)])


def test_what_is_there_joins_the_others() -> None:
    answers = Answers(us_east_1=Found([{"VpcId": "vpc-1"}]))
    snapshot = asked(answers, VPC)
    assert [(r.id, r.region) for r in snapshot.resources] == [("vpc-1", "us-east-1")]
    assert snapshot.answers == {}
    assert snapshot.calls == {"ec2": 2}


def test_what_no_region_has_is_gone() -> None:
    snapshot = asked(Answers(us_east_1=Missing()), VPC, EC2_DEFAULT_VPC)
    assert snapshot.resources == ()
    assert list(snapshot.answers.values()) == [None]


def test_what_waits_for_its_deletion_is_gone_for_who_asks_for_it() -> None:
    snapshot = asked(Answers(us_east_1=Found([{"VpcId": "vpc-1", "State": "deleting"}])), VPC)
    assert snapshot.resources == ()
    assert list(snapshot.answers.values()) == [None]


def test_what_may_be_where_nothing_could_be_seen_is_not_gone() -> None:
    assert list(asked(Answers(us_east_1=DENIED), VPC).answers.values()) == [DENIED]


def test_region_that_is_known_is_asked_alone() -> None:
    answers = Answers()
    snapshot = asked(answers, VPC, region="us-east-1")
    assert answers.calls == {"ec2": 1}
    assert list(snapshot.answers.values()) == [None]


def test_what_its_name_is_not_enough_to_ask_for_stays_open() -> None:
    answers = Answers()
    assert asked(answers, LOG_METRIC_FILTER).answers == {}
    assert answers.calls == {}


@pytest.mark.parametrize("types", [(), (KMS_KEY,)])
def test_nothing_is_asked_of_what_nothing_reads(types: tuple[str, ...]) -> None:
    answers = Answers()
    assert asked(answers, *types).answers == {}
    assert answers.calls == {}


S3 = Reader(
    types=(S3_BUCKET,),
    listing=Ask("s3", "ListBuckets", "Buckets"),
    key=lambda item, scope: Key(item["Name"]),
    build=lambda item, details, scope: [shown(scope, S3_BUCKET, item["Name"], {})],
    details={"acl": Detail(Ask("s3", "GetBucketAcl"), lambda item: {"Bucket": item["Name"]})},
    arn_service="s3",
)


@pytest.mark.parametrize(
    ("acl", "urn", "gone"),
    [
        (Missing(), None, True),
        (DENIED, None, False),
        (Found({"Owner": {}}), None, False),
        # What the state says is the stack's is gone, whoever has its name now.
        (DENIED, "urn:pulumi:dev::p::t::it", True),
    ],
)
def test_bucket_of_another_account_is_not_gone(acl: Fetched, urn: str | None, gone: bool) -> None:
    class Buckets(Answers):
        def fetch(self, asked: Ask, region: str, parameters: Mapping[str, Any] = {}) -> Fetched:
            return acl if asked.operation == "GetBucketAcl" else Found([])

    bucket = Resource({}, name="b", id="b", arn="arn:aws:s3:::b", urn=urn)
    snapshot = ask(cast(Aws, Buckets()), [S3], taken(), [(bucket, (S3_BUCKET,))])
    assert snapshot.resources == ()
    assert [resource.id for resource in snapshot.foreign] == ([] if gone else ["b"])
    assert list(snapshot.answers.values()) == ([None] if gone else [])
