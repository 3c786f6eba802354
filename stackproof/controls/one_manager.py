"""What a program says in two ways at once, so that each update undoes the other's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.effective import stated
from stackproof.reasoning.relations import referrers
from stackproof.reasoning.security_groups import Rule, egress, ingress
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    IAM_POLICY_ATTACHMENT,
    IAM_ROLE,
    IAM_ROLE_POLICIES_EXCLUSIVE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

_INLINE = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}
_NOT_SHOWN = "AWS shows what there is, and not how a program said it: --only state judges that"


# What the provider shows in the group of the rule that stands apart.
_SHOWN = {**_INLINE, "from_port": 80, "to_port": 80}


def _rule(group: Ref) -> Neighbour:
    facts = {
        "security_group_id": group,
        "ip_protocol": "tcp",
        "from_port": 80,
        "to_port": 80,
        "cidr_ipv4": "10.0.0.0/8",
    }
    return Neighbour("rule", SECURITY_GROUP_INGRESS_RULE, facts)


@control(
    "security-group-one-manager",
    title="The rules of a security group are said in the group, or each by itself, never both",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=(SECURITY_GROUP, DEFAULT_SECURITY_GROUP),
    needs=(SECURITY_GROUP_RULE, SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_EGRESS_RULE),
    frameworks={Framework.NIST: ("CM-2", "CM-3")},
    cases=Cases(
        passing=Given(
            SECURITY_GROUP,
            {"description": "web"},
            (_rule(Ref("subject")),),
            sight=Sight.STATE,
        ),
        failing=(
            Change("ingress", [_INLINE]),
            Change("ingress", [{**_SHOWN, "cidr_blocks": ["10.0.0.0/8", "192.0.2.0/24"]}]),
            (
                Change("ingress", [_INLINE]),
                Without("rule"),
                With(
                    Neighbour(
                        "older",
                        SECURITY_GROUP_RULE,
                        {
                            "security_group_id": Ref("subject"),
                            "type": "ingress",
                            "protocol": "tcp",
                            "from_port": 80,
                            "to_port": 80,
                            "cidr_blocks": ["10.0.0.0/8"],
                        },
                    )
                ),
            ),
        ),
        unknown=(
            Hide("ingress"),
            (Change("ingress", [_INLINE]), Hide("security_group_id", of="rule")),
        ),
        absent=((Change("ingress", [_INLINE]), Hide("security_group_id", of="rule")),),
        also_passing=(
            (Change("ingress", [_INLINE]), Without("rule")),
            Change("ingress", []),
            Change("ingress", [_SHOWN]),
        ),
    ),
)
def group_one_manager(group: Resource, stack: Stack) -> Outcome:
    """What the group doesn't say itself is taken away, and the next update puts it back.

    The provider shows rules of their own among the group's when it has looked at AWS: only what no
    such rule says is the group's own word. Source: Pulumi AWS, ec2.SecurityGroup: not to be
    combined with rules of their own.
    """
    if stack.sight is Sight.LIVE:
        return NotApplicable(_NOT_SHOWN)
    group = stated(group)
    return worst(
        _rules_of(group, "ingress", list(ingress(group, stack))),
        _rules_of(group, "egress", list(egress(group, stack))),
    )


def _rules_of(group: Resource, direction: str, rules: Sequence[Rule | Unknown]) -> Outcome:
    if not group[direction]:
        return Pass()
    hidden = next((rule for rule in rules if isinstance(rule, Unknown)), None)
    if hidden is not None:
        raise UnresolvedError(hidden)
    seen = [rule for rule in rules if isinstance(rule, Rule)]
    apart = [rule for rule in seen if not rule.inside]
    claims: dict[tuple[str, range], set[str]] = defaultdict(set)
    for rule in apart:
        claims[rule.protocol, rule.ports] |= rule.peers
    own = [
        rule
        for rule in seen
        if rule.inside and not rule.peers <= claims.get((rule.protocol, rule.ports), set())
    ]
    if not own or not apart:
        return Pass()
    return _twice(direction, sorted({rule.holder.name for rule in apart}))


def _twice(name: str, beside: Sequence[str]) -> Fail:
    return Fail(
        name,
        f"either {name} or resources of their own",
        f"{name}, and {', '.join(beside)}",
        f"Move what {name} says to resources of their own, or the other way round.",
    )


# What says it apart: the property that names the role, and the one that says what it has.
_ATTACHED = (
    (IAM_POLICY_ATTACHMENT, "roles", "policy_arn"),
    (IAM_ROLE_POLICY_ATTACHMENT, "role", "policy_arn"),
    (IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE, "role_name", "policy_arns"),
)
_NAMED = (
    (IAM_ROLE_POLICY, "role", "name"),
    (IAM_ROLE_POLICIES_EXCLUSIVE, "role_name", "policy_names"),
)
_READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
_OTHER = "arn:aws:iam::aws:policy/SecurityAudit"
_INSIDE = Change("inline_policies", [{"name": "read", "policy": "{}"}])


@control(
    "iam-role-one-manager",
    title="The policies of a role are said in the role, or each by itself, never both",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IAM_ROLE,
    needs=tuple(type_ for type_, _, _ in (*_ATTACHED, *_NAMED)),
    frameworks={Framework.NIST: ("CM-2", "CM-3")},
    cases=Cases(
        passing=Given(
            IAM_ROLE,
            {"description": "api", "managed_policy_arns": [_READ_ONLY]},
            (Neighbour("inline", IAM_ROLE_POLICY, {"role": Ref("subject"), "name": "write"}),),
            sight=Sight.STATE,
        ),
        failing=(
            _INSIDE,
            With(
                Neighbour(
                    "attached",
                    IAM_ROLE_POLICY_ATTACHMENT,
                    {"role": Ref("subject"), "policy_arn": _OTHER},
                )
            ),
        ),
        unknown=(
            Hide("managed_policy_arns"),
            (_INSIDE, Hide("role", of="inline")),
        ),
        absent=((_INSIDE, Hide("role", of="inline")),),
        also_passing=(
            Without("inline"),
            (Without("inline"), _INSIDE),
            Remove("managed_policy_arns"),
            Change("inline_policies", [{"name": "write", "policy": "{}"}]),
        ),
    ),
)
def role_one_manager(role: Resource, stack: Stack) -> Outcome:
    """What the role doesn't name itself is detached, and the next update attaches it again.

    The provider shows what others attach, too, when it has looked at AWS. Source: Pulumi AWS,
    iam.Role, managedPolicyArns and inlinePolicies.
    """
    if stack.sight is Sight.LIVE:
        return NotApplicable(_NOT_SHOWN)
    role = stated(role)
    inline = [block.text("name") or "" for block in role.blocks("inline_policies")]
    return worst(
        _policies_of(
            role, stack, "managed_policy_arns", role.values("managed_policy_arns"), _ATTACHED
        ),
        _policies_of(role, stack, "inline_policies", inline, _NAMED),
    )


def _policies_of(
    role: Resource,
    stack: Stack,
    name: str,
    own: Sequence[Any],
    elsewhere: Iterable[tuple[str, str, str]],
) -> Outcome:
    """Fail when a role names policies, and resources that point to it name others."""
    if not own:
        return Pass()
    beside = [
        (attachment, says)
        for type_, path, says in elsewhere
        for attachment in referrers(role, stack, type_, path)
    ]
    values = {value for attachment, says in beside for value in attachment.values(says)}
    if not beside or {*own} <= values:
        return Pass()
    return _twice(name, sorted(attachment.name for attachment, _ in beside))
