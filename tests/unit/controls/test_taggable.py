"""The lists of taggable and named types agree with pulumi_aws, and what they leave out."""

from __future__ import annotations

import pytest

from stackproof.controls import judge
from stackproof.controls.support.taggable import NAME_PROPERTY, TAGGABLE, environment_of
from stackproof.model import (
    Cause,
    Resource,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
    outcome_word,
)
from stackproof.sights.live.readers import readers
from stackproof.types.table import tagged
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    DEFAULT_ROUTE_TABLE,
    PREFIX_LIST,
    S3_BUCKET_OBJECT,
)

READ = {type_ for reader in readers() for type_ in reader.types}


def test_what_is_read_and_tagged_by_the_provider_is_asked_for_tags() -> None:
    assert (READ & tagged().keys()) - {*TAGGABLE} == set()


def test_every_type_that_is_asked_for_tags_takes_them() -> None:
    assert {*TAGGABLE} <= tagged().keys()
    assert S3_BUCKET_OBJECT not in TAGGABLE


@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("aws:codecommit/repository:Repository", "repository_name"),
        ("aws:codedeploy/deploymentGroup:DeploymentGroup", "deployment_group_name"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "replication_group_id"),
        ("aws:rds/cluster:Cluster", "cluster_identifier"),
        ("aws:rds/instance:Instance", "identifier"),
        ("aws:s3/bucket:Bucket", "bucket"),
        ("aws:sqs/queue:Queue", "name"),
    ],
)
def test_property_that_holds_the_name(token: str, path: str) -> None:
    assert NAME_PROPERTY[token] == path


def test_zone_is_called_by_its_domain_and_a_vpc_by_no_name() -> None:
    assert not {"aws:route53/zone:Zone", "aws:ec2/vpc:Vpc"} & {*NAME_PROPERTY}


def test_environment_of_an_untagged_resource_is_none() -> None:
    assert environment_of(Resource({})) is None
    assert environment_of(Resource({"tags": {"Owner": "platform"}})) is None


def test_environment_is_found_in_a_list_of_tags_too() -> None:
    tags = [{"key": "Owner", "value": "platform"}, {"key": "Environment", "value": "prod"}]
    assert environment_of(Resource({"tags": tags})) == "prod"


def test_unknown_environment_is_not_taken_for_none() -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    with pytest.raises(UnresolvedError):
        environment_of(Resource({"tags": {"Environment": hidden}}))


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (Resource({"tags": {}}, type=DEFAULT_ROUTE_TABLE, id="rtb-1"), {"not_applicable"}),
        (Resource({"tags": {}}, type=DEFAULT_NETWORK_ACL, id="acl-1"), {"not_applicable"}),
        (Resource({"tags": {}}, type=DEFAULT_NETWORK_ACL, urn="urn:pulumi:p"), {"fail"}),
        (Resource({"tags": {"Name": "main"}}, type=DEFAULT_ROUTE_TABLE, id="rtb-1"), {"fail"}),
        (
            Resource({"owner_id": "AWS", "tags": {}}, type=PREFIX_LIST, id="pl-1"),
            {"not_applicable"},
        ),
        (Resource({"owner_id": "123456789012"}, type=PREFIX_LIST, id="pl-1"), {"fail"}),
    ],
)
def test_only_what_a_program_has_taken_over_is_asked_for_tags(
    resource: Resource, expected: set[str]
) -> None:
    findings = judge(Stack([resource], Sight.LIVE))
    asked = [finding for finding in findings if finding.control.id == "tags-required"]
    assert {outcome_word(finding.outcome) for finding in asked} == expected
