"""AWS Config asks of the account what the policy pack asks at preview, and what a stack shares."""

from __future__ import annotations

import json

import pytest
from moto.config.models import MANAGED_RULES_CONSTRAINTS
from pulumi_policy import EnforcementLevel

from infra.components.config_rules import RULES, ManagedRule
from stackproof.controls import catalogue
from stackproof.policy_pack.levels import level
from tests.unit.infra.program import ROOT, Deployment, changed_config, run_program
from tests.unit.infra.scalepayments.conftest import Deployed

RULE = "aws:cfg/rule:Rule"
RECORDER = "aws:cfg/recorder:Recorder"
DETECTOR = "aws:guardduty/detector:Detector"
# AWS's names of the types that the rules judge; AWS judges some settings with their resource.
AWS_NAMES = {
    "acm/Certificate": "AWS::ACM::Certificate",
    "cloudwatch/LogGroup": "AWS::Logs::LogGroup",
    "cloudwatch/MetricAlarm": "AWS::CloudWatch::Alarm",
    "ec2/DefaultSecurityGroup": "AWS::EC2::SecurityGroup",
    "ec2/SecurityGroup": "AWS::EC2::SecurityGroup",
    "ec2/Subnet": "AWS::EC2::Subnet",
    "ec2/Vpc": "AWS::EC2::VPC",
    "ecs/TaskDefinition": "AWS::ECS::TaskDefinition",
    "elasticache/ReplicationGroup": "AWS::ElastiCache::ReplicationGroup",
    "iam/Role": "AWS::IAM::Role",
    "kms/Key": "AWS::KMS::Key",
    "lb/Listener": "AWS::ElasticLoadBalancingV2::Listener",
    "lb/LoadBalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "rds/Cluster": "AWS::RDS::DBCluster",
    "rds/ClusterInstance": "AWS::RDS::DBInstance",
    "rds/SubnetGroup": "AWS::RDS::DBSubnetGroup",
    "s3/Bucket": "AWS::S3::Bucket",
    "secretsmanager/Secret": "AWS::SecretsManager::Secret",
    "sns/Topic": "AWS::SNS::Topic",
}
by_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.identifier)


def _short(token: str) -> str:
    service, _, name = token.removeprefix("aws:").partition("/")
    return f"{service}/{name.rpartition(':')[2]}"


@by_rule
def test_rule_is_one_of_aws_and_given_what_it_takes(rule: ManagedRule) -> None:
    """The list of managed rules is AWS's, as the emulator carries it."""
    known = MANAGED_RULES_CONSTRAINTS[rule.identifier]
    taken = {parameter["Name"] for parameter in known["Parameters"]}
    needed = {parameter["Name"] for parameter in known["Parameters"] if not parameter["Optional"]}
    assert needed <= rule.parameters.keys() <= taken
    assert rule.periodic == (known["Trigger type"] == "Periodic")
    judged = known.get("Resource Types", "")
    assert not judged or {AWS_NAMES[name] for name in rule.types} <= set(judged.split(", "))


@by_rule
def test_rule_asks_what_a_mandatory_control_asks(rule: ManagedRule) -> None:
    assert level(catalogue()[rule.control]) is EnforcementLevel.MANDATORY


@by_rule
def test_rule_is_about_something_that_the_stack_has(rule: ManagedRule, prod: Deployment) -> None:
    assert {*rule.types} <= {_short(resource.type) for resource in prod.custom}


def test_page_lists_every_rule_with_its_source() -> None:
    rows = [
        f"| `{rule.control}` | [`{rule.identifier}`]({rule.source}) | "
        f"{'periodically' if rule.periodic else 'after a change'} |"
        for rule in RULES
    ]
    page = (ROOT / "docs" / "managed-rules.md").read_text()
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows


def test_no_two_rules_are_the_same() -> None:
    assert len({rule.identifier for rule in RULES}) == len({r.control for r in RULES}) == len(RULES)
    assert RULES[0].source.endswith("/developerguide/acm-certificate-rsa-check.html")


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_rules_are_deployed_for_the_stacks_own_resources(
    deployed: Deployed, environment: str
) -> None:
    made = deployed(environment).all(RULE)
    assert len(made) == len(RULES)
    for rule in RULES:
        (one,) = [r for r in made if r["source"]["source_identifier"] == rule.identifier]
        assert one["name"] == f"scalepayments-{rule.label}-{environment}"
        assert json.loads(one.inputs.get("input_parameters", "{}")) == rule.parameters
        own = {"tag_key": "Stack", "tag_value": f"scalepayments-{environment}"}
        assert one.inputs.get("scope") == (None if rule.periodic else own)


def test_dev_has_no_rules(deployed: Deployed) -> None:
    assert deployed("dev").all(RULE) == []


def test_detector_and_recorder_of_another_environment_are_not_made_again() -> None:
    shared = {"guardduty_detector_id": "0123456789abcdef" * 2, "config_recorder_name": "theirs"}
    deployment = run_program("scalepayments-prod", changed_config("scalepayments-prod", shared))
    for type_ in (DETECTOR, RECORDER, "aws:cfg/deliveryChannel:DeliveryChannel"):
        assert deployment.all(type_) == []
    assert len(deployment.all(RULE)) == len(RULES)
    assert {name: deployment.outputs[name] for name in shared} == shared
    assert deployment.outputs["account_wide"] == [*shared.values()]
    assert not {"config_bucket_name", "config_kms_key_arn"} & deployment.outputs.keys()
