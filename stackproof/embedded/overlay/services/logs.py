"""CloudWatch Logs: keys of existing groups, group classes, changed filters."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates


@postprocesses("logs", "CreateLogGroup")
def create_group(call: Call, _: dict[str, Any]) -> None:
    """Keep the group's class.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    group = _group(call, call.params["logGroupName"])
    group.stackproof_class = call.params.get("logGroupClass", "STANDARD")


@postprocesses("logs", "DescribeLogGroups")
def describe_groups(call: Call, answer: dict[str, Any]) -> None:
    """Show each group's class, and how many filters it has.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    """
    filters = call.backend("logs").filters.metric_filters
    held = Counter(item["logGroupName"] for item in filters)
    for item in answer["logGroups"]:
        group = _group(call, item["logGroupName"])
        item["metricFilterCount"] = held[item["logGroupName"]]
        item["logGroupClass"] = getattr(group, "stackproof_class", "STANDARD")


@handles("logs", "AssociateKmsKey")
def associate_key(call: Call) -> None:
    """Encrypt with a key what is written from now on.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    """
    _named_group(call).kms_key_id = call.params["kmsKeyId"]


@handles("logs", "DisassociateKmsKey")
def disassociate_key(call: Call) -> None:
    """Go back to the service's own key.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html
    """
    _named_group(call).kms_key_id = None


@validates("logs", "PutMetricFilter")
def replace_filter(call: Call) -> None:
    """Let a filter take the place of the one of its name, where moto keeps both.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
    """
    filters = call.backend("logs").filters
    name = (call.params["logGroupName"], call.params["filterName"])
    filters.metric_filters = [
        item
        for item in filters.metric_filters
        if (item["logGroupName"], item["filterName"]) != name
    ]


def _named_group(call: Call) -> Any:
    name = call.params.get("logGroupName")
    return _group(call, name or call.params["resourceIdentifier"].rpartition("log-group:")[2])


def _group(call: Call, name: str) -> Any:
    group = call.backend("logs").groups.get(name)
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400)
    return group


@postprocesses("logs", "DescribeResourcePolicies")
def describe_policies(call: Call, answer: dict[str, Any]) -> None:
    """Tell policies of the account from those of one group, of which moto keeps none.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html
    """
    if call.params.get("policyScope") == "RESOURCE":
        answer["resourcePolicies"] = []
    for item in answer["resourcePolicies"]:
        item["policyScope"] = "ACCOUNT"


@validates("logs", "PutResourcePolicy")
def refuse_policy_of_group(call: Call) -> None:
    """Refuse a policy of one group, which moto would keep as one of the account.

    AWS: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    if call.params.get("resourceArn"):
        raise AwsError("OperationAbortedException", "no policies of groups are kept here", 400)
