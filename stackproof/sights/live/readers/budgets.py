"""Budgets, as AWS shows them: who is told of one is shown notice by notice, and not read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import BUDGET

_BUDGET = {
    "billing_view_arn": "BillingViewArn",
    "budget_type": "BudgetType",
    "name": "BudgetName",
    "time_unit": "TimeUnit",
}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    limit, period = item.get("BudgetLimit") or {}, item.get("TimePeriod") or {}
    tags = details["tags"]
    data: dict[str, Any] = {
        **taken(item, _BUDGET),
        **taken(limit, {"limit_amount": "Amount", "limit_unit": "Unit"}),
        "account_id": scope.account,
        "cost_filters": [
            {"name": name, "values": list(values)}
            for name, values in (item.get("CostFilters") or {}).items()
        ],
        "cost_types": snake(item.get("CostTypes")) or None,
        "time_period_end": _day(period.get("End")),
        "time_period_start": _day(period.get("Start")),
        "tags": tags if isinstance(tags, Unknown) else own_tags(tags),
    }
    name = item["BudgetName"]
    yield shown(scope, BUDGET, f"{scope.account}:{name}", data, arn=_arn(name, scope), name=name)


def _day(moment: datetime | None) -> str | None:
    """Give a moment as the AWS provider writes it."""
    return None if moment is None else moment.strftime("%Y-%m-%d_%H:%M")


def _arn(name: str, scope: Scope) -> str:
    return scope.arn("budgets", f"budget/{name}", region="")


def _of_it(item: Item) -> dict[str, str]:
    # In another partition its tags stay unknown.
    return {"ResourceARN": f"arn:aws:budgets::{item['AccountId']}:budget/{item['BudgetName']}"}


def _listed(scope: Scope) -> Iterable[dict[str, str]]:
    yield {"AccountId": scope.account}


READERS = (
    Reader(
        types=(BUDGET,),
        listing=Ask("budgets", "DescribeBudgets", "Budgets", iam="budgets:ViewBudget"),
        targets=_listed,
        get_parameters=lambda id_, state: {"AccountId": id_.partition(":")[0]},
        key=lambda item, scope: Key(
            f"{scope.account}:{item['BudgetName']}", _arn(item["BudgetName"], scope)
        ),
        details={
            "tags": Detail(
                Ask("budgets", "ListTagsForResource", "ResourceTags"),
                _of_it,
            )
        },
        build=_build,
        arn_service="budgets",
        regional=False,
        parent_fields=("AccountId",),
    ),
)
