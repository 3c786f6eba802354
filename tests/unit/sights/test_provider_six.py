"""Stacks of version 6 of the AWS provider get the verdicts that they would get in version 7."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.model import Sight, Stack, outcome_word
from stackproof.parity.unmanaged import unmanaged
from stackproof.policy_pack import policies
from stackproof.sights.state import State, load_state
from stackproof.testing import analyze
from stackproof.types.tokens import REDSHIFT_CLUSTER, REDSHIFT_LOGGING
from tests.unit.sights.answering import ACCOUNT, REGION

# A resource: its token, its name, its id and its properties on the wire.
Record = tuple[str, str, str, Mapping[str, Any]]

TAGS = {"Project": "shop", "Environment": "prod", "Owner": "web", "ManagedBy": "Pulumi"}
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/shop/1"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:flows"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"


def warehouse(**more: Any) -> Record:
    held = {"clusterIdentifier": "dw", "encrypted": True, "tags": TAGS, **more}
    return ("aws:redshift/cluster:Cluster", "dw", "dw", held)


def audit(**more: Any) -> Record:
    held = {"clusterIdentifier": "dw", **more}
    return ("aws:redshift/logging:Logging", "audit", "dw", held)


def network(**flow: Any) -> tuple[Record, ...]:
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-flow-log/fl-1"
    held = {"arn": arn, "vpcId": "vpc-1", "trafficType": "ALL", "tags": TAGS, **flow}
    vpc = {"cidrBlock": "10.0.0.0/16", "tags": TAGS}
    return (
        ("aws:ec2/vpc:Vpc", "vpc", "vpc-1", vpc),
        ("aws:cloudwatch/logGroup:LogGroup", "group", "flows", {"name": "flows", "arn": GROUP}),
        ("aws:ec2/flowLog:FlowLog", "flows", "fl-1", held),
    )


def bucket(type_: str, **more: Any) -> Record:
    held = {"bucket": "shop", "arn": "arn:aws:s3:::shop", "tags": TAGS, **more}
    return (f"aws:s3/{type_}:{type_[0].upper()}{type_[1:]}", "b", "shop", held)


def beside(setting: str, version: str, **held: Any) -> Record:
    type_ = f"bucket{setting}{version}"
    return (f"aws:s3/{type_}:B{type_[1:]}", setting, "shop", {"bucket": "shop", **held})


def settings(version: str) -> tuple[Record, ...]:
    by_default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}
    return (
        beside("Versioning", version, versioningConfiguration={"status": "Enabled"}),
        beside("Logging", version, targetBucket="logs", targetPrefix="shop/"),
        beside(
            "ServerSideEncryptionConfiguration",
            version,
            rules=[{"applyServerSideEncryptionByDefault": by_default}],
        ),
        beside(
            "LifecycleConfiguration",
            version,
            rules=[{"id": "old", "status": "Enabled", "expiration": {"days": 30}, "filter": {}}],
        ),
        beside("Acl", version, acl="private"),
    )


def balancer(module: str) -> tuple[Record, ...]:
    held = {"name": "shop", "arn": BALANCER, "internal": False, "tags": TAGS}
    listener = {"loadBalancerArn": BALANCER, "port": 80, "protocol": "HTTP"}
    return (
        (f"aws:{module}/loadBalancer:LoadBalancer", "lb", BALANCER, held),
        (f"aws:{module}/listener:Listener", "http", f"{BALANCER}/2", listener),
    )


INSIDE = {"enable": True, "bucketName": "logs", "s3KeyPrefix": "dw"}
COPIED = {"destinationRegion": "eu-central-1", "retentionPeriod": 7}
# By what version 7 changed: the resources as version 6 has them, and as version 7 does.
PAIRS: dict[str, tuple[Sequence[Record], Sequence[Record]]] = {
    "Redshift logging": (
        (warehouse(logging=INSIDE),),
        (warehouse(), audit(bucketName="logs", s3KeyPrefix="dw")),
    ),
    "Redshift logging to a log group": (
        (warehouse(logging={"enable": True, "logDestinationType": "cloudwatch"}),),
        (warehouse(), audit(logDestinationType="cloudwatch")),
    ),
    "Redshift logging that is off": ((warehouse(logging={"enable": False}),), (warehouse(),)),
    "Redshift without logging": ((warehouse(logging=None),), (warehouse(),)),
    "Redshift snapshot copy": ((warehouse(snapshotCopy=COPIED),), (warehouse(),)),
    "flow log by its group's name": (
        network(logGroupName="flows", logDestination=""),
        network(logDestination=GROUP),
    ),
    "flow log to a group that is told twice": (
        network(logGroupName="flows", logDestination=GROUP),
        network(logDestination=GROUP),
    ),
    "flow log without a destination": (network(logGroupName=""), network()),
    "address of a VPC": (
        (("aws:ec2/eip:Eip", "e", "eipalloc-1", {"vpc": True, "tags": TAGS}),),
        (("aws:ec2/eip:Eip", "e", "eipalloc-1", {"domain": "vpc", "tags": TAGS}),),
    ),
    "bucket in lists of one": (
        (
            bucket(
                "bucketV2",
                versionings=[{"enabled": True}],
                loggings=[{"targetBucket": "logs"}],
                lifecycleRules=[{"enabled": True, "id": "x", "expirations": [{"days": 3}]}],
            ),
        ),
        (
            bucket(
                "bucket",
                versioning={"enabled": True},
                logging={"targetBucket": "logs"},
                lifecycleRules=[{"enabled": True, "id": "x", "expiration": {"days": 3}}],
            ),
        ),
    ),
    "bucket's resources of version 2": (
        (bucket("bucketV2"), *settings("V2")),
        (bucket("bucket"), *settings("")),
    ),
    "load balancer by its older module": (balancer("alb"), balancer("lb")),
    "load balancer by its oldest module": (
        balancer("elasticloadbalancingv2"),
        balancer("lb"),
    ),
}


def state_of(folder: Path, records: Sequence[Record]) -> State:
    resources = [
        {
            "urn": f"urn:pulumi:prod::shop::{token}::{name}",
            "type": token,
            "custom": True,
            "id": id_,
            "inputs": dict(held),
            "outputs": {"id": id_, **held},
        }
        for token, name, id_, held in records
    ]
    file = folder / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    return load_state(file)


def verdicts(stack: Stack) -> set[tuple[str, str, str, str]]:
    """Give all verdicts but those on what is a resource of its own in one version only."""
    return {
        (found.control.id, found.resource.name, found.facet, outcome_word(found.outcome))
        for found in judge(stack)
        if found.resource.type != REDSHIFT_LOGGING
    }


@pytest.mark.parametrize("change", PAIRS)
def test_both_versions_get_the_same_verdicts_on_their_state(tmp_path: Path, change: str) -> None:
    six, seven = (verdicts(state_of(tmp_path, records).stack) for records in PAIRS[change])
    assert six
    assert six == seven


@pytest.mark.parametrize("change", PAIRS)
def test_both_versions_get_the_same_verdicts_at_preview(tmp_path: Path, change: str) -> None:
    def violated(records: Sequence[Record]) -> set[tuple[str, str]]:
        stack = Stack(state_of(tmp_path, records).stack, Sight.DECLARED)
        found = analyze(policies(), stack)
        return {(line.policy, (line.urn or "").rpartition("::")[2]) for line in found}

    six, seven = map(violated, PAIRS[change])
    assert six == seven


def test_what_stands_inside_is_managed_though_aws_shows_it_apart(tmp_path: Path) -> None:
    state = state_of(tmp_path, [warehouse(logging=INSIDE)])
    live = state_of(tmp_path, [audit(bucketName="logs")]).stack
    (shown,) = live.all(REDSHIFT_LOGGING)
    stranger = [type(shown)(shown.data, type=shown.type, name=shown.name, id=shown.id)]
    assert unmanaged(state, stranger) == []
    bare = state_of(tmp_path, [warehouse()])
    assert [found.type for found in unmanaged(bare, stranger)] == [REDSHIFT_LOGGING]
    assert REDSHIFT_CLUSTER in {resource.type for resource in state.stack}
