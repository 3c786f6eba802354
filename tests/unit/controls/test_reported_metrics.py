"""Alarms on what is reported of what is there, where the cases of the control can't show it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Outcome, Pass, Resource, Sight, Stack, Unknown, worst
from stackproof.reasoning.dimensions import NAMED_TYPES, NOT_ALL_SEEN
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.types import metrics, tokens

CONTROL = catalogue()["cloudwatch-alarm-metric-reported"]
LB_ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
LB = {"arn_suffix": "app/web/1", "load_balancer_type": "application"}
GROUP = {"arn_suffix": "targetgroup/web/2", "target_type": "ip", "load_balancer_arns": [LB_ARN]}
UNHEALTHY = {
    "namespace": "AWS/ApplicationELB",
    "metric_name": "UnHealthyHostCount",
    "dimensions": {"LoadBalancer": "app/web/1", "TargetGroup": "targetgroup/web/2"},
}


def thing(type_: str, data: dict[str, Any], **more: Any) -> Resource:
    return Resource(data, type=type_, name="web", region="eu-west-1", **more)


def outcome(alarm: dict[str, Any], *things: Resource, sight: Sight = Sight.LIVE) -> Outcome:
    judged = thing(tokens.METRIC_ALARM, alarm)
    return worst(*CONTROL.outcomes(judged, Stack([judged, *things], sight)).values())


def balanced(**changed: Any) -> Outcome:
    group = thing(tokens.LB_TARGET_GROUP, {**GROUP, **changed})
    return outcome(UNHEALTHY, thing(tokens.LB, LB, arn=LB_ARN), group)


def test_target_group_of_another_load_balancer_reports_nothing_beside_this_one() -> None:
    assert balanced() == Pass()
    assert isinstance(balanced(load_balancer_arns=[f"{LB_ARN}0"]), Fail)


def test_arn_names_no_load_balancer() -> None:
    alarm = {**UNHEALTHY, "dimensions": {"LoadBalancer": LB_ARN, "TargetGroup": "x"}}
    assert isinstance(outcome(alarm, thing(tokens.LB, LB, arn=LB_ARN)), Fail)


def test_name_that_a_program_does_not_know_may_be_anothers() -> None:
    assert isinstance(outcome(UNHEALTHY, sight=Sight.DECLARED), Unknown)


def test_worldwide_metrics_are_reported_in_one_region() -> None:
    alarm = {
        "namespace": "AWS/CloudFront",
        "metric_name": "5xxErrorRate",
        "dimensions": {"DistributionId": "E1", "Region": "Global"},
    }
    distribution = thing(tokens.CLOUDFRONT_DISTRIBUTION, {}, id="E1")
    assert isinstance(outcome(alarm, distribution), Fail)


@pytest.mark.parametrize(
    ("metric", "engine", "right"),
    [
        ("FreeStorageSpace", "aurora-postgresql", Fail),
        ("FreeStorageSpace", "postgres", Pass),
        ("AuroraReplicaLag", "postgres", Fail),
        ("CPUUtilization", "postgres", Pass),
    ],
)
def test_engines_report_what_is_theirs(metric: str, engine: str, right: type) -> None:
    alarm = {
        "namespace": "AWS/RDS",
        "metric_name": metric,
        "dimensions": {"DBInstanceIdentifier": "db"},
    }
    database = thing(tokens.RDS_INSTANCE, {"identifier": "db", "engine": engine})
    assert isinstance(outcome(alarm, database), right)


@pytest.mark.parametrize(("node", "right"), [("cache-002", Pass), ("cache-004", Fail)])
def test_nodes_are_those_of_their_group(node: str, right: type) -> None:
    alarm = {
        "namespace": "AWS/ElastiCache",
        "metric_name": "EngineCPUUtilization",
        "dimensions": {"CacheClusterId": node},
    }
    group = {"replication_group_id": "cache", "num_cache_clusters": 3}
    found = outcome(alarm, thing(tokens.ELASTICACHE_REPLICATION_GROUP, group))
    assert isinstance(found, right)


def test_what_is_not_seen_is_gone_where_all_are_listed_or_the_name_leads_there() -> None:
    names = ("arn:aws:acm:eu-west-1:123456789012:certificate/1", "i-0123456789abcdef0")
    scope = Scope("eu-west-1", "123456789012", "aws", names, {})
    asked = {
        type_
        for reader in readers()
        for type_ in reader.types
        if reader.parents or [*reader.targets(scope), *reader.by_ids([*reader.ids(scope)])]
    }
    assert sorted({*NAMED_TYPES} - NOT_ALL_SEEN - asked) == []


def test_table_of_metrics_is_whole_and_young() -> None:
    found = metrics.namespaces()
    assert all(one.source and one.metrics for one in found.values())
    assert date.today() - metrics.read_on() < timedelta(days=180)
