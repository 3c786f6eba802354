"""Functions: whose code they run, and how many of them run at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Texts
from stackproof.reasoning.relations import referrers
from stackproof.types.identities import identity
from stackproof.types.tokens import (
    LAMBDA_EVENT_SOURCE_MAPPING,
    LAMBDA_FUNCTION,
    LAMBDA_LAYER_VERSION,
    LAMBDA_URL,
)

# Layers that AWS publishes from one account for most regions. Sources: Powertools for AWS Lambda,
# "Install"; CloudWatch User Guide, "Available versions of the Lambda Insights extension"; AWS
# Distro for OpenTelemetry, "Lambda"; AWS SDK for pandas, "Install".
_OF_AWS = ("017000801446", "336392948345", "580247275435", "901920570463")


@control(
    "lambda-layers-known",
    title="Functions take layers from their own account or from named ones",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=LAMBDA_FUNCTION,
    needs=(LAMBDA_LAYER_VERSION,),
    frameworks={Framework.NIST: ("CM-7(5)", "SR-3")},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"layers": [Ref("layer", "arn")]},
            (Neighbour("layer", LAMBDA_LAYER_VERSION, {"layer_name": "tools"}),),
        ),
        failing=(
            Change("layers", ["arn:aws:lambda:us-east-1:210987654321:layer:tools:3"]),
            Change(
                "layers", [Ref("layer", "arn"), "arn:aws:lambda:us-east-1:210987654321:layer:x:1"]
            ),
        ),
        unknown=(Hide("layers"), Change("layers", ["tools"])),
        absent=((Without("layer"), Hide("layers.0")),),
        also_passing=(
            Change("layers", ["arn:aws:lambda:us-east-1:123456789012:layer:tools:3"]),
            Change("layers", ["arn:aws:lambda:us-east-1:017000801446:layer:Powertools:7"]),
        ),
        not_applicable=(Remove("layers"), Change("layers", [])),
    ),
)
def layers_known(
    function: Resource,
    stack: Stack,
    *,
    trusted_accounts: Annotated[
        tuple[str, ...], Texts("ids of accounts, 12 digits", pattern="[0-9]{12}")
    ] = _OF_AWS,
) -> Outcome:
    """The code of a layer runs with the function's role, and its owner can take it away."""
    found = list(_layers(function))
    hidden = [layer for layer in found if isinstance(layer, Unknown)]
    referred = function.references.get("layers", ())
    own = [urn for urn in referred if stack.find(urn, LAMBDA_LAYER_VERSION) is not None]
    if len(hidden) <= len(own):  # at preview: each hidden one is a layer of this stack
        found = [layer for layer in found if not isinstance(layer, Unknown)]
        if not found and own:
            return Pass()

    def known(layer: str) -> Outcome:
        if stack.find(layer, LAMBDA_LAYER_VERSION) is not None:
            return Pass()
        return _owned(function, layer, trusted_accounts)

    return each(found, known)


def _layers(function: Resource) -> Iterator[str | Unknown]:
    layers = function["layers"]
    for item in layers if isinstance(layers, (list, tuple)) else ():
        yield item if isinstance(item, (str, Unknown)) else str(item)


def _owned(function: Resource, layer: str, trusted: tuple[str, ...]) -> Outcome:
    told = identity(layer)
    owner = None if told is None else told.account
    if owner is None or (function.account is None and owner not in trusted):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "layers", f"whose is {layer}?"))
    if owner in (function.account, *trusted):
        return Pass()
    return Fail(
        "layers",
        "layers of this account, or of an account in trusted_accounts",
        layer,
        "Publish the layer in this account, or trust its owner in the configuration.",
    )


_FROM_QUEUE = Neighbour(
    "mapping",
    LAMBDA_EVENT_SOURCE_MAPPING,
    {
        "function_name": Ref("subject", "arn"),
        "event_source_arn": "arn:aws:sqs:us-east-1:123456789012:orders",
    },
)


@control(
    "lambda-concurrency-stated",
    title="Functions that a queue or the internet drives have a limit of their own",
    severity=Severity.LOW,
    category=Category.SCALING,
    types=LAMBDA_FUNCTION,
    needs=(LAMBDA_EVENT_SOURCE_MAPPING, LAMBDA_URL),
    frameworks={Framework.NIST: ("SC-5", "SC-6")},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION, {"name": "f", "reserved_concurrent_executions": 20}, (_FROM_QUEUE,)
        ),
        failing=(
            Remove("reserved_concurrent_executions"),
            Change("reserved_concurrent_executions", -1),
        ),
        unknown=(Hide("reserved_concurrent_executions"),),
        absent=((Remove("reserved_concurrent_executions"), Hide("function_name", of="mapping")),),
        also_passing=(
            (
                Remove("reserved_concurrent_executions"),
                Change("scaling_config", {"maximum_concurrency": 10}, of="mapping"),
            ),
        ),
        not_applicable=((Remove("reserved_concurrent_executions"), Without("mapping")),),
    ),
)
def concurrency_stated(function: Resource, stack: Stack) -> Outcome:
    """Without one a full queue takes all that the account may run from every other function.

    Who calls through an API is limited there. Source: AWS Lambda Developer Guide, "Configuring
    reserved concurrency", "Configuring maximum concurrency for Amazon SQS event sources".
    """
    path = "reserved_concurrent_executions"
    limit = function.number(path)
    if limit is not None and limit >= 0:
        return Pass()
    fix = f"Set {path}, or scaling_config.maximum_concurrency of the mapping."
    unlimited = Fail(path, "a number", None, fix)
    if referrers(function, stack, LAMBDA_URL, "function_name"):
        return unlimited
    mappings = referrers(function, stack, LAMBDA_EVENT_SOURCE_MAPPING, "function_name")
    if not mappings:
        return NotApplicable("no queue and no address of its own drives it")
    limited = (mapping_.get("scaling_config.maximum_concurrency") for mapping_ in mappings)
    return Pass() if all(limited) else unlimited
