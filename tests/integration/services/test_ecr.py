"""Image repositories and lifecycle policies: made, changed, read back, deleted."""

from __future__ import annotations

import json

import pytest

from stackproof.controls import judge
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Fail
from stackproof.types.tokens import ECR_LIFECYCLE, ECR_POLICY, ECR_REPOSITORY
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found


def _keep(images: int) -> str:
    rule = {
        "rulePriority": 1,
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": images,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]})


def test_repository_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    repository = world.make(
        ECR_REPOSITORY,
        name="ecr/roundtrip",
        encryption_configurations=[{"encryption_type": "KMS", "kms_key": key["arn"]}],
        image_scanning_configuration={"scan_on_push": True},
        image_tag_mutability="IMMUTABLE",
        force_delete=True,
        tags=TAGS,
    )
    assert_shown(world, repository, hidden=("force_delete",))
    tags = found(world.snapshot().stack(), repository).data["tags"]
    assert tags == TAGS
    world.change(
        repository,
        image_tag_mutability="MUTABLE",
        image_scanning_configuration={"scan_on_push": False},
        tags={**TAGS, "Name": "changed"},
    )
    assert_shown(world, repository, hidden=("force_delete",))
    assert_gone(world, repository)


def test_lifecycle_policy_is_read_and_goes_away(world: World) -> None:
    repository = world.make(ECR_REPOSITORY, name="ecr-lifecycle", tags=TAGS)
    policy = world.make(ECR_LIFECYCLE, repository=repository.id, policy=_keep(10))
    assert_shown(world, policy)
    assert_gone(world, policy)
    assert_shown(world, repository)
    world.delete(repository)


def test_repository_policy_is_read_and_goes_away(world: World) -> None:
    repository = world.make(ECR_REPOSITORY, name="ecr-policy", tags=TAGS)
    everybody = {"Effect": "Allow", "Principal": "*", "Action": ["ecr:PutImage"]}
    policy = world.make(
        ECR_POLICY,
        repository=repository.id,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}),
    )
    assert_shown(world, policy)
    assert_gone(world, policy)
    world.delete(repository)


def test_repository_opened_to_everybody_behind_the_programs_back_fails(world: World) -> None:
    repository = world.make(ECR_REPOSITORY, name="ecr-opened", tags=TAGS)
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "ecr:PutImage"}
    world.cloud.client("ecr").set_repository_policy(
        repositoryName=repository.id,
        policyText=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}),
    )
    (outcome,) = (
        finding.outcome
        for finding in judge(world.snapshot().stack())
        if finding.control.id == "ecr-repository-policy-not-public"
    )
    assert isinstance(outcome, Fail)
    world.delete(repository)


@pytest.mark.parametrize(
    ("operation", "hidden"),
    [("GetLifecyclePolicy", ECR_LIFECYCLE), ("GetRepositoryPolicy", ECR_POLICY)],
)
def test_denied_policy_of_a_repository_is_a_gap(
    world: World, server: Server, operation: str, hidden: str
) -> None:
    repository = world.make(ECR_REPOSITORY, name="ecr-denied", tags=TAGS)
    inject(server, Fault("deny", service="ecr", operation=operation))
    try:
        snapshot = world.snapshot()
    finally:
        clear(server)
    found(snapshot.stack(), repository)
    assert snapshot.gaps[hidden].cause is Cause.ACCESS_DENIED
    world.delete(repository)
