"""CloudFront distributions: their origins are there, and can be reached from the edge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Without
from stackproof.reasoning.dns_names import LED_TO, answerer, namesake
from stackproof.types.tokens import CLOUDFRONT_DISTRIBUTION, LB

_HOST = "shop-1234567890.us-east-1.elb.amazonaws.com"
_ORIGIN = "origins.0.domain_name"


@control(
    "cloudfront-origin-leads-somewhere",
    title="Origins of distributions are there, and open to CloudFront",
    severity=Severity.HIGH,
    category=Category.HA,
    types=CLOUDFRONT_DISTRIBUTION,
    needs=tuple(type_ for type_ in LED_TO if type_ != CLOUDFRONT_DISTRIBUTION),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            CLOUDFRONT_DISTRIBUTION,
            {"origins": [{"origin_id": "shop", "domain_name": _HOST}]},
            (Neighbour("shop", LB, {"name": "shop", "dns_name": _HOST, "internal": False}),),
        ),
        failing=(
            Change(_ORIGIN, "shop-99.us-east-1.elb.amazonaws.com"),
            Change("internal", True, of="shop"),
        ),
        unknown=(
            Hide("origins"),
            Hide(_ORIGIN),
            Hide("internal", of="shop"),
            Change(_ORIGIN, "other-1.us-east-1.elb.amazonaws.com"),
            Change(_ORIGIN, "gone.s3.us-east-1.amazonaws.com"),
        ),
        absent=(Without("shop"),),
        also_passing=(Change("origins.0.origin_path", "/v2"),),
        not_applicable=(
            Change(_ORIGIN, "shop.of-somebody-else.example"),
            Change("origins.0.vpc_origin_config", {"vpc_origin_id": "vo-1"}),
        ),
    ),
)
def origins_lead_somewhere(distribution: Resource, stack: Stack) -> Outcome:
    """From the edge an internal load balancer is reached by a VPC origin only.

    Source: Amazon CloudFront Developer Guide, "Restrict access with VPC origins".
    """
    return each(distribution.elements("origins"), partial(_leads, distribution, stack))


def _leads(distribution: Resource, stack: Stack, origin: Block) -> Outcome:
    if origin["vpc_origin_config"]:
        return NotApplicable("reached inside a VPC")
    domain, path = origin.raw("domain_name"), origin.at("domain_name")
    if isinstance(domain, Unknown):
        # Which of the origins was computed from what isn't told: all of it must do.
        computed = [*_computed_from(distribution, stack)]
        open_ = computed and all(_is_open(path, "", found) == Pass() for found in computed)
        return Pass() if open_ else domain.at(path)
    host = str(domain)
    try:
        found = answerer(host, host, stack)
    except UnresolvedError:
        after = namesake(host, stack)
        if after is None:
            raise
        return Fail(path, f"the host of {after.name}", host, "Name its own dns_name.")
    if found is None:
        return NotApplicable("an origin that nobody here can see")
    return _is_open(path, host, found)


def _computed_from(distribution: Resource, stack: Stack) -> Iterator[Resource]:
    for urn in distribution.references.get("origins", ()):
        for type_ in LED_TO:
            found = stack.find(urn, type_)
            if found is not None:
                yield found


def _is_open(path: str, host: str, found: Resource) -> Outcome:
    if found.type != LB or not found["internal"]:
        return Pass()
    fix = "Name a VPC origin of the load balancer in vpc_origin_config."
    return Fail(path, "a VPC origin, or a load balancer that faces the internet", host, fix)
