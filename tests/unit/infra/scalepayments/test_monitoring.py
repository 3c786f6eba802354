from __future__ import annotations

import json

import pytest

from stackproof.types.tokens import METRIC_ALARM
from tests.unit.infra.program import ACCOUNT, Declared, Deployment
from tests.unit.infra.scalepayments.conftest import Deployed

SERVICES = ("api", "payment", "notification")


def _alarm(deployment: Deployment, metric: str, **dimensions: str) -> Declared:
    found = [
        alarm
        for alarm in deployment.all(METRIC_ALARM)
        if alarm["metric_name"] == metric
        and dimensions.items() <= alarm.inputs.get("dimensions", {}).items()
    ]
    assert len(found) == 1
    return found[0]


def test_every_alarm_tells_the_topic_of_trouble_and_of_its_end(deployment: Deployment) -> None:
    topic = [deployment.outputs["alerts_topic_arn"]]
    for alarm in deployment.all(METRIC_ALARM):
        assert alarm["alarm_actions"] == topic
        assert alarm["ok_actions"] == topic
        assert alarm["actions_enabled"] is True


def test_every_alarm_says_what_is_wrong(deployment: Deployment) -> None:
    meanings = [alarm["alarm_description"] for alarm in deployment.all(METRIC_ALARM)]
    assert all(len(meaning) > 20 for meaning in meanings)
    assert len(set(meanings)) == len(meanings)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("metric", "threshold"), [("CPUUtilization", 80), ("MemoryUtilization", 80)]
)
def test_services_are_watched_for_cpu_and_memory(
    staging: Deployment, service: str, metric: str, threshold: float
) -> None:
    alarm = _alarm(staging, metric, ServiceName=f"scalepayments-{service}-staging")
    assert alarm["dimensions"]["ClusterName"] == "scalepayments-cluster-staging"
    assert alarm["namespace"] == "AWS/ECS"
    assert alarm["threshold"] == threshold
    assert alarm["treat_missing_data"] == "breaching"


@pytest.mark.parametrize("service", SERVICES)
def test_services_are_watched_for_errors_latency_and_health(
    deployment: Deployment, service: str
) -> None:
    group = deployment.only("aws:lb/targetGroup:TargetGroup", service)["name"]
    suffix = f"targetgroup/{group}/0123456789abcdef"
    errors = _alarm(deployment, "HTTPCode_Target_5XX_Count", TargetGroup=suffix)
    latency = _alarm(deployment, "TargetResponseTime", TargetGroup=suffix)
    health = _alarm(deployment, "UnHealthyHostCount", TargetGroup=suffix)
    assert (errors["statistic"], errors["threshold"]) == ("Sum", 10)
    assert (latency["extended_statistic"], latency["threshold"]) == ("p99", 1)
    assert "statistic" not in latency.inputs
    assert health["comparison_operator"] == "GreaterThanOrEqualToThreshold"
    assert health["threshold"] == 1


@pytest.mark.parametrize("service", SERVICES)
def test_error_lines_are_counted_and_watched(staging: Deployment, service: str) -> None:
    counter = staging.only("aws:cloudwatch/logMetricFilter:LogMetricFilter", service)
    metric = counter["metric_transformation"]
    assert counter["pattern"] == "ERROR"
    assert counter["log_group_name"] == f"/ecs/scalepayments-{service}-staging"
    alarm = _alarm(staging, metric["name"])
    assert alarm["namespace"] == metric["namespace"] == "scalepayments-staging"


@pytest.mark.requirement("3.19")
@pytest.mark.parametrize(
    ("environment", "connections"), [("dev", 320), ("staging", 1280), ("prod", 2640)]
)
def test_the_database_is_watched(deployed: Deployed, environment: str, connections: int) -> None:
    deployment = deployed(environment)
    cluster = f"scalepayments-database-{environment}"
    alarm = _alarm(deployment, "DatabaseConnections", DBClusterIdentifier=cluster)
    assert alarm["threshold"] == connections
    assert _alarm(deployment, "CPUUtilization", DBClusterIdentifier=cluster)["threshold"] == 80
    memory = _alarm(deployment, "FreeableMemory", DBClusterIdentifier=cluster)
    assert memory["comparison_operator"] == "LessThanThreshold"


def test_replica_lag_is_watched_where_there_are_replicas(deployed: Deployed) -> None:
    lag = {
        environment: [
            alarm["threshold"]
            for alarm in deployed(environment).all(METRIC_ALARM)
            if alarm["metric_name"] == "AuroraReplicaLagMaximum"
        ]
        for environment in ("dev", "staging", "prod")
    }
    assert lag == {"dev": [], "staging": [1000], "prod": [1000]}


