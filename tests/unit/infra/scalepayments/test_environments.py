"""The table of environments in the requirements, row by row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.types.tokens import ELASTICACHE_REPLICATION_GROUP, RDS_CLUSTER, RDS_CLUSTER_INSTANCE
from tests.unit.infra.program import Deployment
from tests.unit.infra.scalepayments.conftest import ENVIRONMENTS, Deployed

LARGE = ("staging", "prod")


def by_environment(*values: Any) -> pytest.MarkDecorator:
    """Give a value for dev, staging and prod."""
    return pytest.mark.parametrize(
        ("environment", "expected"), list(zip(ENVIRONMENTS, values, strict=True))
    )


@pytest.mark.requirement("3.2")
@by_environment("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16")
def test_vpc(deployed: Deployed, environment: str, expected: str) -> None:
    assert deployed(environment).only("aws:ec2/vpc:Vpc")["cidr_block"] == expected


@pytest.mark.requirement("3.3")
@by_environment(2, 2, 3)
def test_zones(deployed: Deployed, environment: str, expected: int) -> None:
    subnets = deployed(environment).all("aws:ec2/subnet:Subnet")
    assert len({subnet["availability_zone"] for subnet in subnets}) == expected


@pytest.mark.requirement("3.4")
@by_environment((1, 2), (2, 4), (3, 10))
def test_tasks_per_service(deployed: Deployed, environment: str, expected: tuple[int, int]) -> None:
    targets = deployed(environment).all("aws:appautoscaling/target:Target")
    assert len(targets) == 3
    assert {(t["min_capacity"], t["max_capacity"]) for t in targets} == {expected}
    services = deployed(environment).all("aws:ecs/service:Service")
    assert {service["desired_count"] for service in services} == {expected[0]}


@pytest.mark.requirement("3.5")
@by_environment("db.t3.medium", "db.r5.large", "db.r5.xlarge")
def test_database_class(deployed: Deployed, environment: str, expected: str) -> None:
    instances = deployed(environment).all(RDS_CLUSTER_INSTANCE)
    assert {instance["instance_class"] for instance in instances} == {expected}


@pytest.mark.requirement("3.6")
@by_environment(1, 2, 3)
def test_database_instances_stand_in_different_zones(
    deployed: Deployed, environment: str, expected: int
) -> None:
    instances = deployed(environment).all(RDS_CLUSTER_INSTANCE)
    assert len(instances) == expected
    assert len({instance["availability_zone"] for instance in instances}) == expected


@pytest.mark.requirement("3.7")
@by_environment(1, 7, 30)
def test_backup_days(deployed: Deployed, environment: str, expected: int) -> None:
    assert deployed(environment).only(RDS_CLUSTER)["backup_retention_period"] == expected


@pytest.mark.requirement("3.8")
@by_environment(False, True, True)
def test_performance_insights_and_enhanced_monitoring(
    deployed: Deployed, environment: str, expected: bool
) -> None:
    for instance in deployed(environment).all(RDS_CLUSTER_INSTANCE):
        assert instance["performance_insights_enabled"] is expected
        assert (instance["monitoring_interval"] == 60) is expected
        for key in (
            "performance_insights_kms_key_id",
            "performance_insights_retention_period",
            "monitoring_role_arn",
        ):
            assert (key in instance.inputs) is expected


@pytest.mark.requirement("3.9")
@by_environment(1, 2, 3)
def test_redis_nodes(deployed: Deployed, environment: str, expected: int) -> None:
    redis = deployed(environment).only(ELASTICACHE_REPLICATION_GROUP)
    assert redis["num_node_groups"] * (1 + redis["replicas_per_node_group"]) == expected
    assert redis["automatic_failover_enabled"] is (expected > 1)
    assert redis["multi_az_enabled"] is (expected > 1)


@pytest.mark.requirement("3.10")
@by_environment(False, True, True)
@pytest.mark.parametrize(
    "type_",
    [
        "aws:wafv2/webAcl:WebAcl",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "aws:guardduty/detector:Detector",
        "aws:cfg/recorder:Recorder",
        "aws:cfg/recorderStatus:RecorderStatus",
        "aws:cfg/deliveryChannel:DeliveryChannel",
    ],
)
def test_waf_guardduty_and_config(
    deployed: Deployed, environment: str, expected: bool, type_: str
) -> None:
    assert len(deployed(environment).all(type_)) == int(expected)


@pytest.mark.requirement("3.11")
@by_environment(False, False, True)
def test_deletion_protection(deployed: Deployed, environment: str, expected: bool) -> None:
    deployment = deployed(environment)
    cluster = deployment.only(RDS_CLUSTER)
    assert cluster["deletion_protection"] is expected
    assert cluster["skip_final_snapshot"] is not expected
    assert cluster["delete_automated_backups"] is not expected
    load_balancer = deployment.only("aws:lb/loadBalancer:LoadBalancer")
    assert load_balancer["enable_deletion_protection"] is expected
    for bucket in deployment.all("aws:s3/bucket:Bucket"):
        assert bucket["force_destroy"] is not expected


def test_prod_takes_a_last_snapshot(prod: Deployment, staging: Deployment) -> None:
    snapshot = prod.only(RDS_CLUSTER)["final_snapshot_identifier"]
    assert snapshot == "scalepayments-database-prod-final"
    assert "final_snapshot_identifier" not in staging.only(RDS_CLUSTER).inputs


@pytest.mark.requirement("3.16")
@by_environment((256, 512), (512, 1024), (1024, 2048))
def test_task_size(deployed: Deployed, environment: str, expected: tuple[int, int]) -> None:
    for task in deployed(environment).all("aws:ecs/taskDefinition:TaskDefinition"):
        assert (int(task["cpu"]), int(task["memory"])) == expected
        (container,) = json.loads(task["container_definitions"])
        assert (container["cpu"], container["memory"]) == expected


@pytest.mark.requirement("3.19")
@by_environment(14, 90, 365)
def test_log_retention(deployed: Deployed, environment: str, expected: int) -> None:
    groups = deployed(environment).all("aws:cloudwatch/logGroup:LogGroup")
    assert {group["retention_in_days"] for group in groups} == {expected}


@by_environment(1, 7, 30)
def test_redis_snapshots(deployed: Deployed, environment: str, expected: int) -> None:
    assert (
        deployed(environment).only(ELASTICACHE_REPLICATION_GROUP)["snapshot_retention_limit"]
        == expected
    )


@by_environment(
    {"nat": 1, "keys": 5, "alarms": 27, "log_groups": 8, "roles": 7},
    {"nat": 2, "keys": 7, "alarms": 47, "log_groups": 10, "roles": 10},
    {"nat": 3, "keys": 7, "alarms": 51, "log_groups": 10, "roles": 10},
)
def test_counts(deployed: Deployed, environment: str, expected: dict[str, int]) -> None:
    deployment = deployed(environment)
    types = {
        "nat": "aws:ec2/natGateway:NatGateway",
        "keys": "aws:kms/key:Key",
        "alarms": "aws:cloudwatch/metricAlarm:MetricAlarm",
        "log_groups": "aws:cloudwatch/logGroup:LogGroup",
        "roles": "aws:iam/role:Role",
    }
    assert {what: len(deployment.all(type_)) for what, type_ in types.items()} == expected


@pytest.mark.parametrize(
    "type_",
    [
        "aws:ecs/cluster:Cluster",
        "aws:lb/loadBalancer:LoadBalancer",
        RDS_CLUSTER,
        ELASTICACHE_REPLICATION_GROUP,
        "aws:sns/topic:Topic",
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:acm/certificate:Certificate",
    ],
)
def test_each_environment_has_one(deployment: Deployment, type_: str) -> None:
    assert len(deployment.all(type_)) == 1


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_environments_share_no_name(deployed: Deployed, environment: str) -> None:
    others = [other for other in ENVIRONMENTS if other != environment]
    text = json.dumps([resource.inputs for resource in deployed(environment).custom])
    assert not any(f"scalepayments-{other}" in text for other in others)
    assert not any(f'-{other}"' in text for other in others)
