"""DNS records: a name must not lead to what is broken."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect, some
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import ROUTE53_RECORD

# Amazon Route 53 API, AliasTarget: the zone of every CloudFront distribution, which has no health
# to evaluate.
_CLOUDFRONT = "Z2FDTNDATAQYW2"


@control(
    "dns-alias-evaluates-health",
    title="Alias records look at the health of what they point to",
    severity=Severity.LOW,
    category=Category.DR,
    types=ROUTE53_RECORD,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            ROUTE53_RECORD,
            {
                "name": "pay.example.com",
                "type": "A",
                "aliases": [
                    {
                        "name": "pay-1.us-east-1.elb.amazonaws.com",
                        "zone_id": "Z35SXDOTRQ7X7K",
                        "evaluate_target_health": True,
                    }
                ],
            },
        ),
        failing=(
            Change("aliases.0.evaluate_target_health", False),
            Remove("aliases.0.evaluate_target_health"),
        ),
        unknown=(Hide("aliases"), Hide("aliases.0.evaluate_target_health")),
        also_passing=(Hide("aliases.0.zone_id"),),
        not_applicable=(
            Remove("aliases"),
            Change("aliases.0.zone_id", _CLOUDFRONT),
        ),
    ),
)
def alias_evaluates_health(record: Resource) -> Outcome:
    """Otherwise failover and latency records go on naming a load balancer without targets."""
    return each(record.elements("aliases"), _evaluates)


def _evaluates(alias: Block) -> Outcome:
    if alias.raw("zone_id") == _CLOUDFRONT:
        return NotApplicable("a CloudFront distribution")
    fix = "Set evaluate_target_health to true."
    return expect(alias, "evaluate_target_health", True, fix=fix)


_FAILS_OVER = {
    "name": "pay.example.com",
    "type": "A",
    "set_identifier": "primary",
    "failover_routing_policies": [{"type": "PRIMARY"}],
    "health_check_id": "check-1",
}
# A record that answers for several others only while it is healthy, by its property.
_POLICIES = (
    "failover_routing_policies",
    "latency_routing_policies",
    "multivalue_answer_routing_policy",
    "weighted_routing_policies",
)


@control(
    "dns-record-has-health-check",
    title="Records that take turns with others have a health check",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=ROUTE53_RECORD,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(ROUTE53_RECORD, _FAILS_OVER),
        failing=(
            Remove("health_check_id"),
            Change("health_check_id", ""),
            (
                Remove("health_check_id"),
                Remove("failover_routing_policies"),
                Change("latency_routing_policies", [{"region": "eu-west-1"}]),
            ),
        ),
        unknown=(
            Hide("health_check_id"),
            Hide("failover_routing_policies"),
            (Remove("health_check_id"), Hide("aliases")),
        ),
        also_passing=(
            (
                Remove("health_check_id"),
                Change("aliases", [{"name": "elb", "evaluate_target_health": True}]),
            ),
        ),
        not_applicable=(
            (Remove("health_check_id"), Remove("failover_routing_policies")),
            (
                Remove("health_check_id"),
                Change("failover_routing_policies", [{"type": "SECONDARY"}]),
            ),
        ),
    ),
)
def has_health_check(record: Resource) -> Outcome:
    """Without one Route 53 takes it for healthy and goes on naming it.

    The last resort needs none. Source: Amazon Route 53 Developer Guide, "How Amazon Route 53
    chooses records when health checking is configured".
    """
    if not any(record[name] for name in _POLICIES):
        return NotApplicable("it takes no turns with others")
    if record.get("failover_routing_policies.0.type") == "SECONDARY":
        return NotApplicable("the last resort")
    if record["health_check_id"]:
        return Pass()
    fix = "Set health_check_id, or evaluate_target_health of the alias."
    unwatched = Fail("health_check_id", "a health check", None, fix)
    return some(
        record.elements("aliases"),
        lambda alias: Pass() if alias["evaluate_target_health"] else unwatched,
        unwatched,
    )
