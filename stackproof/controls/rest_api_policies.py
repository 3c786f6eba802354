"""Whom the policies of REST APIs let call."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.documents import granted
from stackproof.controls.support.taggable import EXPOSURE, PUBLIC, meant_for_all
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
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
    Json,
    Neighbour,
    Remove,
    With,
)
from stackproof.reasoning.access import Grant
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.types.tokens import (
    APIGATEWAY_REST_API,
    APIGATEWAY_REST_API_POLICY,
)


def _open(**condition: object) -> Json:
    statement = {
        "Sid": "Call",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    return Json({"Statement": [statement | condition]})


OFFICE = _open(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})


@control(
    "rest-api-policy-not-open",
    title="Policies of REST APIs say who may call them, or the API is declared public",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=(APIGATEWAY_REST_API, APIGATEWAY_REST_API_POLICY),
    needs=(APIGATEWAY_REST_API, APIGATEWAY_REST_API_POLICY),
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(APIGATEWAY_REST_API, {"policy": OFFICE, "tags": {}}),
        failing=(
            Change("policy", _open()),
            Change("policy", _open(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})),
            Change(
                "policy",
                _open(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:*:*:*"}}),
            ),
        ),
        unknown=(Hide("policy"), (Change("policy", _open()), Hide("tags"))),
        absent=(
            (
                Remove("policy"),
                With(
                    Neighbour(
                        "apart",
                        APIGATEWAY_REST_API_POLICY,
                        {"rest_api_id": Unknown(Cause.NOT_KNOWN_AT_PREVIEW), "policy": _open()},
                    )
                ),
            ),
        ),
        also_passing=((Change("policy", _open()), Change("tags", {EXPOSURE: PUBLIC})),),
        not_applicable=(Remove("policy"),),
    ),
)
def rest_api_policy_not_open(api: Resource, stack: Stack) -> Outcome:
    """A policy that everybody meets keeps nobody out; a private API answers every VPC with it.

    Without a policy the methods say who may call (`rest-api-method-authorization`).
    """

    def judge(item: tuple[str, Grant]) -> Outcome:
        path, grant = item
        if not grant.everybody or meant_for_all(api):
            return Pass()
        return Fail(
            path,
            f"named principals, networks or addresses, or the tag {EXPOSURE}: {PUBLIC}",
            f"{grant.statement.name} allows everybody {', '.join(grant.statement.actions)}",
            "Name in the policy who may call the API, or from where.",
        )

    return each(granted(resource_policy(api, stack)), judge)
