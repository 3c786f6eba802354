"""Security groups: whether they and their rules say what they are for."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_set, expect_that
from stackproof.model import (
    Block,
    Category,
    Family,
    Framework,
    Outcome,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import (
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

DESCRIBE = "Say in `description` who needs this and why."
# What the provider writes when the program says nothing.
NO_DESCRIPTIONS = (None, "", "Managed by Pulumi", "Managed by Terraform")


@control(
    "security-group-described",
    title="Security groups and their inline rules say what they are for",
    severity=Severity.LOW,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=SECURITY_GROUP,
    frameworks={Framework.PCI: ("1.2.5",)},
    cases=Cases(
        passing=Given(
            SECURITY_GROUP,
            {
                "description": "Load balancer",
                "ingress": [
                    {
                        "protocol": "tcp",
                        "from_port": 443,
                        "to_port": 443,
                        "cidr_blocks": ["0.0.0.0/0"],
                        "description": "HTTPS from everywhere",
                    }
                ],
            },
        ),
        failing=(
            Remove("description"),
            Change("description", "Managed by Pulumi"),
            Remove("ingress.0.description"),
            Change("egress", [{"protocol": "-1", "from_port": 0, "to_port": 0}]),
        ),
        unknown=(Hide("description"), Hide("ingress.0.description")),
        also_passing=(Change("ingress", []),),
    ),
)
def group_described(group: Resource) -> Outcome:
    """PCI DSS asks for the business reason of every service that is allowed."""
    rules = [*group.elements("ingress"), *group.elements("egress")]
    return worst(each([group], _has_description), each(rules, _has_description))


@control(
    "security-group-rule-described",
    title="Security-group rules say what they are for",
    severity=Severity.LOW,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=(SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_EGRESS_RULE, SECURITY_GROUP_RULE),
    frameworks={Framework.PCI: ("1.2.5",)},
    cases=Cases(
        passing=Given(
            SECURITY_GROUP_INGRESS_RULE,
            {
                "ip_protocol": "tcp",
                "from_port": 5432,
                "to_port": 5432,
                "cidr_ipv4": "10.0.0.0/24",
                "description": "PostgreSQL from services",
            },
        ),
        failing=(Remove("description"), Change("description", "")),
        unknown=(Hide("description"),),
    ),
)
def rule_described(rule: Resource) -> Outcome:
    """PCI DSS asks for the business reason of every service that is allowed."""
    return expect_set(rule, "description", expected="a description", fix=DESCRIBE)


def _has_description(block: Block) -> Outcome:
    return expect_that(
        block,
        "description",
        lambda text: text not in NO_DESCRIPTIONS,
        expected="a description",
        fix=DESCRIBE,
    )
