"""Budgets: what may be spent, and who is told when it is."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    tag_list,
)

# How AWS calls what says how a notification is sent.
_SENT = {"subscriber_email_addresses": "EMAIL", "subscriber_sns_topic_arns": "SNS"}
_TAKEN = {
    *("account_id", "budget_type", "cost_filters", "limit_amount", "limit_unit", "name"),
    *("notifications", "tags", "time_unit"),
}


@creator
class Budget(Creator):
    """A budget of the account."""

    type = "aws:budgets/budget:Budget"
    replace_on = frozenset({"account_id", "name"})
    auto_name = "name"
    auto_name_limit = 100

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the budget with its notifications."""
        for name in sorted(inputs.keys() - _TAKEN):
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")
        account = inputs.get("account_id") or aws.account
        aws.client("budgets").create_budget(
            AccountId=account,
            Budget=_budget(inputs),
            NotificationsWithSubscribers=[
                _notification(notification) for notification in inputs.get("notifications") or ()
            ],
            ResourceTags=tag_list(inputs.get("tags") or {}),
        )
        name = inputs["name"]
        arn = f"arn:{aws.partition}:budgets::{account}:budget/{name}"
        return Created(f"{account}:{name}", {"arn": arn, "account_id": account})

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the budget."""
        account, _, name = id_.partition(":")
        with already_gone():
            aws.client("budgets").delete_budget(AccountId=account, BudgetName=name)


def _budget(inputs: Properties) -> dict[str, Any]:
    made: dict[str, Any] = {
        "BudgetName": inputs["name"],
        "BudgetType": inputs["budget_type"],
        "TimeUnit": inputs["time_unit"],
    }
    if inputs.get("limit_amount") is not None:
        made["BudgetLimit"] = {
            "Amount": str(inputs["limit_amount"]),
            "Unit": inputs.get("limit_unit", "USD"),
        }
    filters = inputs.get("cost_filters") or ()
    if filters:
        made["CostFilters"] = {filter_["name"]: list(filter_["values"]) for filter_ in filters}
    return made


def _notification(given: Properties) -> dict[str, Any]:
    return {
        "Notification": {
            "ComparisonOperator": given["comparison_operator"],
            "NotificationType": given["notification_type"],
            "Threshold": float(given["threshold"]),
            "ThresholdType": given["threshold_type"],
        },
        "Subscribers": [
            {"SubscriptionType": kind, "Address": address}
            for name, kind in _SENT.items()
            for address in given.get(name) or ()
        ],
    }
