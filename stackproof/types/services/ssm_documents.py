"""Systems Manager: documents of the account, and whom they are shared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import SSM_DOCUMENT


def _shared(accounts: Sequence[str]) -> Mapping[str, str] | None:
    # `all` among them means everybody: SSM API Reference, DescribeDocumentPermission.
    return {"type": "Share", "account_ids": ",".join(accounts)} if accounts else None


TYPES = (
    Type(
        token=SSM_DOCUMENT,
        service="ssm",
        listing=Listing(
            operation="ListDocuments",
            result="DocumentIdentifiers",
            fixed={"Filters": [{"Key": "Owner", "Values": ["Self"]}]},
            single={
                "Filters": [
                    {"Key": "Owner", "Values": ["Self"]},
                    {"Key": "Name", "Values": ["{id}"]},
                ]
            },
        ),
        id="{Name}",
        arn="arn:{partition}:ssm:{region}:{account}:document/{Name}",
        name="{Name}",
        questions={
            "sharing": Question(
                operation="DescribeDocumentPermission",
                parameters={"Name": "{Name}", "PermissionType": "Share"},
                result="AccountIds",
                absent=("InvalidDocument",),
            ),
        },
        names={"permissions": ("sharing:", _shared)},
        # What it does is not asked for: documents may hold anything.
        unread=frozenset(
            {
                *("attachments_sources", "content", "default_version", "description", "hash"),
                *("hash_type", "latest_version", "parameters", "status"),
            }
        ),
        tags="Tags",
        arn_service="ssm:document",
    ),
)
