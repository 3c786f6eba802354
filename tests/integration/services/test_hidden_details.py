"""What could not be read is unknown, and hides nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Resource, Unknown
from stackproof.types.tokens import S3_BUCKET
from tests.integration.services.roundtrip import TAGS, Made, World, found

TRUST = {"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}, "Action": "sts:*"}


@pytest.fixture
def faulty(server: Server) -> Iterator[Server]:
    yield server
    clear(server)


def _shown(world: World, resource: Made, server: Server, service: str, operation: str) -> Resource:
    inject(server, Fault("deny", service=service, operation=operation))
    return found(world.snapshot().stack(), resource)


def _assert_denied(shown: Resource, *names: str) -> None:
    unknown = {name: v for name, v in shown.data.items() if isinstance(v, Unknown)}
    assert set(unknown) == set(names)
    assert all(value.cause is Cause.ACCESS_DENIED for value in unknown.values())


@pytest.mark.parametrize(
    ("type_", "operation", "hidden"),
    [
        ("bucketVersioning:BucketVersioning", "GetBucketVersioning", "versioning_configuration"),
        ("bucketPolicy:BucketPolicy", "GetBucketPolicy", "policy"),
        (
            "bucketReplicationConfig:BucketReplicationConfig",
            "GetBucketReplication",
            "role rules",
        ),
        (
            "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            "GetBucketLifecycleConfiguration",
            "rules",
        ),
    ],
)
def test_setting_of_a_bucket_that_is_denied_may_be_there(
    world: World, faulty: Server, type_: str, operation: str, hidden: str
) -> None:
    bucket = world.make(S3_BUCKET, tags=TAGS)
    setting = Made(f"aws:s3/{type_}", "setting", bucket.id, {}, {})
    _assert_denied(_shown(world, setting, faulty, "s3", operation), *hidden.split())
    _assert_denied(found(world.snapshot().stack(), bucket))


def test_role_shows_all_but_what_is_denied(world: World, faulty: Server) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = world.make("aws:iam/role:Role", assume_role_policy=document)
    shown = _shown(world, role, faulty, "iam", "ListRoles")
    _assert_denied(shown, "description", "max_session_duration")


def test_replication_group_shows_all_but_what_its_members_say(world: World, faulty: Server) -> None:
    type_ = "aws:elasticache/replicationGroup:ReplicationGroup"
    group = world.make(type_, description="x", node_type="cache.t4g.micro", tags=TAGS)
    shown = _shown(world, group, faulty, "elasticache", "DescribeCacheClusters")
    _assert_denied(
        shown,
        "engine",
        "engine_version",
        "engine_version_actual",
        "maintenance_window",
        "notification_topic_arn",
        "parameter_group_name",
        "security_group_ids",
        "subnet_group_name",
    )


def test_parameter_group_shows_all_but_its_parameters(world: World, faulty: Server) -> None:
    type_ = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
    group = world.make(type_, family="aurora-postgresql16", tags=TAGS)
    _assert_denied(_shown(world, group, faulty, "rds", "DescribeDBClusterParameters"), "parameters")


def test_key_shows_all_but_its_rotation(world: World, faulty: Server) -> None:
    key = world.make("aws:kms/key:Key", tags=TAGS)
    shown = _shown(world, key, faulty, "kms", "GetKeyRotationStatus")
    _assert_denied(shown, "enable_key_rotation", "rotation_period_in_days")


def test_topic_whose_tags_are_denied_shows_the_rest(world: World, faulty: Server) -> None:
    topic = world.make("aws:sns/topic:Topic", tags=TAGS)
    shown = _shown(world, topic, faulty, "resourcegroupstaggingapi", "GetResources")
    _assert_denied(shown, "tags")
