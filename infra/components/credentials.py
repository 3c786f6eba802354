"""Credentials that people fill in: encrypted parameters, readable by who needs them."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import Statement, allow
from infra.site import Site

__all__ = ["Credentials"]


class Credentials(Component):
    """SecureString parameters, each made with a random placeholder.

    The real values are written with `aws ssm put-parameter --overwrite` by whoever knows them, so
    they are never in the program, its configuration or its state. `meanings` says what each
    parameter holds; `names` are the parameters' names.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        meanings: Mapping[str, str],
        key_arn: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Credentials", name, site, opts)
        self.names = {part: f"/{site.name(name)}/{part}" for part in meanings}
        self.arns = {part: site.arn("ssm", f"parameter{self.names[part]}") for part in meanings}
        self._key_arn = key_arn
        self.parameters = {
            part: self._parameter(part, meaning) for part, meaning in meanings.items()
        }
        self.register_outputs({"names": list(self.names.values())})

    def _parameter(self, part: str, meaning: str) -> aws.ssm.Parameter:
        label = f"{self.label}-{part}"
        placeholder = aws.secretsmanager.get_random_password_output(
            password_length=32, exclude_punctuation=True
        )
        return aws.ssm.Parameter(
            label,
            name=self.names[part],
            description=meaning,
            type="SecureString",
            key_id=self._key_arn,
            value=pulumi.Output.secret(placeholder.random_password),
            tags=self.tagged(label),
            opts=self.child(ignore_changes=["value"]),
        )

    @property
    def read_statements(self) -> list[Statement]:
        """What it takes to read the values, and nothing else that the key encrypts."""
        return [
            allow("ReadCredentials", ["ssm:GetParameters"], list(self.arns.values())),
            allow(
                "DecryptCredentials",
                ["kms:Decrypt"],
                self._key_arn,
                # AWS Systems Manager User Guide, "How Parameter Store uses AWS KMS".
                conditions={
                    "StringEquals": {
                        "kms:EncryptionContext:PARAMETER_ARN": list(self.arns.values())
                    }
                },
            ),
        ]
