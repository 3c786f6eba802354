"""Functions: who may invoke them, and what they may do themselves."""

from __future__ import annotations

from stackproof.controls.registry import control
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
    Without,
)
from stackproof.reasoning.access import Kind, permitted
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import IAM_ROLE, LAMBDA_FUNCTION, LAMBDA_PERMISSION

FROM_API = Given(
    LAMBDA_PERMISSION,
    {
        "action": "lambda:InvokeFunction",
        "principal": "apigateway.amazonaws.com",
        "function": Ref("function"),
        "source_arn": "arn:aws:execute-api:us-east-1:123456789012:abc/*/*",
    },
    (Neighbour("function", LAMBDA_FUNCTION, {"name": "orders", "tags": {}}),),
)
EVERYBODY = Change("principal", "*")
OF_ANYBODY = ("*", "arn:*", "arn:aws:s3:::*", "arn:aws:execute-api:*:*:*")
OF_BUCKETS = Change("principal", "s3.amazonaws.com")
BY_ADDRESS = (
    EVERYBODY,
    Remove("source_arn"),
    Change("function_url_auth_type", "NONE"),
    Change("tags", {EXPOSURE: PUBLIC}, of="function"),
)


@control(
    "lambda-permission-not-public",
    title="Functions let no stranger invoke them",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=LAMBDA_PERMISSION,
    needs=(LAMBDA_FUNCTION,),
    frameworks={
        Framework.FSBP: ("Lambda.1",),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=FROM_API,
        failing=(
            (EVERYBODY, Remove("source_arn")),
            *((EVERYBODY, Change("source_arn", arn)) for arn in (None, *OF_ANYBODY)),
            (*BY_ADDRESS, Change("tags", {}, of="function")),
            (*BY_ADDRESS, Change("function_url_auth_type", "AWS_IAM")),
        ),
        unknown=(
            Hide("principal"),
            (EVERYBODY, Hide("source_arn")),
            (*BY_ADDRESS, Hide("tags", of="function")),
        ),
        absent=((*BY_ADDRESS, Without("function")),),
        also_passing=(
            (EVERYBODY, Change("principal_org_id", "o-a1b2c3d4e5")),
            (Change("principal", "123456789012"), Remove("source_arn")),
            BY_ADDRESS,
            (
                EVERYBODY,
                Remove("source_arn"),
                Change("invoked_via_function_url", True),
                Change("tags", {EXPOSURE: PUBLIC}, of="function"),
            ),
        ),
    ),
)
def permission_not_public(permission: Resource, stack: Stack) -> Outcome:
    """Whoever learns the function's name, in any account, could run it at the owner's cost.

    The address of a function that is declared public needs such a permission.
    """
    if not permitted(permission).everybody or _for_public_address(permission, stack):
        return Pass()
    return Fail(
        "principal",
        "a service or an account, or source_arn, source_account or principal_org_id",
        f"everybody: {permission['principal']} from {permission['source_arn'] or 'anywhere'}",
        "Name the principal that may invoke the function, or whose resource does it.",
    )


def _for_public_address(permission: Resource, stack: Stack) -> bool:
    by_address = permission["function_url_auth_type"] == "NONE"
    if not by_address and permission["invoked_via_function_url"] is not True:
        return False
    function = stack.follow_one(permission, "function", LAMBDA_FUNCTION)
    return function is not None and meant_for_all(function)


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
            *(Change("source_arn", arn) for arn in OF_ANYBODY),
            (Remove("source_arn"), Change("principal", "apigateway.amazonaws.com.cn")),
            (OF_BUCKETS, Change("source_arn", "arn:aws:s3:::uploads")),
        ),
        unknown=(Hide("source_arn"), Hide("principal")),
        also_passing=(
            (Remove("source_arn"), Change("source_account", "123456789012")),
            (
                OF_BUCKETS,
                Change("source_arn", "arn:aws:s3:::uploads"),
                Change("source_account", "123456789012"),
            ),
            (
                Remove("source_arn"),
                Change("principal", "alexa-appkit.amazon.com"),
                Change("event_source_token", "amzn1.ask.skill.1"),
            ),
        ),
        not_applicable=(Change("principal", "123456789012"),),
    ),
)
def permission_guards_deputy(permission: Resource) -> Outcome:
    """Otherwise anybody's API, bucket or topic can have the service invoke the function.

    The name of a bucket is anybody's to take once the bucket is gone, so it asks for the account.
    Source: AWS Lambda Developer Guide, "Granting function access to AWS services"; Security Hub,
    Lambda.1.
    """
    grant = permitted(permission)
    if grant.party.kind is not Kind.SERVICE:
        return NotApplicable("not for a service")
    if grant.pinned:
        return Pass()
    return Fail(
        "source_arn",
        "the ARN of what invokes the function, with the account in it or in source_account",
        permission["source_arn"],
        "Set source_arn to the ARN of the API, topic or rule; for a bucket source_account, too.",
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
    role = stack.follow_one(function, "role", IAM_ROLE)
    sharing = list(referrers_or_unknown(role, stack, LAMBDA_FUNCTION, "role")) if role else []
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
