"""Default security groups: what is started without a group of its own gets them."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, With, Without
from stackproof.reasoning.relations import referrers
from stackproof.reasoning.security_groups import Rule, egress, ingress
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
    VPC,
)

FRAMEWORKS = {
    Framework.FSBP: ("EC2.2",),
    Framework.CIS: ("5.5",),
    Framework.NIST: ("AC-4(21)", "SC-7"),
}
RULES_APART = (SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_EGRESS_RULE, SECURITY_GROUP_RULE)
ALL_FROM_ITSELF = {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}


def _rule(name: str, group: object) -> With:
    facts = {"security_group_id": group, "ip_protocol": "-1", "cidr_ipv4": "10.0.0.0/8"}
    return With(Neighbour(name, SECURITY_GROUP_EGRESS_RULE, facts))


@control(
    "default-security-group-empty",
    title="Default security groups have no rules",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=DEFAULT_SECURITY_GROUP,
    needs=RULES_APART,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=Given(DEFAULT_SECURITY_GROUP, {"vpc_id": "vpc-0123", "ingress": []}),
        failing=(
            Change("ingress", [ALL_FROM_ITSELF]),
            Change("egress", [ALL_FROM_ITSELF]),
            (Hide("ingress"), Change("egress", [ALL_FROM_ITSELF])),
            _rule("apart", Ref("subject")),
        ),
        unknown=(Hide("ingress"),),
        absent=(_rule("stray", Unknown(Cause.NOT_KNOWN_AT_PREVIEW)),),
        also_passing=(Change("egress", []),),
    ),
)
def default_group_empty(group: Resource, stack: Stack) -> Outcome:
    """The provider takes every rule away that the program does not give."""
    return _emptied(group, stack)


def _emptied(group: Resource, stack: Stack) -> Outcome:
    rules = [*ingress(group, stack), *egress(group, stack)]
    return each(rules, partial(_surplus, group)) if rules else Pass()


def _surplus(group: Resource, rule: Rule) -> Outcome:
    path = rule.facts.path or group.name
    fix = "Remove the rule, and give what used it a group of its own."
    return Fail(path, "no rule in the default security group", rule.summary, fix)


@control(
    "vpc-default-security-group-managed",
    title="VPCs have their default security group taken over and emptied",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=VPC,
    needs=(DEFAULT_SECURITY_GROUP, *RULES_APART),
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=Given(
            VPC,
            {"cidr_block": "10.0.0.0/16"},
            (Neighbour("default", DEFAULT_SECURITY_GROUP, {"vpc_id": Ref("subject")}),),
        ),
        failing=(
            Change("vpc_id", "vpc-other", of="default"),
            Change("ingress", [ALL_FROM_ITSELF], of="default"),
            Change("egress", [ALL_FROM_ITSELF], of="default"),
            _rule("apart", Ref("default")),
        ),
        unknown=(Hide("vpc_id", of="default"), Hide("ingress", of="default")),
        absent=(Without("default"),),
    ),
)
def default_group_managed(vpc: Resource, stack: Stack) -> Outcome:
    """AWS's own default group lets its members reach each other and everything outside.

    Live every VPC has such a group, so that it is there tells nothing.
    """
    groups = referrers(vpc, stack, DEFAULT_SECURITY_GROUP, "vpc_id")
    if groups:
        return each(groups, partial(_emptied, stack=stack))
    return Fail(
        "default_security_group_id",
        "a DefaultSecurityGroup without rules",
        "AWS's own rules",
        "Add an aws.ec2.DefaultSecurityGroup with this VPC's id and no rules.",
    )
