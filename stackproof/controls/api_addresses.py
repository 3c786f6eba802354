"""APIs: each has an address at which it answers."""

from __future__ import annotations

from collections.abc import Iterator

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    API,
    API_DOMAIN,
    API_DOMAIN_V1,
    API_MAPPING,
    APIGATEWAY_BASE_PATH_MAPPING,
    APIGATEWAY_REST_API,
)

# The type by which a domain name leads to an API, and the property that names the API.
_LEADS = {
    API: ((API_MAPPING, "api_id"),),
    APIGATEWAY_REST_API: ((APIGATEWAY_BASE_PATH_MAPPING, "rest_api"), (API_MAPPING, "api_id")),
}


@control(
    "api-answers-somewhere",
    title="APIs answer at their own address, or at a domain name that leads to them",
    severity=Severity.HIGH,
    category=Category.HA,
    types=(API, APIGATEWAY_REST_API),
    needs=(API_DOMAIN, API_DOMAIN_V1, API_MAPPING, APIGATEWAY_BASE_PATH_MAPPING),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            API,
            {"protocol_type": "HTTP", "disable_execute_api_endpoint": True},
            (
                Neighbour(
                    "mapping",
                    API_MAPPING,
                    {
                        "api_id": Ref("subject"),
                        "domain_name": "api.example.com",
                        "stage": "$default",
                    },
                ),
            ),
        ),
        failing=(Without("mapping"), Change("api_id", "another", of="mapping")),
        unknown=(
            Hide("disable_execute_api_endpoint"),
            Hide("api_id", of="mapping"),
        ),
        absent=(Without("mapping"),),
        also_passing=(
            (Remove("disable_execute_api_endpoint"), Without("mapping")),
            (Change("disable_execute_api_endpoint", False), Without("mapping")),
        ),
    ),
)
def answers_somewhere(api: Resource, stack: Stack) -> Outcome:
    """With its own address off and no domain name that leads to it, nobody can call it.

    Before deployment another program may have the domain name. Source: API Gateway Developer
    Guide, "Disable the default endpoint for HTTP APIs".
    """
    if not api["disable_execute_api_endpoint"]:
        return Pass()
    fix = "Map a domain name to a stage of it, or leave disable_execute_api_endpoint out."
    nowhere = Fail("disable_execute_api_endpoint", "False, or a mapped domain name", True, fix)
    told = some(_mappings(api, stack), lambda mapping: Pass(), nowhere)
    if isinstance(told, Fail) and stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail="a domain name of the API"))
    return told


def _mappings(api: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    for type_, path in _LEADS[api.type]:
        yield from referrers_or_unknown(api, stack, type_, path)
