"""Source repositories, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import CODECOMMIT_REPOSITORY

_AT_ONCE = 100  # MaximumRepositoryNamesExceededException
_NAMES = {
    "clone_url_http": "cloneUrlHttp",
    "clone_url_ssh": "cloneUrlSsh",
    "default_branch": "defaultBranch",
    "description": "repositoryDescription",
    "kms_key_id": "kmsKeyId",
    "repository_id": "repositoryId",
    "repository_name": "repositoryName",
}


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Repositories are known by their ARNs (tags, outputs, what watches them).
    arns = scope.named(rf"arn:[^:]+:codecommit:{scope.region}:{scope.account}:[^:]+")
    for some in chunks([arn.rpartition(":")[2] for arn in arns], _AT_ONCE):
        yield {"repositoryNames": some}


def repository_properties(item: Item) -> dict[str, Any]:
    """Translate AWS's metadata of a repository, its ARN left out."""
    return taken(item, _NAMES)


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = item["Arn"], item["repositoryName"]
    data = {**repository_properties(item), "tags": scope.tags_of(arn)}
    yield shown(scope, CODECOMMIT_REPOSITORY, name, data, arn=arn, name=name)


READERS = (
    Reader(
        types=(CODECOMMIT_REPOSITORY,),
        listing=Ask(
            "codecommit",
            "BatchGetRepositories",
            "repositories",
            absent=("RepositoryDoesNotExistException",),
            failures="errors",
        ),
        targets=_targets,
        get_parameters=lambda id_, state: {"repositoryNames": [id_]},
        key=lambda item, scope: Key(item["repositoryName"], item["Arn"]),
        build=_build,
        arn_service="codecommit",
        referenced=True,
    ),
)
