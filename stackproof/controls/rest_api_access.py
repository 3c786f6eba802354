"""REST APIs: who may call them, what stands before them, and what their variables show."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, some
from stackproof.controls.support.plain_secrets import is_secret
from stackproof.controls.support.rest_apis import API
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
    UnresolvedError,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.effective import whole
from stackproof.reasoning.policy_documents import policy
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.reasoning.rest_apis import is_private, narrows
from stackproof.types.companions import neighbours
from stackproof.types.tokens import (
    APIGATEWAY_METHOD,
    APIGATEWAY_REST_API,
    APIGATEWAY_REST_API_POLICY,
    APIGATEWAY_STAGE,
    WAF_ACL_ASSOCIATION,
)

OPEN = Change("authorization", "NONE")
PRIVATE = Change("endpoint_configuration", {"types": "PRIVATE"}, of="api")
CALL = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}


def _policy(*statements: object) -> Json:
    return Json({"Version": "2012-10-17", "Statement": list(statements)})


OFFICE_ONLY = _policy(
    {**CALL, "Principal": "*"},
    {
        **CALL,
        "Effect": "Deny",
        "Principal": "*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    },
)


def _apart(value: object) -> With:
    return With(
        Neighbour("said", APIGATEWAY_REST_API_POLICY, {"rest_api_id": Ref("api"), "policy": value})
    )


@control(
    "rest-api-method-authorization",
    title="Methods of REST APIs ask who is calling, or the API is declared public",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=APIGATEWAY_METHOD,
    needs=(APIGATEWAY_REST_API, *neighbours(APIGATEWAY_REST_API, "policy")),
    frameworks={
        Framework.PCI: ("7.2.1", "8.3.1"),
        Framework.NIST: ("AC-3", "IA-2"),
    },
    cases=Cases(
        passing=Given(
            APIGATEWAY_METHOD,
            {"rest_api": Ref("api"), "http_method": "GET", "authorization": "AWS_IAM"},
            (API,),
        ),
        failing=(
            OPEN,
            Remove("authorization"),
            (OPEN, Change("api_key_required", True)),
            (OPEN, Change("policy", _policy({**CALL, "Principal": "*"}), of="api")),
            (OPEN, _apart(_policy({**CALL, "Principal": "*"}))),
            (OPEN, PRIVATE, Change("policy", _policy({**CALL, "Principal": "*"}), of="api")),
        ),
        unknown=(
            Hide("authorization"),
            (OPEN, Hide("tags", of="api")),
            (OPEN, Hide("policy", of="api")),
            (OPEN, Hide("endpoint_configuration", of="api")),
            (OPEN, Hide("rest_api")),
            (OPEN, _apart(OFFICE_ONLY), Hide("policy", of="said")),
        ),
        absent=((OPEN, Without("api")),),
        also_passing=(
            Change("authorization", "COGNITO_USER_POOLS"),
            (OPEN, Change("tags", {EXPOSURE: PUBLIC}, of="api")),
            (OPEN, Change("policy", OFFICE_ONLY, of="api")),
            (OPEN, _apart(OFFICE_ONLY)),
        ),
        not_applicable=(
            (OPEN, Change("http_method", "OPTIONS")),
            (OPEN, PRIVATE),
        ),
    ),
)
def method_authorization(
    method: Resource, stack: Stack, *, api_keys_suffice: bool = False
) -> Outcome:
    """A key of a usage plan says which customer pays, not who is calling, unless so configured.

    Browsers send no credentials with OPTIONS. A private API is for the VPCs of every account that
    its policy lets in. Source: API Gateway Developer Guide, "Usage plans and API
    keys for REST APIs", "Controlling and managing access to REST APIs".
    """
    if method["authorization"] not in (None, "NONE"):
        return Pass()
    if method["http_method"] == "OPTIONS":
        return NotApplicable("answers browsers that ask what they may send")
    if api_keys_suffice and method["api_key_required"] is True:
        return Pass()
    api = stack.follow_one(method, "rest_api", APIGATEWAY_REST_API)
    if api is not None:
        document = policy(whole(api, stack, "policy"), "policy")
        if meant_for_all(api) or narrows(document):
            return Pass()
        if is_private(api) and not document:
            return NotApplicable("nothing may call a private API without a policy")
    return Fail(
        "authorization",
        "AWS_IAM, COGNITO_USER_POOLS or CUSTOM, a policy of the API that says who may call it, "
        f"or the tag {EXPOSURE}: {PUBLIC} on the API",
        method["authorization"],
        f"Set authorization and an authorizer, or declare the API with {EXPOSURE}: {PUBLIC}.",
    )


@control(
    "rest-api-behind-waf",
    title="Stages of public REST APIs stand behind a web ACL",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=APIGATEWAY_STAGE,
    needs=(WAF_ACL_ASSOCIATION, APIGATEWAY_REST_API),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("APIGateway.4",),
        Framework.PCI: ("6.4.1", "6.4.2"),
        Framework.NIST: ("AC-4(21)",),
    },
    cases=Cases(
        passing=Given(
            APIGATEWAY_STAGE,
            {"rest_api": Ref("api"), "stage_name": "prod"},
            (
                API,
                Neighbour(
                    "joined",
                    WAF_ACL_ASSOCIATION,
                    {
                        "resource_arn": Ref("subject", "arn"),
                        "web_acl_arn": "arn:aws:wafv2:us-east-1:1:regional/webacl/pay/1",
                    },
                ),
            ),
        ),
        failing=(Change("resource_arn", "arn:aws:other", of="joined"),),
        unknown=(
            Hide("resource_arn", of="joined"),
            (Without("joined"), Hide("endpoint_configuration", of="api")),
        ),
        absent=(Without("joined"), (Without("joined"), Without("api"))),
        also_passing=(
            (
                Without("joined"),
                Change("web_acl_arn", "arn:aws:wafv2:us-east-1:1:regional/webacl/pay/1"),
            ),
        ),
        not_applicable=(
            (Without("joined"), PRIVATE),
            (Without("joined"), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def behind_waf(stage: Resource, stack: Stack) -> Outcome:
    """What is known of attacks on the web is turned away before it costs a call.

    AWS shows the web ACL in the stage, also one that another stack has associated.
    """
    fix = "Add an aws.wafv2.WebAclAssociation with the stage's ARN."
    missing = Fail("web_acl_arn", "an associated web ACL", "none", fix)
    told = stage.raw("web_acl_arn")
    if isinstance(told, str) and told:
        return Pass()
    joined = referrers_or_unknown(stage, stack, WAF_ACL_ASSOCIATION, "resource_arn")
    outcome = some(joined, lambda _: Pass(), missing)
    if isinstance(outcome, Pass):
        return outcome
    try:
        api = stack.follow_one(stage, "rest_api", APIGATEWAY_REST_API)
    except UnresolvedError:
        return outcome
    if api is not None and is_private(api):
        return NotApplicable("only what comes through a VPC endpoint reaches the API")
    return outcome


@control(
    "rest-api-no-secrets-in-variables",
    title="Variables of stages of REST APIs hold no secrets",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=APIGATEWAY_STAGE,
    frameworks={Framework.PCI: ("8.6.2",), Framework.NIST: ("IA-5(7)",)},
    cases=Cases(
        passing=Given(
            APIGATEWAY_STAGE,
            {"variables": {"backend": "orders-v2", "tableName": "orders"}},
        ),
        failing=(
            Change("variables.DB_PASSWORD", "correct-horse-battery"),
            Change("variables.backend", "https://root:hunter22@orders.example.com/"),
        ),
        unknown=(Hide("variables"), Hide("variables.backend")),
        also_passing=(Remove("variables"),),
    ),
)
def no_secrets_in_variables(stage: Resource) -> Outcome:
    """Whoever may read the stage, and the logs of its calls, sees its variables."""
    return worst(
        *(_no_secret(*variable) for variable in stage.mapping("variables").items()), Pass()
    )


def _no_secret(name: str, value: object) -> Outcome:
    path = f"variables.{name}"
    if isinstance(value, Unknown):
        return value.at(path)
    if not is_secret(name, str(value)):
        return Pass()
    return Fail(
        path,
        "no secret",
        "a value that looks like a secret",
        "Let the integration read it from Secrets Manager, and change the secret.",
    )
