"""Stages of REST APIs: how often one may call."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each, expect_number, some
from stackproof.controls.support.rest_apis import API, STAGE, of_every_method, settings
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.reasoning.rest_apis import EVERY_METHOD
from stackproof.types.tokens import (
    APIGATEWAY_METHOD,
    APIGATEWAY_METHOD_SETTINGS,
    APIGATEWAY_REST_API,
    APIGATEWAY_STAGE,
    APIGATEWAY_USAGE_PLAN,
)

LIMITS = ("throttling_burst_limit", "throttling_rate_limit")
PLAN = Neighbour(
    "plan",
    APIGATEWAY_USAGE_PLAN,
    {
        "api_stages": [{"api_id": Ref("api"), "stage": "prod"}],
        "throttle_settings": {"burst_limit": 20, "rate_limit": 10},
    },
)
METHOD = Neighbour(
    "method",
    APIGATEWAY_METHOD,
    {"rest_api": Ref("api"), "http_method": "GET", "api_key_required": True},
)
BY_PLAN = (Without("all"), With(PLAN), With(METHOD))


@control(
    "rest-api-throttled",
    title="Stages of REST APIs limit how often they are called",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=APIGATEWAY_STAGE,
    needs=(
        APIGATEWAY_METHOD_SETTINGS,
        APIGATEWAY_USAGE_PLAN,
        APIGATEWAY_METHOD,
        APIGATEWAY_REST_API,
    ),
    frameworks={Framework.PCI: ("6.4.2",), Framework.NIST: ("SC-5", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            APIGATEWAY_STAGE,
            STAGE,
            (API, settings("all", throttling_burst_limit=50, throttling_rate_limit=100)),
        ),
        failing=(
            Remove("settings.throttling_rate_limit", of="all"),
            Change("settings.throttling_rate_limit", -1, of="all"),
            Change("settings.throttling_burst_limit", 0, of="all"),
            Change("settings.throttling_rate_limit", 10000.0, of="all"),
            With(settings("free", "orders/GET", throttling_rate_limit=20000)),
            (*BY_PLAN, Remove("throttle_settings", of="plan")),
            (*BY_PLAN, Change("api_key_required", False, of="method")),
            (Without("all"), With(PLAN)),
        ),
        unknown=(
            Hide("settings", of="all"),
            Hide("settings.throttling_rate_limit", of="all"),
            (Without("all"), With(PLAN), With(METHOD), Hide("api_key_required", of="method")),
            (Without("all"), With(PLAN), With(METHOD), Hide("api_stages", of="plan")),
        ),
        absent=(Without("all"),),
        also_passing=(BY_PLAN, With(settings("logged", "orders/GET", logging_level="INFO"))),
    ),
)
def throttled(
    stage: Resource,
    stack: Stack,
    *,
    account_rate: Annotated[int, Range(1, 1000000, "requests a second")] = 10000,
    account_burst: Annotated[int, Range(1, 1000000, "requests")] = 5000,
) -> Outcome:
    """Without limits one caller uses up what the account may do in the region, for all APIs.

    AWS shows the account's own limits where a stage has none. A usage plan limits whoever shows
    a key of it, and so counts where each method asks for one. Sources: API Gateway Developer
    Guide, "Throttle requests to your REST APIs", "Amazon API Gateway quotas".
    """
    most = dict(zip(LIMITS, (account_burst, account_rate), strict=True))
    fix = f"Add a MethodSettings of the stage for {EVERY_METHOD} with {' and '.join(LIMITS)}."

    def limited(settings: Resource) -> Outcome:
        return each(
            LIMITS,
            lambda name: expect_number(
                settings,
                f"settings.{name}",
                lambda value: value is not None and 0 < value < most[name],
                f"a limit above 0 and below the account's {most[name]}",
                fix=fix,
            ),
        )

    def overrides(settings: Resource) -> Outcome:
        given = [settings.number(f"settings.{name}") for name in LIMITS]
        return Pass() if set(given) <= {None, -1} else limited_where_set(settings)

    def limited_where_set(settings: Resource) -> Outcome:
        return each(
            [name for name in LIMITS if settings.number(f"settings.{name}") is not None],
            lambda name: expect_number(
                settings,
                f"settings.{name}",
                lambda value: value is not None and value < most[name],
                f"a limit below the account's {most[name]}",
                fix=f"Set {name} of the method to what it may take.",
            ),
        )

    missing = Fail(f"settings.{LIMITS[0]}", "a limit above 0", None, fix)
    judged = of_every_method(stage, stack, limited, overrides, missing)
    if not isinstance(judged, Fail):
        return judged
    by_plan = attempt(partial(_by_plan, stage, stack, judged))
    return judged if isinstance(by_plan, Fail) else by_plan


def _by_plan(stage: Resource, stack: Stack, failure: Fail) -> Outcome:
    """Pass when each method asks for a key, and the keys' usage plan limits them."""
    api = stack.follow_one(stage, "rest_api", APIGATEWAY_REST_API)
    if api is None:
        return failure
    plans = referrers_or_unknown(api, stack, APIGATEWAY_USAGE_PLAN, "api_stages.api_id")
    limited = some(plans, partial(_limits, stage, failure), failure)
    if isinstance(limited, Fail):
        return failure
    methods = referrers_or_unknown(api, stack, APIGATEWAY_METHOD, "rest_api")
    keyed = each(methods, partial(_asks_for_key, failure))
    return worst(limited, keyed) if isinstance(keyed, (Pass, Unknown)) else failure


def _limits(stage: Resource, failure: Fail, plan: Resource) -> Outcome:
    numbers = [plan.number(f"throttle_settings.{name}") for name in ("burst_limit", "rate_limit")]

    def covers(quota: Block) -> Outcome:
        return Pass() if quota["stage"] == stage["stage_name"] else failure

    covered = some(plan.elements("api_stages"), covers, failure)
    return covered if all(number and number > 0 for number in numbers) else failure


def _asks_for_key(failure: Fail, method: Resource) -> Outcome:
    asks = method["http_method"] == "OPTIONS" or method["api_key_required"] is True
    return Pass() if asks else failure
