"""What an account says once: read where the stack has something that it speaks of."""

from __future__ import annotations

import json

from stackproof.controls import judge
from stackproof.embedded.frame.base import session
from stackproof.model import Resource, Stack, outcome_word
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard, take
from stackproof.types.tokens import (
    EBS_ENCRYPTION_BY_DEFAULT,
    ECR_REGISTRY_POLICY,
    ECR_REGISTRY_SCANNING,
    ECR_REPLICATION,
    ECR_REPOSITORY,
    INSTANCE_METADATA_DEFAULTS,
    LAUNCH_TEMPLATE,
    S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
    S3_BUCKET,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone

READ = (
    ECR_REGISTRY_SCANNING,
    EBS_ENCRYPTION_BY_DEFAULT,
    INSTANCE_METADATA_DEFAULTS,
    S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
)


def _stack(world: World) -> Stack:
    """Read with the readers of what nobody made here, too."""
    keys = [key for made in world.made for key in (made.id, made.state.get("arn")) if key]
    wanted = {*READ, *(made.type for made in world.made)}
    chosen = [reader for reader in readers() if wanted & {*reader.types}]
    return take(
        Aws(guard(readers()), world.cloud.endpoint, session()),
        chosen,
        regions=[world.cloud.region],
        keys=keys,
        own_tags={"Project": "roundtrip", "Environment": "test"},
    ).stack()


def _all(world: World) -> dict[str, Resource]:
    stack = _stack(world)
    return {type_: one for type_ in READ for one in stack.around(type_)}


def test_nothing_is_asked_of_the_account_without_need(world: World) -> None:
    world.make("aws:sns/topic:Topic", tags=TAGS)
    assert _all(world) == {}


def test_settings_of_the_account_stand_beside_the_stack(world: World) -> None:
    world.make(ECR_REPOSITORY, name="scanned", tags=TAGS)
    world.make(LAUNCH_TEMPLATE, image_id="ami-12345678", tags=TAGS)
    ec2 = world.cloud.client("ec2")
    before = _all(world)
    assert before[EBS_ENCRYPTION_BY_DEFAULT]["enabled"] is False
    assert before[ECR_REGISTRY_SCANNING]["scan_type"] == "BASIC"
    assert INSTANCE_METADATA_DEFAULTS not in before, "the image decides"
    ec2.enable_ebs_encryption_by_default()
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=1)
    rule = {
        "scanFrequency": "SCAN_ON_PUSH",
        "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}],
    }
    world.cloud.client("ecr").put_registry_scanning_configuration(scanType="BASIC", rules=[rule])
    after = _all(world)
    assert after[EBS_ENCRYPTION_BY_DEFAULT]["enabled"] is True
    said = after[INSTANCE_METADATA_DEFAULTS].data
    assert (said["http_tokens"], said["http_put_response_hop_limit"]) == ("required", 1)
    (shown,) = after[ECR_REGISTRY_SCANNING].data["rules"]
    assert shown == {
        "scan_frequency": "SCAN_ON_PUSH",
        "repository_filters": [{"filter": "*", "filter_type": "WILDCARD"}],
    }
    assert not set(READ) & {resource.type for resource in _stack(world)}
    ec2.modify_instance_metadata_defaults(HttpTokens="no-preference", HttpPutResponseHopLimit=-1)
    assert INSTANCE_METADATA_DEFAULTS not in _all(world)


def test_block_of_the_whole_account_stands_beside_its_buckets(world: World) -> None:
    bucket = world.make(S3_BUCKET, tags=TAGS)
    world.cloud.client("s3").delete_public_access_block(Bucket=bucket.id)
    assert S3_ACCOUNT_PUBLIC_ACCESS_BLOCK not in _all(world), "a new account has none"
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    control = world.cloud.client("s3control")
    control.put_public_access_block(
        AccountId=world.cloud.account,
        PublicAccessBlockConfiguration=dict.fromkeys(names, True),
    )
    try:
        stack = _stack(world)
        named = Made(S3_ACCOUNT_PUBLIC_ACCESS_BLOCK, "block", world.cloud.account, {}, {})
        assert isinstance(world.read(named), Resource), "it is there by itself"
    finally:
        control.delete_public_access_block(AccountId=world.cloud.account)
    assert world.read(named) is None, "what was taken away is gone"
    (block,) = stack.around(S3_ACCOUNT_PUBLIC_ACCESS_BLOCK)
    assert block["restrict_public_buckets"] is True
    said = [f.outcome for f in judge(stack) if f.control.id == "s3-bucket-blocks-public-access"]
    assert [outcome_word(outcome) for outcome in said] == ["pass"]


def test_settings_of_a_registry_are_read_by_themselves(world: World) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": ["ecr:ReplicateImage"],
        "Resource": "*",
    }
    policy = world.make(
        ECR_REGISTRY_POLICY, policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    replication = world.make(
        ECR_REPLICATION,
        replication_configuration={
            "rules": [{"destinations": [{"region": "eu-west-1", "registry_id": "123456789012"}]}]
        },
    )
    for made, name in ((policy, "policy"), (replication, "replication_configuration")):
        alone = world.read(made)
        assert isinstance(alone, Resource)
        shown, wanted = alone.data[name], made.inputs[name]
        same = json.loads if isinstance(wanted, str) else dict
        assert same(shown) == same(wanted)
        assert_gone(world, made)
