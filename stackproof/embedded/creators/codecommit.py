"""CodeCommit: source repositories."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

table(
    Plain(
        type="aws:codecommit/repository:Repository",
        service="codecommit",
        create=Call("create_repository"),
        also={
            "description": Call(
                "update_repository_description", {"description": "repository_description"}
            ),
            "kms_key_id": Call("update_repository_encryption_key"),
        },
        # It counts only once there are branches, as with the AWS provider: a new repository has
        # none.
        apart=frozenset({"default_branch"}),
        outputs={"kms_key_id": "repositoryMetadata.kmsKeyId"},
        id="{repository_name}",
        delete=Call("delete_repository"),
        cleared={"description": ""},
        tagged="arn",
        replace_on=frozenset({"repository_name"}),
    )
)
