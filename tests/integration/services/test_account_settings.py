"""Settings of an account or region: set, changed, and back as AWS has them when deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stackproof.controls import catalogue, judge
from stackproof.embedded.frame.base import Cloud, session
from stackproof.model import Fail, Resource
from stackproof.sights.live.asking import ask
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard
from stackproof.types.tokens import ECS_ACCOUNT_SETTING, ECS_CLUSTER
from tests.integration.services.roundtrip import TAGS, World

READERS = readers()
Inputs = dict[str, Any]
ACCOUNT = "123456789012"
FSBP = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"


def metadata(aws: Cloud) -> Any:
    return aws.client("ec2").get_instance_metadata_defaults()["AccountLevel"]


def encryption(aws: Cloud) -> Any:
    return aws.client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"]


def block(aws: Cloud) -> Any:
    client = aws.client("s3control")
    try:
        answer = client.get_public_access_block(AccountId=ACCOUNT)
    except client.exceptions.NoSuchPublicAccessBlockConfiguration:
        return None
    return answer["PublicAccessBlockConfiguration"]["BlockPublicAcls"]


def insights(aws: Cloud) -> Any:
    settings = aws.client("ecs").list_account_settings(name="containerInsights")["settings"]
    return [setting["value"] for setting in settings]


SETTINGS: dict[str, tuple[str, Inputs, Inputs, Callable[[Cloud], Any], tuple[Any, Any, Any]]] = {
    "metadata": (
        "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
        {"http_tokens": "required", "http_put_response_hop_limit": 1},
        {"http_tokens": "no-preference"},
        metadata,
        (
            {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
            {"HttpPutResponseHopLimit": 1},
            {},
        ),
    ),
    "encryption": (
        "aws:ebs/encryptionByDefault:EncryptionByDefault",
        {},
        {"enabled": False},
        encryption,
        (True, False, False),
    ),
    "public access": (
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        {"block_public_acls": True},
        {"block_public_acls": False},
        block,
        (True, False, None),
    ),
    "container insights": (
        "aws:ecs/accountSettingDefault:AccountSettingDefault",
        {"name": "containerInsights", "value": "enabled"},
        {"value": "disabled"},
        insights,
        (["enabled"], ["disabled"], []),
    ),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_setting_is_made_changed_and_given_back(world: World, what: str) -> None:
    type_, inputs, changes, seen, (first, second, last) = SETTINGS[what]
    made = world.make(type_, **inputs)
    assert seen(world.cloud) == first
    world.change(made, **changes)
    assert seen(world.cloud) == second
    world.delete(made)
    assert seen(world.cloud) == last
    world.delete(made)


def test_setting_of_ecs_is_read_and_no_excuse_for_a_cluster_of_before(world: World) -> None:
    cluster = world.make(ECS_CLUSTER, tags=TAGS)
    made = world.make(ECS_ACCOUNT_SETTING, name="containerInsights", value="enabled")
    named = Resource(made.state, type=made.type, name="insights", id=made.id)
    aws = Aws(guard(READERS), world.cloud.endpoint, session())
    snapshot = ask(aws, READERS, world.snapshot(), [(named, [made.type])])
    (shown,) = (one for one in snapshot.resources if one.type == made.type)
    assert (shown.id, shown["value"]) == ("containerInsights", "enabled")
    insights = catalogue()["ecs-cluster-container-insights"]
    (outcome,) = (
        finding.outcome
        for finding in judge(snapshot.stack(), [insights])
        if finding.resource.id in (cluster.id, cluster["arn"])
    )
    assert isinstance(outcome, Fail)
    world.cloud.client("ecs").put_account_setting_default(
        name="containerInsights", value="disabled"
    )
    behind = world.read(made)
    assert isinstance(behind, Resource)
    assert behind["value"] == "disabled"


def test_security_hub_and_its_standards(world: World) -> None:
    hub, client = world.make("aws:securityhub/account:Account"), world.cloud.client("securityhub")
    standard = world.make(
        "aws:securityhub/standardsSubscription:StandardsSubscription", standards_arn=FSBP
    )
    (shown,) = client.get_enabled_standards()["StandardsSubscriptions"]
    assert (shown["StandardsSubscriptionArn"], shown["StandardsArn"]) == (standard.id, FSBP)
    world.change(hub, auto_enable_controls=False)
    assert client.describe_hub()["AutoEnableControls"] is False
    for made in (standard, standard, hub, hub):
        world.delete(made)
    with pytest.raises(client.exceptions.InvalidAccessException):
        client.describe_hub()


def test_group_of_resources(world: World) -> None:
    query = '{"ResourceTypeFilters": ["AWS::AllSupported"], "TagFilters": [%s]}'
    made = world.make(
        "aws:resourcegroups/group:Group",
        resource_query={"query": query % '{"Key": "Project", "Values": ["a"]}'},
        tags=TAGS,
    )
    client = world.cloud.client("resource-groups")
    other = query % '{"Key": "Project", "Values": ["b"]}'
    world.change(made, resource_query={"query": other}, tags={"More": "1"})
    found = client.get_group_query(GroupName=made.id)["GroupQuery"]["ResourceQuery"]
    assert found == {"Type": "TAG_FILTERS_1_0", "Query": other}
    assert client.get_tags(Arn=made["arn"])["Tags"] == {"More": "1"}
    world.delete(made)
    world.delete(made)
