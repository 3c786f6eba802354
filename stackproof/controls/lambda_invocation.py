"""Functions: who reaches them from outside, and what becomes of events that they fail on."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, some
from stackproof.controls.support.taggable import EXPOSURE, PUBLIC, meant_for_all
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
    Unknown,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.access import service_of
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    LAMBDA_EVENT_CONFIG,
    LAMBDA_FUNCTION,
    LAMBDA_PERMISSION,
    LAMBDA_URL,
)


@control(
    "lambda-url-authorization",
    title="Addresses of functions ask who is calling, or the function is declared public",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=LAMBDA_URL,
    needs=(LAMBDA_FUNCTION,),
    frameworks={Framework.PCI: ("7.2.1", "8.3.1"), Framework.NIST: ("AC-3", "IA-2")},
    cases=Cases(
        passing=Given(
            LAMBDA_URL,
            {"function_name": Ref("function"), "authorization_type": "AWS_IAM"},
            (Neighbour("function", LAMBDA_FUNCTION, {"name": "orders", "tags": {}}),),
        ),
        failing=(Change("authorization_type", "NONE"),),
        unknown=(
            Hide("authorization_type"),
            (Change("authorization_type", "NONE"), Hide("tags", of="function")),
            (Change("authorization_type", "NONE"), Hide("function_name")),
        ),
        absent=((Change("authorization_type", "NONE"), Without("function")),),
        also_passing=(
            (
                Change("authorization_type", "NONE"),
                Change("tags", {EXPOSURE: PUBLIC}, of="function"),
            ),
        ),
    ),
)
def url_authorization(url: Resource, stack: Stack) -> Outcome:
    """The address is no secret: it shows in logs and in every browser."""
    if url["authorization_type"] == "AWS_IAM":
        return Pass()
    function = stack.follow_one(url, "function_name", LAMBDA_FUNCTION)
    if function is not None and meant_for_all(function):
        return Pass()
    return Fail(
        "authorization_type",
        f"AWS_IAM, or the tag {EXPOSURE}: {PUBLIC} on the function",
        url["authorization_type"],
        "Set authorization_type to AWS_IAM.",
    )


# Services that hand an event over and don't wait for what becomes of it.
# Source: AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services".
_ASYNCHRONOUS = frozenset(
    f"{service}.amazonaws.com"
    for service in (
        "cloudwatch.alarms",
        "codecommit",
        "config",
        "events",
        "iot",
        "logs",
        "s3",
        "ses",
        "sns",
    )
)


@control(
    "lambda-failures-kept",
    title="Events that a function fails on are kept",
    severity=Severity.LOW,
    category=Category.HA,
    types=LAMBDA_FUNCTION,
    needs=(LAMBDA_PERMISSION, LAMBDA_EVENT_CONFIG),
    frameworks={Framework.NIST: ("CP-10", "SI-11")},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"name": "orders", "dead_letter_config": {"target_arn": Ref("dead", "arn")}},
            (
                Neighbour(
                    "by-topic",
                    LAMBDA_PERMISSION,
                    {"function": Ref("subject"), "principal": "sns.amazonaws.com"},
                ),
            ),
        ),
        failing=(
            Remove("dead_letter_config"),
            (
                Remove("dead_letter_config"),
                With(Neighbour("retries", LAMBDA_EVENT_CONFIG, {"function_name": Ref("subject")})),
            ),
        ),
        unknown=(
            Hide("dead_letter_config"),
            (Remove("dead_letter_config"), Hide("principal", of="by-topic")),
        ),
        absent=((Remove("dead_letter_config"), Hide("function", of="by-topic")),),
        also_passing=(
            (
                Remove("dead_letter_config"),
                With(
                    Neighbour(
                        "kept",
                        LAMBDA_EVENT_CONFIG,
                        {
                            "function_name": "orders",
                            "destination_config": {
                                "on_failure": {
                                    "destination": "arn:aws:sqs:us-east-1:123456789012:dead"
                                }
                            },
                        },
                    )
                ),
            ),
        ),
        not_applicable=(
            (
                Remove("dead_letter_config"),
                Change("principal", "apigateway.amazonaws.com", of="by-topic"),
            ),
        ),
    ),
)
def failures_kept(function: Resource, stack: Stack) -> Outcome:
    """After two more attempts Lambda drops the event; only its caller knew what was in it.

    Judged where the function's permissions let in a service that does not wait for an answer.
    """
    if function["dead_letter_config"]:
        return Pass()
    callers = [
        caller if isinstance(caller, Unknown) else attempt(_asynchronous, caller)
        for caller in referrers_or_unknown(function, stack, LAMBDA_PERMISSION, "function")
    ]
    if Pass() not in callers:
        hidden = next((caller for caller in callers if isinstance(caller, Unknown)), None)
        return hidden or NotApplicable("nothing invokes it without waiting for an answer")
    missing = Fail(
        "dead_letter_config",
        "a queue or topic for what fails, or a destination on failure",
        None,
        "Set dead_letter_config.target_arn to a queue, or add a FunctionEventInvokeConfig.",
    )
    configured = referrers_or_unknown(function, stack, LAMBDA_EVENT_CONFIG, "function_name")
    return some(configured, lambda config: attempt(_keeps, config, missing), missing)


def _asynchronous(permission: Resource) -> Outcome:
    known = service_of(permission.text("principal") or "") in _ASYNCHRONOUS
    return Pass() if known else NotApplicable("waits for an answer")


def _keeps(config: Resource, missing: Fail) -> Outcome:
    return Pass() if config.get("destination_config.on_failure") else missing
