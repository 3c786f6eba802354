"""HTTP APIs wait as long as the functions behind them take."""

from __future__ import annotations

import re

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import API_INTEGRATION, LAMBDA_FUNCTION

# The ARN of a function inside the address by which API Gateway invokes it.
_FUNCTION = re.compile(r"arn:[\w-]+:lambda:[\w-]*:\d*:function:[\w-]+")
_LONGEST = 30_000  # of HTTP APIs, which is also the default; WebSocket APIs wait 29 s


@control(
    "http-api-outlasts-function",
    title="APIs wait for as long as the functions behind them may take",
    severity=Severity.LOW,
    category=Category.HA,
    types=API_INTEGRATION,
    needs=(LAMBDA_FUNCTION,),
    frameworks={Framework.NIST: ("SC-5(2)",)},
    cases=Cases(
        passing=Given(
            API_INTEGRATION,
            {
                "integration_type": "AWS_PROXY",
                "integration_uri": Ref("function", "arn"),
                "timeout_milliseconds": 30_000,
            },
            (Neighbour("function", LAMBDA_FUNCTION, {"name": "orders", "timeout": 30}),),
        ),
        failing=(
            Change("timeout", 60, of="function"),
            Change("timeout_milliseconds", 5_000),
        ),
        unknown=(
            Hide("timeout", of="function"),
            Hide("timeout_milliseconds"),
            Hide("integration_uri"),
            Hide("integration_type"),
        ),
        absent=(Without("function"),),
        also_passing=(Remove("timeout_milliseconds"), Remove("timeout", of="function")),
        not_applicable=(Change("integration_type", "HTTP_PROXY"),),
    ),
)
def outlasts_function(integration: Resource, stack: Stack) -> Outcome:
    """The caller gets an error while the function goes on, and does its work a second time."""
    if not str(integration["integration_type"]).startswith("AWS"):
        return NotApplicable("not a function")
    function = _function(integration, stack)
    if function is None:
        return NotApplicable("not a function")
    waits = integration.number("timeout_milliseconds") or _LONGEST
    takes = (function.number("timeout") or 3) * 1000
    if takes <= waits:
        return Pass()
    return Fail(
        "timeout_milliseconds",
        f"at least {takes}, the timeout of {function.name}",
        waits,
        f"Raise timeout_milliseconds, at most {_LONGEST}, or lower the function's timeout.",
    )


def _function(integration: Resource, stack: Stack) -> Resource | None:
    uri = integration.raw("integration_uri")
    inside = _FUNCTION.search(uri) if isinstance(uri, str) else None
    if inside:
        named = stack.look_up(inside[0], LAMBDA_FUNCTION)
        if named is not None:
            return named
    return stack.follow_one(integration, "integration_uri", LAMBDA_FUNCTION)
