"""What somebody made with nothing beside it is in its account all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from stackproof.controls import judge
from stackproof.embedded import faults
from stackproof.embedded.frame.base import session
from stackproof.embedded.server.control import Server
from stackproof.model import Fail, Stack
from stackproof.sights.live.account import take_account
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard
from stackproof.types import tokens as t
from stackproof.types.scalable import SCALABLE
from tests.integration.conftest import REGION

Client = Callable[[str], Any]
ROLE = "arn:aws:iam::123456789012:role/any"
ANYBODY = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "logs:PutLogEvents",
    "Resource": "*",
}


def _task(client: Client) -> None:
    container = {
        "name": "any",
        "image": "any",
        "memory": 128,
        "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}],
    }
    client("ecs").register_task_definition(family="any", containerDefinitions=[container])


def _configuration(client: Client) -> None:
    client("autoscaling").create_launch_configuration(
        LaunchConfigurationName="any", ImageId="ami-12345678", InstanceType="t3.micro"
    )


def _channel(client: Client) -> None:
    config = client("config")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "any", "roleARN": ROLE})
    config.put_delivery_channel(DeliveryChannel={"name": "any", "s3BucketName": "any"})
    config.delete_configuration_recorder(ConfigurationRecorderName="any")


def _policy(client: Client) -> None:
    document = {"Version": "2012-10-17", "Statement": [ANYBODY]}
    client("logs").put_resource_policy(policyName="any", policyDocument=json.dumps(document))


# Each type that is found beside another mostly, and is there without it; a control that fails it.
ALONE: dict[str, tuple[Callable[[Client], None], str]] = {
    t.ECS_TASK_DEFINITION: (_task, "ecs-no-secrets-in-environment"),
    t.LAUNCH_CONFIGURATION: (_configuration, "ec2-instance-volumes-encrypted"),
    t.CONFIG_DELIVERY_CHANNEL: (_channel, ""),
    t.LOG_RESOURCE_POLICY: (_policy, "log-resource-policy-not-public"),
}


@pytest.fixture(scope="module")
def account(server: Server) -> Stack:
    """One of each, in an account that has nothing else."""
    faults.reset(server)
    own: Any = boto3.Session("another", "hand", region_name=REGION)
    for make, _ in ALONE.values():
        make(lambda service: own.client(service, endpoint_url=server.endpoint))
    aws = Aws(guard(readers()), server.endpoint, session())
    return take_account(aws, readers(), [REGION]).snapshot.stack()


@pytest.mark.parametrize("type_", ALONE)
def test_what_is_alone_is_found_and_judged(account: Stack, type_: str) -> None:
    (found,) = account.all(type_)
    failed = {
        finding.control.id
        for finding in judge(account)
        if finding.resource is found and isinstance(finding.outcome, Fail)
    }
    assert ALONE[type_][1] in {*failed, ""}


@pytest.mark.parametrize("namespace", SCALABLE)
def test_targets_of_each_kind_of_service_are_told(server: Server, namespace: str) -> None:
    scaling = boto3.Session("another", "hand", region_name=REGION).client(
        "application-autoscaling", endpoint_url=server.endpoint
    )
    assert scaling.describe_scalable_targets(ServiceNamespace=namespace)["ScalableTargets"] == []
