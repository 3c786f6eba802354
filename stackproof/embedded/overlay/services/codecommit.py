"""CodeCommit: keys, tags, and several repositories at once."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses


@postprocesses("codecommit", "CreateRepository")
def create(call: Call, answer: dict[str, Any]) -> None:
    """Keep the repository's key and tags.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateRepository.html
    """
    repository = _repository(call, call.params["repositoryName"])
    repository.stackproof_tags = dict(call.params.get("tags") or {})
    if call.params.get("kmsKeyId"):
        repository.repository_metadata["kmsKeyId"] = call.params["kmsKeyId"]
    answer["repositoryMetadata"] = repository.repository_metadata


@handles("codecommit", "BatchGetRepositories")
def batch_get(call: Call) -> dict[str, Any]:
    """Show the repositories of these names, and name those that are not there.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchGetRepositories.html
    """
    names = call.params["repositoryNames"]
    there = call.backend("codecommit").repositories
    return {
        "repositories": [there[name].repository_metadata for name in names if name in there],
        "repositoriesNotFound": [name for name in names if name not in there],
    }


@handles("codecommit", "ListRepositories")
def list_all(call: Call) -> dict[str, Any]:
    """Name the repositories, in order of their names.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListRepositories.html
    """
    there = call.backend("codecommit").repositories
    ids = {name: held.repository_metadata["repositoryId"] for name, held in there.items()}
    return {
        "repositories": [
            {"repositoryName": name, "repositoryId": id_} for name, id_ in sorted(ids.items())
        ]
    }


@handles("codecommit", "UpdateRepositoryDescription")
def describe(call: Call) -> None:
    """Change the description.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateRepositoryDescription.html
    """
    repository = _repository(call, call.params["repositoryName"])
    text = call.params.get("repositoryDescription") or None
    repository.repository_metadata["repositoryDescription"] = text


@handles("codecommit", "UpdateRepositoryEncryptionKey")
def encrypt(call: Call) -> dict[str, Any]:
    """Change the key.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateRepositoryEncryptionKey.html
    """
    metadata = _repository(call, call.params["repositoryName"]).repository_metadata
    before = metadata.get("kmsKeyId")
    metadata["kmsKeyId"] = call.params["kmsKeyId"]
    return {
        "repositoryId": metadata["repositoryId"],
        "kmsKeyId": metadata["kmsKeyId"],
        "originalKmsKeyId": before,
    }


@handles("codecommit", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    """List a repository's tags.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListTagsForResource.html
    """
    return {"tags": _tags(call)}


@handles("codecommit", "TagResource")
def tag(call: Call) -> None:
    """Add tags to a repository.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_TagResource.html
    """
    _tags(call).update(call.params["tags"])


@handles("codecommit", "UntagResource")
def untag(call: Call) -> None:
    """Take tags from a repository.

    AWS: https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UntagResource.html
    """
    tags = _tags(call)
    for key in call.params["tagKeys"]:
        tags.pop(key, None)


def _tags(call: Call) -> dict[str, str]:
    repository = _repository(call, call.params["resourceArn"].rpartition(":")[2])
    tags: dict[str, str] = repository.stackproof_tags
    return tags


def _repository(call: Call, name: str) -> Any:
    repository = call.backend("codecommit").repositories.get(name)
    if repository is None:
        raise AwsError("RepositoryDoesNotExistException", f"{name} does not exist", 400)
    return repository
