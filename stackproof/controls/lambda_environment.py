"""What functions are told by their environment: who may read it."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import KMS_KEY, LAMBDA_FUNCTION


@control(
    "lambda-environment-own-key",
    title="Variables of functions are encrypted with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=LAMBDA_FUNCTION,
    needs=KEY_TYPES,
    frameworks={Framework.NIST: ("SC-12", "SC-28(1)")},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"environment": {"variables": {"TABLE": "orders"}}, "kms_key_arn": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "functions"}),),
        ),
        failing=(Remove("kms_key_arn"),),
        unknown=(
            Hide("kms_key_arn"),
            (Remove("kms_key_arn"), Hide("environment")),
            (Remove("kms_key_arn"), Hide("environment.variables")),
        ),
        absent=(Without("key"),),
        not_applicable=(
            (Remove("kms_key_arn"), Remove("environment")),
            (Remove("kms_key_arn"), Change("environment.variables", {})),
        ),
    ),
)
def environment_key(function: Resource, stack: Stack) -> Outcome:
    """With the key of AWS, whoever may describe a function reads what it is told.

    Source: AWS Lambda Developer Guide, "Securing Lambda environment variables".
    """
    if not function.mapping("environment.variables"):
        return NotApplicable("it is told nothing")
    return customer_key(function, stack, "kms_key_arn")
