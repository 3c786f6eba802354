"""DNS records: a name must not lead to what is broken."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect
from stackproof.model import (
    Block,
    Category,
    Framework,
    NotApplicable,
    Outcome,
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
