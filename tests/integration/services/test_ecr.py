"""Image repositories and lifecycle policies: made, changed, read back, deleted."""

from __future__ import annotations

import json

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause
from stackproof.types.tokens import ECR_LIFECYCLE, ECR_REPOSITORY
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


def test_denied_lifecycle_policy_is_a_gap(world: World, server: Server) -> None:
    repository = world.make(ECR_REPOSITORY, name="ecr-denied", tags=TAGS)
    inject(server, Fault("deny", service="ecr", operation="GetLifecyclePolicy"))
    try:
        snapshot = world.snapshot()
    finally:
        clear(server)
    found(snapshot.stack(), repository)
    assert snapshot.gaps[ECR_LIFECYCLE].cause is Cause.ACCESS_DENIED
    world.delete(repository)
