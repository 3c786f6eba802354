from __future__ import annotations

import pytest

from tests.unit.infra.facts import outputs_tell_the_alarms, taggable
from tests.unit.infra.program import ACCOUNT, Declared, Deployment
from tests.unit.infra.tap.conftest import Configured

BASE = {
    "environment": "production",
    "Environment": "production",
    "Project": "tap",
    "ManagedBy": "Pulumi",
    "Stack": "tap-production",
    "Owner": "platform-team",
    "CostCenter": "CC-1000",
}


def _base(resource: Declared, environment: str = "production") -> dict[str, str]:
    base = BASE | {"Environment": environment}
    if resource.type.startswith("aws:iam/"):
        # IAM takes keys that differ only in case for the same one, and refuses the second.
        del base["environment"]
    return base


@pytest.mark.requirement("2.2")
def test_every_taggable_resource_carries_the_base_and_its_component(
    deployment: Deployment,
) -> None:
    resources = [resource for resource in deployment.custom if taggable(resource)]
    assert len(resources) > 30
    for resource in resources:
        tags = resource["tags"]
        assert _base(resource).items() <= tags.items(), resource.name
        assert tags["Component"]
        assert tags["Name"].startswith("tap-")
        assert tags["Name"].endswith("-production")


def test_the_suffix_is_in_the_tag_and_in_every_name(configured: Configured) -> None:
    deployment = configured(environment_suffix="pr-7")
    for resource in deployment.custom:
        if taggable(resource):
            assert _base(resource, "pr-7").items() <= resource["tags"].items(), resource.name
        name = resource.inputs.get("name", "")
        if name not in ("", "replicate", "write-flow-logs"):
            assert name.removeprefix("alias/").startswith("tap-"), resource.name
            assert name.endswith("-pr-7"), resource.name
    buckets = deployment.all("aws:s3/bucket:Bucket")
    assert {b["bucket"] for b in buckets} == {
        f"tap-{name}-pr-7-{ACCOUNT}" for name in ("data", "logs", "backup")
    }


@pytest.mark.requirement("2.1")
def test_tags_of_the_stack_are_added(configured: Configured) -> None:
    vpc = configured(tags='{"Team": "core", "Tier-1": "yes"}').only("aws:ec2/vpc:Vpc")
    assert vpc["tags"] == {
        **{key: value for key, value in BASE.items() if key != "CostCenter"},
        "Team": "core",
        "Tier-1": "yes",
        "Component": "network",
        "Name": "tap-vpc-production",
    }


COMMON = {
    "project": "tap",
    "environment": "production",
    "stack": "tap-production",
    "blueprint": "tap",
    "region": "us-east-1",
    "account_id": ACCOUNT,
    "settings": {
        "aws:region": "us-east-1",
        "environment_suffix": "production",
        "vpc_cidr": "10.0.0.0/16",
        "availability_zones": '["us-east-1a", "us-east-1b"]',
        "enable_flow_logs": True,
        "enable_cross_region_replication": True,
        "backup_region": "us-west-2",
        "allowed_cidr": "10.0.0.0/8",
        "tags": '{"CostCenter": "CC-1000"}',
        "owner": "platform-team",
        "alert_email": "platform-oncall@example.com",
    },
}
REQUIRED = {
    "vpc_id": "Vpc-vpc",
    "public_subnet_ids": ["Subnet-public-a", "Subnet-public-b"],
    "private_subnet_ids": ["Subnet-private-a", "Subnet-private-b"],
    "security_group_ids": {
        tier: f"SecurityGroup-{tier}-security-group" for tier in ("web", "app", "db", "ssh")
    },
    "s3_bucket_names": {name: f"Bucket-{name}" for name in ("data", "logs", "backup")},
    "cloudwatch_log_groups": {
        use: f"tap-{use}-logs-production" for use in ("application", "infrastructure")
    },
}
ALERTS = {
    "alerts_topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:topic/tap-alerts-production",
    "alarm_names": ["tap-high-cpu-production"],
}


@pytest.mark.requirement("2.7")
def test_outputs_are_exactly_these(deployment: Deployment) -> None:
    outputs = {key: value for key, value in deployment.outputs.items() if key != "alarm_settings"}
    assert outputs == {**COMMON, **REQUIRED, **ALERTS, "backup_region": "us-west-2"}
    assert outputs_tell_the_alarms(deployment)
    assert deployment.secret_outputs == set()


@pytest.mark.parametrize("name", ["vpc_id", "s3_bucket_names", "cloudwatch_log_groups"])
def test_required_outputs_do_not_depend_on_what_is_switched_off(
    switched_off: Deployment, name: str
) -> None:
    assert switched_off.outputs[name]