@pytest.mark.parametrize(
    "metric",
    ["EngineCPUUtilization", "DatabaseMemoryUsagePercentage", "Evictions", "CurrConnections"],
)
@pytest.mark.parametrize(("environment", "nodes"), [("dev", 1), ("staging", 2), ("prod", 3)])
def test_every_redis_node_is_watched(
    deployed: Deployed, environment: str, nodes: int, metric: str
) -> None:
    watched = {
        alarm["dimensions"]["CacheClusterId"]
        for alarm in deployed(environment).all(METRIC_ALARM)
        if alarm["metric_name"] == metric
    }
    expected = {f"scalepayments-redis-{environment}-{node:03d}" for node in range(1, nodes + 1)}
    assert watched == expected


def test_the_topic_is_encrypted_and_takes_notices_of_this_account_only(
    staging: Deployment,
) -> None:
    topic = staging.only("aws:sns/topic:Topic")
    allow, deny = staging.only("aws:sns/topicPolicy:TopicPolicy").policy()
    assert topic["kms_master_key_id"].endswith("key/alerts-key")
    assert allow["Principal"] == {
        "Service": ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"]
    }
    assert allow["Action"] == ["sns:Publish"]
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")


def test_people_hear_of_failures_of_the_database(deployment: Deployment) -> None:
    told = deployment.only("aws:rds/eventSubscription:EventSubscription")
    cluster = deployment.only("aws:rds/cluster:Cluster")
    assert told["sns_topic"] == deployment.outputs["alerts_topic_arn"]
    assert (told["source_type"], told["source_ids"]) == (
        "db-cluster",
        [cluster["cluster_identifier"]],
    )
    assert {"failover", "failure", "maintenance"} <= set(told["event_categories"])


def test_somebody_reads_the_alerts(staging: Deployment) -> None:
    subscription = staging.only("aws:sns/topicSubscription:TopicSubscription")
    assert subscription["protocol"] == "email"
    assert subscription["endpoint"] == "payments-oncall@example.com"


def test_the_dashboard_shows_all_that_is_watched(deployment: Deployment) -> None:
    body = json.loads(deployment.only("aws:cloudwatch/dashboard:Dashboard")["dashboard_body"])
    shown = {widget["properties"]["metrics"][0][1] for widget in body["widgets"]}
    alarms = deployment.all(METRIC_ALARM)
    assert len(body["widgets"]) == len(alarms)
    assert shown == {alarm["metric_name"] for alarm in alarms}
    places = {(widget["x"], widget["y"]) for widget in body["widgets"]}
    assert len(places) == len(body["widgets"])
    assert max(x for x, _ in places) + 8 <= 24


def test_the_firewall_uses_awss_rules_and_a_limit(prod: Deployment) -> None:
    rules = prod.only("aws:wafv2/webAcl:WebAcl")["rules"]
    groups = [
        rule["statement"]["managed_rule_group_statement"]["name"]
        for rule in rules
        if "managed_rule_group_statement" in rule["statement"]
    ]
    limits = [rule for rule in rules if "rate_based_statement" in rule["statement"]]
    assert {
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
    } <= set(groups)
    assert [rule["statement"]["rate_based_statement"]["limit"] for rule in limits] == [2000]
    assert [rule["priority"] for rule in rules] == list(range(len(rules)))


def test_the_firewall_stands_before_the_load_balancer_and_logs_no_credentials(
    prod: Deployment,
) -> None:
    association = prod.only("aws:wafv2/webAclAssociation:WebAclAssociation")
    logging = prod.only("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
    (destination,) = logging["log_destination_configs"]
    redacted = [field["single_header"]["name"] for field in logging["redacted_fields"]]
    assert association["resource_arn"] == prod.outputs["alb_arn"]
    assert "/aws-waf-logs-" in destination
    assert redacted == ["authorization", "cookie"]


def test_every_change_is_recorded(prod: Deployment) -> None:
    group = prod.only("aws:cfg/recorder:Recorder")["recording_group"]
    assert group == {"all_supported": True, "include_global_resource_types": True}
    assert prod.only("aws:cfg/recorderStatus:RecorderStatus")["is_enabled"] is True


def test_threats_are_reported_quickly(prod: Deployment) -> None:
    detector = prod.only("aws:guardduty/detector:Detector")
    assert detector["enable"] is True
    assert detector["finding_publishing_frequency"] == "FIFTEEN_MINUTES"
