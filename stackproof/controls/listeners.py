"""Listeners: nothing is served in clear text, and TLS is of a version that still holds."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_that, some
from stackproof.controls.support.in_support import accepts_from
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.listeners import protocol_of
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.ends.tls_policies import LOAD_BALANCERS
from stackproof.types.tokens import LB, LB_LISTENER, LB_LISTENER_RULE

IN_CLEAR = {
    "protocol": "HTTP",
    "port": 80,
    "default_actions": [
        {
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
        }
    ],
}
FORWARD = [{"type": "forward", "target_group_arn": "arn:aws:case:us-east-1:123456789012:tg"}]


def _rule(listener: object) -> With:
    facts = {"listener_arn": listener, "priority": 1, "actions": FORWARD}
    return With(Neighbour("shortcut", LB_LISTENER_RULE, facts))


@control(
    "listener-http-redirects",
    title="HTTP listeners do nothing but redirect to HTTPS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=LB_LISTENER,
    needs=(LB_LISTENER_RULE,),
    frameworks={
        Framework.FSBP: ("ELB.1",),
        Framework.PCI: ("2.2.7", "4.2.1"),
        Framework.NIST: ("SC-8", "SC-8(1)"),
    },
    cases=Cases(
        passing=Given(LB_LISTENER, IN_CLEAR),
        failing=(
            Change("default_actions", FORWARD),
            Change("default_actions.0.redirect.protocol", "HTTP"),
            Remove("default_actions.0.redirect.protocol"),
            _rule(Ref("subject", "arn")),
            (Hide("default_actions"), _rule(Ref("subject", "arn"))),
            (Remove("protocol"), Change("default_actions", FORWARD)),
        ),
        unknown=(Hide("default_actions"), Hide("default_actions.0.type"), Hide("protocol")),
        absent=(_rule(Unknown(Cause.NOT_KNOWN_AT_PREVIEW)),),
        also_passing=(
            Change("default_actions", [{"type": "fixed-response", "fixed_response": {}}]),
        ),
        not_applicable=(
            Change("protocol", "HTTPS"),
            Change("protocol", "TCP"),
            (Remove("protocol"), Remove("port"), Change("default_actions", FORWARD)),
        ),
    ),
)
def http_redirects(listener: Resource, stack: Stack) -> Outcome:
    """Rules before the default action count as well; a fixed answer tells nothing."""
    protocol = protocol_of(listener)
    if protocol != "HTTP":
        return NotApplicable(f"a listener for {protocol or 'every protocol'}")
    rules = referrers_or_unknown(listener, stack, LB_LISTENER_RULE, "listener_arn")
    return worst(
        each(listener.elements("default_actions"), _stays_closed),
        each(
            rules, lambda rule: each(Block(rule.data, rule.name).elements("actions"), _stays_closed)
        ),
    )


def _rule_stays_closed(rule: Resource) -> Outcome:
    return each(Block(rule.data, rule.name).elements("actions"), _stays_closed)


def _stays_closed(action: Block) -> Outcome:
    fix = "Redirect to HTTPS (redirect.protocol HTTPS, port 443) and serve from an HTTPS listener."
    if action["type"] == "fixed-response":
        return Pass()
    if action["type"] != "redirect":
        return Fail(action.at("type"), "redirect", action["type"], fix)
    return expect_that(
        action, "redirect.protocol", lambda text: text == "HTTPS", expected="HTTPS", fix=fix
    )


@control(
    "listener-tls-version",
    title="TLS listeners accept TLS 1.2 or later only",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=LB_LISTENER,
    frameworks={
        Framework.PCI: ("2.2.7", "4.2.1"),
        Framework.NIST: ("SC-8(1)", "SC-23(5)"),
    },
    # It asks for policies that AWS recommends, of which these are not all.
    in_part={Framework.FSBP: ("ELB.17",)},
    cases=Cases(
        passing=Given(
            LB_LISTENER,
            {"protocol": "HTTPS", "port": 443, "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        ),
        failing=(
            Change("ssl_policy", "ELBSecurityPolicy-2016-08"),
            Change("ssl_policy", "ELBSecurityPolicy-TLS13-1-0-2021-06"),
            Change("ssl_policy", "ELBSecurityPolicy-TLS-1-1-2017-01"),
            Change("ssl_policy", "ELBSecurityPolicy-FS-2018-06"),
            Remove("ssl_policy"),
            (Change("protocol", "TLS"), Remove("ssl_policy")),
        ),
        unknown=(Hide("ssl_policy"), Change("ssl_policy", "my-policy")),
        also_passing=(
            Change("ssl_policy", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
            Change("ssl_policy", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"),
            Change("ssl_policy", "ELBSecurityPolicy-FS-1-2-Res-2020-10"),
        ),
        not_applicable=(Change("protocol", "HTTP"), Change("protocol", "TCP")),
    ),
)
def tls_version(listener: Resource) -> Outcome:
    """Without a policy the API takes ELBSecurityPolicy-2016-08, which accepts TLS 1.0."""
    protocol = protocol_of(listener)
    if protocol not in ("HTTPS", "TLS"):
        return NotApplicable(f"a listener for {protocol or 'every protocol'}")
    return accepts_from(
        listener,
        "ssl_policy",
        listener.text("ssl_policy") or "ELBSecurityPolicy-2016-08",
        LOAD_BALANCERS,
        oldest="1.2",
        fix="Set ssl_policy to ELBSecurityPolicy-TLS13-1-2-2021-06 or a stricter one.",
    )


@control(
    "load-balancer-has-tls-listener",
    title="Internet-facing load balancers have a TLS listener",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=LB,
    needs=(LB_LISTENER,),
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8", "SC-8(1)")},
    in_part={Framework.FSBP: ("ELB.18",)},
    cases=Cases(
        passing=Given(
            LB,
            {"internal": False},
            (
                Neighbour(
                    "https",
                    LB_LISTENER,
                    {"load_balancer_arn": Ref("subject", "arn"), "protocol": "HTTPS", "port": 443},
                ),
            ),
        ),
        failing=(Change("protocol", "HTTP", of="https"),),
        unknown=(Hide("protocol", of="https"), Hide("load_balancer_arn", of="https")),
        absent=(Without("https"),),
        also_passing=(Change("protocol", "TLS", of="https"),),
        not_applicable=(Change("internal", True), Change("load_balancer_type", "gateway")),
    ),
)
def has_tls_listener(balancer: Resource, stack: Stack) -> Outcome:
    """What crosses the internet is encrypted."""
    if balancer["internal"] or balancer["load_balancer_type"] == "gateway":
        return NotApplicable("not reached from the internet")
    fix = "Add an aws.lb.Listener with protocol HTTPS, port 443 and a certificate_arn."
    missing = Fail("arn", "an HTTPS or TLS listener", "none", fix)
    return some(
        referrers_or_unknown(balancer, stack, LB_LISTENER, "load_balancer_arn"),
        lambda listener: Pass() if listener["protocol"] in ("HTTPS", "TLS") else missing,
        missing,
    )
