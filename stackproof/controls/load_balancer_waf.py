"""Load balancers: a web ACL stands before what the internet reaches."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect_that, some
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import LB, WAF_ACL_ASSOCIATION


@control(
    "load-balancer-behind-waf",
    title="Internet-facing application load balancers stand behind a web ACL",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=LB,
    needs=(WAF_ACL_ASSOCIATION,),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.SECURITY_HUB: ("ELB.16",),
        Framework.PCI: ("6.4.1", "6.4.2"),
        Framework.NIST: ("AC-4(21)",),
    },
    cases=Cases(
        passing=Given(
            LB,
            {"load_balancer_type": "application", "internal": False},
            (
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
        unknown=(Hide("resource_arn", of="joined"), Hide("internal")),
        absent=(Without("joined"),),
        also_passing=((Remove("internal"), Remove("load_balancer_type")),),
        not_applicable=(
            Change("internal", True),
            Change("load_balancer_type", "network"),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def behind_waf(balancer: Resource, stack: Stack) -> Outcome:
    """Web ACLs work for application load balancers only."""
    if balancer["internal"] or balancer["load_balancer_type"] in ("network", "gateway"):
        return NotApplicable("not an internet-facing application load balancer")
    fix = "Add an aws.wafv2.WebAclAssociation with the load balancer's ARN."
    missing = Fail("arn", "an associated web ACL", "none", fix)
    joined = referrers_or_unknown(balancer, stack, WAF_ACL_ASSOCIATION, "resource_arn")
    return some(joined, lambda _: Pass(), missing)


@control(
    "load-balancer-waf-fails-closed",
    title="Load balancers let no request past a web ACL that does not answer",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=LB,
    frameworks={Framework.PCI: ("6.4.2",), Framework.NIST: ("SC-7(18)",)},
    cases=Cases(
        passing=Given(LB, {"load_balancer_type": "application", "enable_waf_fail_open": False}),
        failing=(Change("enable_waf_fail_open", True),),
        unknown=(Hide("enable_waf_fail_open"),),
        also_passing=(Remove("enable_waf_fail_open"),),
        not_applicable=(Change("load_balancer_type", "network"),),
    ),
)
def waf_fails_closed(balancer: Resource) -> Outcome:
    """Who overloads the web ACL is let in unseen, and the web ACL still stands there.

    Off by default. Source: Elastic Load Balancing, "Edit attributes for your Application Load
    Balancer", waf.fail_open.enabled.
    """
    if balancer["load_balancer_type"] not in (None, "application"):
        return NotApplicable("no application load balancer")
    return expect_that(
        balancer,
        "enable_waf_fail_open",
        lambda value: value is not True,
        expected="false",
        fix="Leave enable_waf_fail_open out.",
    )
