"""The longest name parts that a configuration may have still make names that AWS accepts."""

from __future__ import annotations

import re

import pytest

from tests.unit.infra.program import changed_config, refusal, run_program

# Each service's API reference, the longest name that its create operation takes. What isn't here
# takes 255 characters or more.
LONGEST = {
    "aws:backup/vault:Vault": ("name", 50),
    "aws:cloudwatch/eventRule:EventRule": ("name", 64),
    "aws:codebuild/project:Project": ("name", 150),
    "aws:codecommit/repository:Repository": ("repository_name", 100),
    "aws:codedeploy/application:Application": ("name", 100),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": ("deployment_group_name", 100),
    "aws:codepipeline/pipeline:Pipeline": ("name", 100),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("replication_group_id", 40),
    "aws:ec2/launchTemplate:LaunchTemplate": ("name", 128),
    "aws:iam/instanceProfile:InstanceProfile": ("name", 128),
    "aws:iam/role:Role": ("name", 64),
    "aws:lambda/function:Function": ("name", 64),
    "aws:lb/loadBalancer:LoadBalancer": ("name", 32),
    "aws:lb/targetGroup:TargetGroup": ("name", 32),
    "aws:rds/cluster:Cluster": ("cluster_identifier", 63),
    "aws:rds/clusterInstance:ClusterInstance": ("identifier", 63),
    "aws:rds/instance:Instance": ("identifier", 63),
    "aws:scheduler/schedule:Schedule": ("name", 64),
    "aws:s3/bucket:Bucket": ("bucket", 63),
    "aws:wafv2/webAcl:WebAcl": ("name", 128),
}


@pytest.mark.parametrize(
    ("stack", "key"),
    [
        ("cicd-staging", "project"),
        ("nightly-prod", "project"),
        ("nova-prod", "team"),
        ("scalepayments-staging", "project"),
        ("serverless-prod", "environment_suffix"),
        ("tap-production", "environment_suffix"),
    ],
)
def test_the_longest_accepted_value_makes_no_name_too_long(stack: str, key: str) -> None:
    (sentence,), _ = refusal(stack, {key: "x" * 200})
    (longest,) = re.findall(r"must be at most (\d+) characters", sentence)
    deployment = run_program(stack, changed_config(stack, {key: "x" * int(longest)}))
    lengths = [
        (longest_of_type - len(resource[name]), resource[name])
        for type_, (name, longest_of_type) in LONGEST.items()
        for resource in deployment.all(type_)
    ]
    assert min(lengths)[0] == 0, f"{key} could be longer, or makes a name too long: {min(lengths)}"
