from __future__ import annotations

import json
import re

import pytest

from tests.unit.infra.facts import outputs_tell_the_alarms
from tests.unit.infra.program import TOKEN, Deployment, run_program
from tests.unit.infra.scalepayments.conftest import Deployed

SERVICES = ("api", "payment", "notification")
KEYS = ("database", "cache", "logs", "secrets", "alerts")
EVERYWHERE = {
    "project",
    "environment",
    "stack",
    "blueprint",
    "region",
    "account_id",
    "vpc_id",
    "vpc_cidr",
    "availability_zones",
    "public_subnet_ids",
    "private_subnet_ids",
    "database_subnet_ids",
    "internet_gateway_id",
    "nat_gateway_ids",
    "public_route_table_ids",
    "private_route_table_ids",
    "database_route_table_ids",
    "alb_security_group_id",
    "service_security_group_id",
    "database_security_group_id",
    "cache_security_group_id",
    "flow_log_group_name",
    "alb_arn",
    "alb_name",
    "alb_dns_name",
    "http_listener_arn",
    "https_listener_arn",
    "access_logs_bucket_name",
    "domain_name",
    "hosted_zone_id",
    "dns_record_ids",
    "certificate_arn",
    "service_url",
    "ecs_cluster_name",
    "ecs_cluster_arn",
    "container_insights_log_group_name",
    "service_names",
    "target_group_arns",
    "task_definition_arns",
    "service_log_group_names",
    *(
        f"{service}_{what}"
        for service in SERVICES
        for what in (
            "service_name",
            "service_arn",
            "target_group_arn",
            "task_definition_arn",
            "log_group_name",
            "execution_role_arn",
            "task_role_arn",
        )
    ),
    "database_cluster_identifier",
    "database_cluster_arn",
    "database_endpoint",
    "database_reader_endpoint",
    "database_port",
    "database_name",
    "database_instance_ids",
    "database_secret_arn",
    "database_log_group_name",
    "redis_replication_group_id",
    "redis_primary_endpoint",
    "redis_port",
    "redis_secret_arn",
    "redis_log_group_names",
    *(f"{key}_kms_key_{what}" for key in KEYS for what in ("arn", "id")),
    "alerts_topic_arn",
    "alarm_names",
    "alarm_settings",
    *(
        f"{service}_{what}"
        for service in SERVICES
        for what in ("image", "command_sha256", "cpu", "memory", "port", "health_path")
    ),
    "settings",
    "dashboard_name",
}
GUARDED = {
    "web_acl_arn",
    "web_acl_log_group_name",
    "guardduty_detector_arn",
    "guardduty_detector_id",
    "config_recorder_name",
    "config_bucket_name",
    "config_kms_key_arn",
    "config_kms_key_id",
    "config_rule_names",
    "audit_trail_arn",
    "audit_bucket_name",
    "audit_log_group_name",
    "audit_kms_key_arn",
    "audit_kms_key_id",
}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("dev", EVERYWHERE),
        ("staging", EVERYWHERE | GUARDED),
        ("prod", EVERYWHERE | GUARDED),
    ],
)
def test_outputs_are_exactly_these(
    deployed: Deployed, environment: str, expected: set[str]
) -> None:
    assert set(deployed(environment).outputs) == expected


def test_outputs_are_flat_and_never_empty(deployment: Deployment) -> None:
    for name, value in deployment.outputs.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        items = list(value.values()) if isinstance(value, dict) else value
        for leaf in items if isinstance(items, list) else [items]:
            assert isinstance(leaf, (str, int, float, bool))
            assert leaf != ""


def test_no_output_is_or_holds_a_secret(deployment: Deployment) -> None:
    assert deployment.secret_outputs == set()
    assert TOKEN not in json.dumps(deployment.outputs)


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_outputs_say_what_and_where_the_stack_is(deployed: Deployed, environment: str) -> None:
    outputs = deployed(environment).outputs
    assert outputs["project"] == "scalepayments"
    assert outputs["environment"] == environment
    assert outputs["stack"] == f"scalepayments-{environment}"
    assert outputs["blueprint"] == "scalepayments"
    assert outputs["region"] == "us-east-1"
    assert outputs["account_id"] == "123456789012"


def test_lists_of_services_keep_one_order(deployment: Deployment) -> None:
    for plural, what in (
        ("service_names", "service_name"),
        ("target_group_arns", "target_group_arn"),
        ("task_definition_arns", "task_definition_arn"),
        ("service_log_group_names", "log_group_name"),
    ):
        assert deployment.outputs[plural] == [
            deployment.outputs[f"{service}_{what}"] for service in SERVICES
        ]


def test_every_alarm_is_in_the_outputs(deployment: Deployment) -> None:
    alarms = {alarm["name"] for alarm in deployment.all("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert set(deployment.outputs["alarm_names"]) == alarms
    assert outputs_tell_the_alarms(deployment)


def test_the_address_is_the_configured_domain(staging: Deployment) -> None:
    assert staging.outputs["service_url"] == "https://staging.payments.example.com"


@pytest.fixture(scope="module")
def preview() -> Deployment:
    return run_program("scalepayments-staging", preview=True)


def test_a_first_preview_declares_the_same_resources(
    staging: Deployment, preview: Deployment
) -> None:
    declared = {(resource.type, resource.name) for resource in preview.resources}
    assert declared == {(resource.type, resource.name) for resource in staging.resources}
    assert preview.outputs["region"] == "us-east-1"


def test_policies_that_names_decide_can_be_judged_at_a_first_preview(preview: Deployment) -> None:
    for type_, name in (
        ("aws:s3/bucketPolicy:BucketPolicy", "access-logs"),
        ("aws:kms/key:Key", "logs-key"),
        ("aws:iam/rolePolicy:RolePolicy", "flow-logs"),
        ("aws:sns/topicPolicy:TopicPolicy", "alerts"),
    ):
        assert preview.only(type_, name).policy()
