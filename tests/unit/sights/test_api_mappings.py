"""An API without an address of its own is looked for behind every domain name of the account."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls.registry import catalogue, judge
from stackproof.model import Cause, Fail, Outcome, Pass, Unknown
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, take
from stackproof.types.tokens import API, APIGATEWAY_REST_API
from tests.unit.sights.answering import REGION, Answering

OWN = {"Project": "shop"}
OTHERS = {"Project": "edge"}
HTTP = {"ApiId": "http1", "ApiEndpoint": "https://x", "Name": "shop", "ProtocolType": "HTTP"}
READERS = [
    reader
    for reader in readers()
    if reader.listing.service in ("apigateway", "apigatewayv2")
    and reader.listing.operation
    in ("GetApis", "GetRestApis", "GetDomainNames", "GetApiMappings", "GetBasePathMappings")
]


def looked(*, closed: bool = True, **changed: Any) -> Snapshot:
    """Read an HTTP API and a REST API of the stack, beside domain names of another one."""
    given: dict[str, Any] = {
        "apigatewayv2:GetApis": [{**HTTP, "DisableExecuteApiEndpoint": closed, "Tags": OWN}],
        "apigateway:GetRestApis": [
            {"id": "rest1", "name": "shop", "disableExecuteApiEndpoint": closed, "tags": OWN}
        ],
        "apigatewayv2:GetDomainNames": [{"DomainName": "api.example.com", "Tags": OTHERS}],
        "apigateway:GetDomainNames": [{"domainName": "api.example.com", "tags": OTHERS}],
        "apigatewayv2:GetApiMappings": [
            {"ApiId": "http1", "ApiMappingId": "m1", "Stage": "$default"},
            {"ApiId": "strange", "ApiMappingId": "m2", "Stage": "$default"},
        ],
        "apigateway:GetBasePathMappings": [
            {"restApiId": "rest1", "basePath": "(none)", "stage": "prod"}
        ],
    }
    named = {
        f"{service}:{operation}": answer
        for name, answer in changed.items()
        for service, operation in (name.split("_", 1),)
    }
    answers = {
        name: answer if isinstance(answer, Unknown) else {_result(name): answer}
        for name, answer in {**given, **named}.items()
    }
    arns = [f"arn:aws:apigateway:{REGION}::/{path}" for path in ("apis/http1", "restapis/rest1")]
    return take(Answering(answers), READERS, regions=[REGION], keys=arns, own_tags=OWN)


def _result(name: str) -> str:
    return str(next(r.listing.result for r in READERS if r.listing.name == name))


def judged(snapshot: Snapshot, type_: str) -> Outcome:
    stack = snapshot.stack()
    findings = judge(stack, [catalogue()["api-answers-somewhere"]])
    (told,) = (finding.outcome for finding in findings if finding.resource.type == type_)
    return told


TYPES = pytest.mark.parametrize("type_", [API, APIGATEWAY_REST_API])


@TYPES
def test_anothers_domain_name_that_leads_to_it_is_enough(type_: str) -> None:
    snapshot = looked()
    assert judged(snapshot, type_) == Pass()
    assert {one.data.get("api_id", one.data.get("rest_api")) for one in snapshot.foreign} == {
        "http1",
        "rest1",
    }


@TYPES
def test_nothing_leads_to_it(type_: str) -> None:
    nothing = looked(apigatewayv2_GetApiMappings=[], apigateway_GetBasePathMappings=[])
    assert isinstance(judged(nothing, type_), Fail)


@TYPES
@pytest.mark.parametrize("what", ["GetDomainNames", "Mappings"])
def test_what_is_denied_hides_it(type_: str, what: str) -> None:
    hidden = Unknown(Cause.ACCESS_DENIED)
    if what == "Mappings":
        answers: dict[str, Any] = {
            "apigatewayv2_GetApiMappings": hidden,
            "apigateway_GetBasePathMappings": hidden,
        }
    else:
        answers = {"apigatewayv2_GetDomainNames": hidden, "apigateway_GetDomainNames": hidden}
    assert isinstance(judged(looked(**answers), type_), Unknown)


def test_rules_may_lead_to_it() -> None:
    by_rules = {"domainName": "api.example.com", "routingMode": "ROUTING_RULE_ONLY"}
    told = judged(looked(apigateway_GetDomainNames=[by_rules]), APIGATEWAY_REST_API)
    assert isinstance(told, Unknown)


def test_domain_names_are_not_asked_for_where_apis_have_addresses() -> None:
    snapshot = looked(closed=False)
    assert judged(snapshot, API) == judged(snapshot, APIGATEWAY_REST_API) == Pass()
    assert not [call for call in snapshot.calls if "Domain" in call or "Mapping" in call]
