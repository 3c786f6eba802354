"""The table of Pulumi's types agrees with the installed SDK, and knows a type by all its names."""

from __future__ import annotations

import json
import re

import pytest

from stackproof.types import generate, packed, sdk
from stackproof.types.table import (
    Form,
    canonical,
    other_tokens,
    tagged,
    type_of,
    types,
)


def test_table_is_the_installed_sdks() -> None:
    made = json.loads(json.dumps(generate.table()))
    kept = {key: packed.head()[key] for key in ("version", "names", "tagged")}
    assert kept == {key: made[key] for key in kept}, "run python -m stackproof.types.generate"
    assert {*packed.head()["modules"]} == {*made["modules"]}
    for name, contents in made["modules"].items():
        assert packed.module(name) == contents, f"{name}: run python -m stackproof.types.generate"


def test_every_class_that_the_sdk_registers_is_in_the_table() -> None:
    registered = re.findall(r'"(aws:[^"]+)": "\w+"', (sdk.sdk() / "__init__.py").read_text())
    assert len(registered) > 1700
    assert [token for token in registered if type_of(token) is None] == []


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("aws:alb/loadBalancer:LoadBalancer", "aws:lb/loadBalancer:LoadBalancer"),
        ("aws:applicationloadbalancing/listener:Listener", "aws:lb/listener:Listener"),
        ("aws:elasticloadbalancingv2/listener:Listener", "aws:lb/listener:Listener"),
        ("aws:elasticloadbalancing/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"),
        ("aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"),
        (
            "aws:s3/bucketVersioningV2:BucketVersioningV2",
            "aws:s3/bucketVersioning:BucketVersioning",
        ),
        (
            "aws:ec2/encryptionControl:EncryptionControl",
            "aws:ec2/vpcEncryptionControl:VpcEncryptionControl",
        ),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObjectv2:BucketObjectv2"),
        ("aws:s3/bucket:Bucket", "aws:s3/bucket:Bucket"),
        ("aws:wafv2/webAcl:WebAcl", "aws:wafv2/webAcl:WebAcl"),
        ("random:index/randomString:RandomString", "random:index/randomString:RandomString"),
        ("pulumi:pulumi:Stack", "pulumi:pulumi:Stack"),
    ],
)
def test_type_is_known_by_one_name(given: str, known: str) -> None:
    assert canonical(given) == known
    assert given == known or given in other_tokens(known)


def test_forms_of_a_trigger() -> None:
    trigger = type_of("aws:glue/trigger:Trigger")
    assert trigger is not None
    actions = trigger.shape.kinds["actions"]
    assert actions.form is Form.LIST
    assert actions.of is not None
    assert actions.of.shape.kinds["arguments"].form is Form.MAP
    assert actions.of.shape.kinds["timeout"].form is Form.INTEGER
    assert {"arn", "state", "tags_all"} == trigger.outputs


def test_policy_may_be_text_or_a_document() -> None:
    policy = type_of("aws:iam/policy:Policy")
    assert policy is not None
    assert policy.shape.kinds["policy"].form is Form.DOCUMENT


def test_shape_that_holds_itself_is_known_as_deep_as_it_goes() -> None:
    group = type_of("aws:wafv2/ruleGroup:RuleGroup")
    assert group is not None
    rules = group.shape.kinds["rules"]
    assert rules.of is not None
    kind = rules.of.shape.kinds["statement"]
    for _ in range(4):
        assert "geo_match_statement" in kind.shape.kinds
        statements = kind.shape.kinds["and_statement"].shape.kinds["statements"]
        assert statements.of is not None
        kind = statements.of


def test_tagged_types_and_the_properties_that_name_them() -> None:
    assert tagged()["aws:s3/bucket:Bucket"] == "bucket"
    assert tagged()["aws:codedeploy/deploymentGroup:DeploymentGroup"] == "deployment_group_name"
    assert tagged()["aws:ec2/vpc:Vpc"] is None
    assert "aws:sns/topicPolicy:TopicPolicy" not in tagged()


def test_each_type_stands_once() -> None:
    known = [found.token for found in types()]
    assert len(known) == len({*known}) > 1600
    assert {canonical(token) for token in known} == {*known}
