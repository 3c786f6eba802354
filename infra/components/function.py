"""A Lambda function: its code, its log group and its role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group, log_group_arn
from infra.components.package import packaged
from infra.components.roles import service_role
from infra.iam import Statement, allow
from infra.settings.functions import FunctionSettings
from infra.site import Site

__all__ = ["Function"]

HANDLER = "handler.handle"


class Function(Component):
    """A function whose role may write its own log, and do what `permissions` say.

    `code` is a folder of `infra/functions`; its `handler.py` has the function `handle`.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        settings: FunctionSettings,
        code: str,
        environment: Mapping[str, pulumi.Input[str]],
        permissions: Sequence[Statement],
        logs: LogPolicy,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Function", name, site, opts)
        self.settings = settings
        self.name = site.name(name)
        log_group_name = f"/aws/lambda/{self.name}"
        # Lambda writes here; made first, or Lambda makes it unencrypted and for ever.
        self.log_group = log_group(self, name, log_group_name, logs)
        write = allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            log_group_arn(site, log_group_name),
        )
        self.role, policy = service_role(
            self,
            name,
            service="lambda.amazonaws.com",
            purpose=f"Is the running function {self.name}",
            policy_name="function",
            statements=[write, *permissions],
        )
        self.package = packaged(code)
        self.function = aws.lambda_.Function(
            name,
            name=self.name,
            runtime=settings.runtime,
            architectures=["arm64"],
            handler=HANDLER,
            code=self.package.archive,
            source_code_hash=self.package.sha256,
            role=self.role.arn,
            memory_size=settings.memory,
            timeout=settings.timeout,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=environment),
            logging_config=aws.lambda_.FunctionLoggingConfigArgs(
                log_format="JSON", log_group=self.log_group.name
            ),
            tags=self.tagged(name),
            opts=self.child(depends_on=[policy]),
        )
        self.register_outputs({"arn": self.function.arn})
