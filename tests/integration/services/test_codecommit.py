"""Source repositories: made, changed, read back, deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stackproof.types.tokens import CODECOMMIT_REPOSITORY
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_repository_shows_what_was_declared_and_changed(world: World) -> None:
    keys = [world.make("aws:kms/key:Key", name)["arn"] for name in ("one", "other")]
    repository = world.make(
        CODECOMMIT_REPOSITORY,
        repository_name="roundtrip",
        description="the program",
        default_branch="main",
        kms_key_id=keys[0],
        tags=TAGS,
    )
    hidden = ("default_branch",)
    assert_shown(world, repository, hidden=hidden)
    world.change(
        repository, description="changed", kms_key_id=keys[1], tags={**TAGS, "Name": "changed"}
    )
    assert_shown(world, repository, hidden=hidden)
    world.change(repository, description=None, tags={k: TAGS[k] for k in list(TAGS)[:2]})
    assert_shown(world, repository, hidden=hidden)
    listed = world.cloud.client("codecommit").list_tags_for_resource(resourceArn=repository["arn"])
    assert listed["tags"] == repository["tags"]
    assert_gone(world, repository)


def test_repository_that_is_not_there_is_named_as_such(world: World) -> None:
    client = world.cloud.client("codecommit")
    answer = client.batch_get_repositories(repositoryNames=["nobody"])
    assert (answer["repositories"], answer["repositoriesNotFound"]) == ([], ["nobody"])
    with pytest.raises(ClientError, match="RepositoryDoesNotExistException"):
        client.update_repository_description(repositoryName="nobody")
