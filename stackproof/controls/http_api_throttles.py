"""HTTP and WebSocket APIs: how often they may be called, as a whole and route by route."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_number
from stackproof.model import (
    Block,
    Category,
    Framework,
    Outcome,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import (
    API_STAGE,
)

LIMITS = ("throttling_burst_limit", "throttling_rate_limit")


@control(
    "http-api-throttled",
    title="Stages of HTTP and WebSocket APIs limit how often they are called",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=API_STAGE,
    frameworks={Framework.PCI: ("6.4.2",), Framework.NIST: ("SC-5", "SC-5(2)")},
    cases=Cases(
        passing=Given(
            API_STAGE,
            {"default_route_settings": dict.fromkeys(LIMITS, 100)},
        ),
        failing=(
            Remove("default_route_settings"),
            Remove("default_route_settings.throttling_rate_limit"),
            Change("default_route_settings.throttling_burst_limit", 0),
            Change("default_route_settings.throttling_burst_limit", 5000),
            Change("default_route_settings.throttling_rate_limit", 10000.0),
            Change("route_settings", [{"route_key": "GET /", "throttling_rate_limit": 100000}]),
            Change("route_settings", [{"route_key": "GET /", "throttling_burst_limit": 0}]),
        ),
        unknown=(
            Hide("default_route_settings"),
            Hide("default_route_settings.throttling_burst_limit"),
            (Change("route_settings", []), Hide("route_settings")),
        ),
        also_passing=(
            Change("route_settings", [{"route_key": "GET /", "throttling_rate_limit": 10}]),
        ),
    ),
)
def throttled(
    stage: Resource,
    *,
    account_rate: Annotated[int, Range(1, 1000000, "requests a second")] = 10000,
    account_burst: Annotated[int, Range(1, 1000000, "requests")] = 5000,
) -> Outcome:
    """Without limits one caller uses up what the account may do in the region, for all APIs.

    A limit that the account has anyway limits nothing. Sources: Amazon API Gateway Developer Guide,
    "Throttle requests to your HTTP APIs", "Amazon API Gateway quotas".
    """
    most = dict(zip(LIMITS, (account_burst, account_rate), strict=True))

    def limited(settings: Block, path: str, name: str) -> Outcome:
        return expect_number(
            settings,
            path,
            lambda value: 0 < (value or 0) < most[name],
            f"a limit between 0 and the {most[name]} of the account",
            fix=f"Set {path} to what stands behind the API bears.",
        )

    def route_limited(route: Block) -> Outcome:
        return each(
            [name for name in LIMITS if route.raw(name) is not None],
            lambda name: limited(route, name, name),
        )

    by_default = each(LIMITS, lambda name: limited(stage, f"default_route_settings.{name}", name))
    return worst(by_default, each(stage.elements("route_settings"), route_limited))
