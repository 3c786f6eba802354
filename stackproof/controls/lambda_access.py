"""Functions: who may invoke them, and what they may do themselves."""

from __future__ import annotations

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
    Without,
)
from stackproof.reasoning.access import service_of
from stackproof.reasoning.relations import pointers
from stackproof.types.tokens import IAM_ROLE, LAMBDA_FUNCTION, LAMBDA_PERMISSION

FROM_API = Given(
    LAMBDA_PERMISSION,
    {
        "action": "lambda:InvokeFunction",
        "principal": "apigateway.amazonaws.com",
        "source_arn": "arn:aws:execute-api:us-east-1:123456789012:abc/*/*",
    },
)
_NARROWS = ("source_arn", "source_account", "principal_org_id")


@control(
    "lambda-permission-not-public",
    title="Functions let no stranger invoke them",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=LAMBDA_PERMISSION,
    frameworks={
        Framework.FSBP: ("Lambda.1",),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=FROM_API,
        failing=(
            (Change("principal", "*"), Remove("source_arn")),
            (Change("principal", "*"), Change("source_arn", "*")),
            (Change("principal", "*"), Change("source_arn", None)),
        ),
        unknown=(Hide("principal"), (Change("principal", "*"), Hide("source_arn"))),
        also_passing=(
            (Change("principal", "*"), Change("principal_org_id", "o-a1b2c3d4e5")),
            (Change("principal", "123456789012"), Remove("source_arn")),
        ),
    ),
)
def permission_not_public(permission: Resource) -> Outcome:
    """Whoever learns the function's name, in any account, could run it at the owner's cost."""
    if permission["principal"] != "*":
        return Pass()
    if any(permission[name] not in (None, "", "*") for name in _NARROWS):
        return Pass()
    return Fail(
        "principal",
        "a service or an account, or source_arn, source_account or principal_org_id",
        "*",
        "Name the principal that may invoke the function.",
    )


@control(
    "lambda-permission-guards-deputy",
    title="Permissions for AWS services say for which resource the service may invoke a function",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=LAMBDA_PERMISSION,
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=FROM_API,
        failing=(
            Remove("source_arn"),
            Change("source_arn", "*"),
            (Remove("source_arn"), Change("principal", "apigateway.amazonaws.com.cn")),
        ),
        unknown=(Hide("source_arn"), Hide("principal")),
        also_passing=((Remove("source_arn"), Change("source_account", "123456789012")),),
        not_applicable=(Change("principal", "123456789012"),),
    ),
)
def permission_guards_deputy(permission: Resource) -> Outcome:
    """Otherwise anybody's API, bucket or topic can have the service invoke the function.

    Source: AWS Lambda Developer Guide, "Granting function access to AWS services".
    """
    if not service_of(str(permission["principal"])).endswith(".amazonaws.com"):
        return NotApplicable("not for a service")
    if any(permission[name] not in (None, "", "*") for name in _NARROWS):
        return Pass()
    return Fail(
        "source_arn",
        "the ARN of what invokes the function",
        permission["source_arn"],
        "Set source_arn to the ARN of the API, bucket, topic or rule.",
    )


WITH_ROLE = Given(
    LAMBDA_FUNCTION,
    {"name": "orders", "role": Ref("role", "arn")},
    (
        Neighbour("role", IAM_ROLE, {"name": "orders"}),
        Neighbour("other", LAMBDA_FUNCTION, {"name": "mail", "role": Ref("other-role", "arn")}),
        Neighbour("other-role", IAM_ROLE, {"name": "mail"}),
    ),
)


@control(
    "lambda-own-role",
    title="Functions have a role of their own",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=LAMBDA_FUNCTION,
    needs=(IAM_ROLE,),
    frameworks={Framework.PCI: ("7.2.1", "7.2.5"), Framework.NIST: ("AC-6",)},
    cases=Cases(
        passing=WITH_ROLE,
        failing=(Change("role", Ref("role", "arn"), of="other"),),
        unknown=(Hide("role"),),
        absent=(Without("role"),),
        also_passing=(Without("other"),),
    ),
)
def own_role(function: Resource, stack: Stack) -> Outcome:
    """A shared role can do what the neediest of its functions needs."""
    role = stack.one(function, "role", IAM_ROLE)
    sharing = list(pointers(role, stack, LAMBDA_FUNCTION, "role")) if role else []
    known = [other for other in sharing if isinstance(other, Resource)]
    others = [other.name for other in known if other.identity != function.identity]
    if not others:
        return next((other for other in sharing if isinstance(other, Unknown)), Pass())
    return Fail(
        "role",
        "a role that no other function has",
        f"shared with {', '.join(others)}",
        "Give each function an iam.Role with what it needs itself.",
    )
