"""Hosted zones: what is asked of public ones is written down."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, expect_set
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Without
from stackproof.reasoning.dns_names import is_public
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import ROUTE53_QUERY_LOG, ROUTE53_ZONE


@control(
    "dns-zone-query-logs",
    title="Public hosted zones log what they are asked",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=ROUTE53_ZONE,
    needs=(ROUTE53_QUERY_LOG,),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("Route53.2",),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    in_part={Framework.PCI: ("10.2.1",)},
    cases=Cases(
        passing=Given(
            ROUTE53_ZONE,
            {"name": "example.com", "name_servers": ["ns-1.example"]},
            (
                Neighbour(
                    "log",
                    ROUTE53_QUERY_LOG,
                    {
                        "zone_id": Ref("subject"),
                        "cloudwatch_log_group_arn": "arn:aws:logs:us-east-1:1:log-group:/dns",
                    },
                ),
            ),
        ),
        failing=(Without("log"), Change("zone_id", "Z0123456789", of="log")),
        unknown=(
            Hide("zone_id", of="log"),
            Hide("cloudwatch_log_group_arn", of="log"),
            Hide("vpcs"),
        ),
        absent=(Without("log"),),
        not_applicable=(
            (Without("log"), Change("vpcs", [{"vpc_id": "vpc-1"}])),
            (Without("log"), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def query_logs(zone: Resource, stack: Stack) -> Outcome:
    """They tell that somebody maps out the names, and whether one that goes is still asked for.

    Source: Amazon Route 53 Developer Guide, "Public DNS query logging".
    """
    if not is_public(zone, stack):
        return NotApplicable("a private zone, which its VPC's resolver logs")
    fix = "Add an aws.route53.QueryLog to a log group in us-east-1 that Route 53 may write to."
    logs = referrers(zone, stack, ROUTE53_QUERY_LOG, "zone_id")
    path, expected = "cloudwatch_log_group_arn", "a log group"
    if not logs:
        return Fail("query_log", expected, None, fix)
    return each(logs, lambda log: expect_set(log, path, expected=expected, fix=fix))
