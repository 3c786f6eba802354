"""`serverless-prod` through the real CLI."""

from __future__ import annotations

from stackproof.outputs import Outputs
from tests.integration.cli.conftest import Clients
from tests.integration.cli.lifecycle import Lifecycle

HOME = "us-west-2"


class TestServerless(Lifecycle):
    stack = "serverless-prod"
    regions = (HOME,)
    resources = 28

    @classmethod
    def tamper(cls, client: Clients, exported: Outputs) -> set[tuple[str, str]]:
        function, group = exported["function_name"], exported["function_log_group_name"]
        client("lambda", HOME).update_function_configuration(FunctionName=function, Timeout=3)
        client("logs", HOME).put_retention_policy(logGroupName=group, retentionInDays=1)
        return {(function, "timeout"), (group, "retentionInDays")}
