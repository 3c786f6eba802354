"""CodeCommit: source repositories."""

from __future__ import annotations

from stackproof.embedded.creators.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_changes,
)
from stackproof.sights.live.readers.codecommit import repository_properties


@creator
class Repository(Creator):
    """A source repository.

    `default_branch` counts only once there are branches, as with the AWS provider: a new
    repository has none.
    """

    type = "aws:codecommit/repository:Repository"
    replace_on = frozenset({"repository_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the repository."""
        request = parameters(
            aws,
            "codecommit",
            "create_repository",
            inputs,
            rename={"description": "repository_description"},
        )
        made = aws.client("codecommit").create_repository(**request)["repositoryMetadata"]
        outputs = {**repository_properties(made), "arn": made["Arn"]}
        return Created(made["repositoryName"], outputs)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change description, key and tags."""
        codecommit = aws.client("codecommit")
        if changed(old, new, "description"):
            codecommit.update_repository_description(
                repositoryName=id_, repositoryDescription=new.get("description") or ""
            )
        if new.get("kms_key_id") and changed(old, new, "kms_key_id"):
            codecommit.update_repository_encryption_key(
                repositoryName=id_, kmsKeyId=new["kms_key_id"]
            )
        added, removed = tag_changes(old, new)
        if removed:
            codecommit.untag_resource(resourceArn=old["arn"], tagKeys=removed)
        if added:
            codecommit.tag_resource(resourceArn=old["arn"], tags=added)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the repository with everything in it."""
        with already_gone():
            aws.client("codecommit").delete_repository(repositoryName=id_)
