"""KMS: a key's policy, and grants, as resources of their own."""

from __future__ import annotations

import json

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
)
from stackproof.embedded.frame.plain import Call, Plain, table


@creator
class KeyPolicy(Creator):
    """Who may do what with a key."""

    type = "aws:kms/keyPolicy:KeyPolicy"
    replace_on = frozenset({"key_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the policy."""
        self.update(aws, inputs["key_id"], {}, inputs)
        return Created(inputs["key_id"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the policy anew."""
        aws.client("kms").put_key_policy(KeyId=id_, PolicyName="default", Policy=new["policy"])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Give the key the policy back that AWS gives a key without one.

        AWS: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        """
        everything = {
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{aws.partition}:iam::{aws.account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        default = {"Version": "2012-10-17", "Id": "key-default-1", "Statement": [everything]}
        with already_gone():
            aws.client("kms").put_key_policy(
                KeyId=id_, PolicyName="default", Policy=json.dumps(default)
            )


table(
    Plain(
        type="aws:kms/grant:Grant",
        service="kms",
        create=Call("create_grant", {"grant_creation_tokens": "grant_tokens"}),
        outputs={"grant_id": "GrantId", "grant_token": "GrantToken"},
        id="{key_id}:{grant_id}",
        delete=Call("revoke_grant"),
        apart=frozenset({"retire_on_delete"}),
        replace_on=frozenset(
            {
                "constraints",
                "grant_creation_tokens",
                "grantee_principal",
                "key_id",
                "name",
                "operations",
                "retiring_principal",
            }
        ),
        auto_name="name",
        auto_name_limit=256,
    ),
)
