"""REST APIs that a document describes: whom its operations let in."""

from __future__ import annotations

from collections.abc import Mapping

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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, With
from stackproof.reasoning.effective import whole
from stackproof.reasoning.openapi import Operation, operations
from stackproof.reasoning.policy_documents import policy
from stackproof.reasoning.rest_apis import narrows
from stackproof.types.companions import neighbours
from stackproof.types.tokens import APIGATEWAY_REST_API, APIGATEWAY_REST_API_POLICY

GET = "body.paths./orders.get"
CALL = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
APART = Neighbour(
    "said",
    APIGATEWAY_REST_API_POLICY,
    {
        "rest_api_id": Ref("subject"),
        "policy": Json(
            {
                "Version": "2012-10-17",
                "Statement": [{**CALL, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}],
            }
        ),
    },
)
KEY_ONLY = (Change("body.components.securitySchemes.who", {"type": "apiKey", "name": "x-api-key"}),)


@control(
    "rest-api-body-authorization",
    title="Operations of a REST API's document ask who is calling, or the API is declared public",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=APIGATEWAY_REST_API,
    needs=neighbours(APIGATEWAY_REST_API, "policy"),
    frameworks={
        Framework.PCI: ("7.2.1", "8.3.1"),
        Framework.NIST: ("AC-3", "IA-2"),
    },
    cases=Cases(
        passing=Given(
            APIGATEWAY_REST_API,
            {
                "name": "orders",
                "body": Json(
                    {
                        "openapi": "3.0.1",
                        "components": {
                            "securitySchemes": {
                                "who": {
                                    "type": "apiKey",
                                    "name": "Authorization",
                                    "x-amazon-apigateway-authtype": "cognito_user_pools",
                                }
                            }
                        },
                        "paths": {
                            "/orders": {
                                "get": {"security": [{"who": []}]},
                                "options": {},
                            }
                        },
                    }
                ),
            },
        ),
        failing=(
            Remove(f"{GET}.security"),
            Change(f"{GET}.security", []),
            Change(f"{GET}.security", [{"who": []}, {}]),
            Change("body.paths./orders.post", {}),
            KEY_ONLY,
            (
                Remove(f"{GET}.security"),
                Change(f"{GET}.x-amazon-apigateway-auth", {"type": "NONE"}),
            ),
        ),
        unknown=(
            Hide("body"),
            Change("body", "openapi: 3.0.1"),
            (Remove(f"{GET}.security"), Change("tags", {}), Hide("tags")),
            (Remove(f"{GET}.security"), With(APART), Hide("policy", of="said")),
        ),
        absent=(Remove(f"{GET}.security"),),
        also_passing=(
            (Remove(f"{GET}.security"), Change("body.security", [{"who": []}])),
            (
                Remove(f"{GET}.security"),
                Change(f"{GET}.x-amazon-apigateway-auth", {"type": "AWS_IAM"}),
            ),
            (Remove(f"{GET}.security"), Change("tags", {EXPOSURE: PUBLIC})),
            (Remove(f"{GET}.security"), With(APART)),
        ),
        not_applicable=(Remove("body"), Change("body.paths", {})),
    ),
)
def body_authorization(
    api: Resource, stack: Stack, *, api_keys_suffice: bool = False
) -> Outcome | Mapping[str, Outcome]:
    """What a document describes has no resources of its own that say it before it is deployed.

    At AWS each method is judged by rest-api-method-authorization.
    """
    if api["body"] is None:
        return NotApplicable("its methods are judged by themselves")
    found = list(operations(api.record("body")))
    open_ = [
        operation
        for operation in found
        if not (operation.asks or (api_keys_suffice and operation.keyed))
    ]
    closed = bool(open_) and (
        meant_for_all(api) or narrows(policy(whole(api, stack, "policy"), "policy"))
    )
    return {operation.name: _judged(operation, open_, closed) for operation in found}


def _judged(operation: Operation, open_: list[Operation], closed: bool) -> Outcome:
    if closed or operation not in open_:
        return Pass()
    return Fail(
        "body",
        "security with a scheme that asks who is calling, a policy of the API that says who may "
        f"call it, or the tag {EXPOSURE}: {PUBLIC} on the API",
        f"{operation.name} lets everybody in",
        f"Add security to {operation.name}, or declare the API with {EXPOSURE}: {PUBLIC}.",
    )
