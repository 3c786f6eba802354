"""What a program says in two ways at once, so that each update undoes the other's."""

from __future__ import annotations

from collections.abc import Iterable

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
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.effective import stated
from stackproof.reasoning.relations import pointing_to
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

_RULES = (
    (SECURITY_GROUP_RULE, "security_group_id"),
    (SECURITY_GROUP_INGRESS_RULE, "security_group_id"),
    (SECURITY_GROUP_EGRESS_RULE, "security_group_id"),
)
_INLINE = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}
_NOT_SHOWN = "AWS shows what there is, and not which program said it how"


def _rule(group: Ref) -> Neighbour:
    facts = {"security_group_id": group, "ip_protocol": "tcp", "from_port": 80, "to_port": 80}
    return Neighbour("rule", SECURITY_GROUP_INGRESS_RULE, facts)


@control(
    "security-group-one-manager",
    title="The rules of a security group are said in the group, or each by itself, never both",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    family=Family.SECURITY_GROUPS,
    types=(SECURITY_GROUP, DEFAULT_SECURITY_GROUP),
    needs=tuple(type_ for type_, _ in _RULES),
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
            Change("egress", [_INLINE]),
            (
                Change("ingress", [_INLINE]),
                Without("rule"),
                With(
                    Neighbour(
                        "older",
                        SECURITY_GROUP_RULE,
                        {"security_group_id": Ref("subject"), "type": "egress"},
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
        ),
    ),
)
def group_one_manager(group: Resource, stack: Stack) -> Outcome:
    """What the group doesn't say itself is taken away, and the next update puts it back.

    Source: Pulumi AWS, ec2.SecurityGroup: not to be combined with rules of their own.
    """
    if stack.sight is Sight.LIVE:
        return NotApplicable(_NOT_SHOWN)
    return worst(*(_apart(group, stack, name, _RULES) for name in ("ingress", "egress")))


def _apart(
    resource: Resource, stack: Stack, name: str, elsewhere: Iterable[tuple[str, str]]
) -> Outcome:
    """Fail when a property of a resource, and resources that point to it, say the same thing."""
    if not stated(resource)[name]:
        return Pass()
    beside = [one for type_, path in elsewhere for one in pointing_to(resource, stack, type_, path)]
    if not beside:
        return Pass()
    return Fail(
        name,
        f"either {name} or resources of their own",
        f"{name}, and {', '.join(sorted(one.name for one in beside))}",
        f"Move what {name} says to resources of their own, or the other way round.",
    )


_ATTACHMENTS = (
    (IAM_POLICY_ATTACHMENT, "roles"),
    (IAM_ROLE_POLICY_ATTACHMENT, "role"),
    (IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE, "role_name"),
)
_POLICIES = ((IAM_ROLE_POLICY, "role"), (IAM_ROLE_POLICIES_EXCLUSIVE, "role_name"))
_READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@control(
    "iam-role-one-manager",
    title="The policies of a role are said in the role, or each by itself, never both",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IAM_ROLE,
    needs=tuple(type_ for type_, _ in (*_ATTACHMENTS, *_POLICIES)),
    frameworks={Framework.NIST: ("CM-2", "CM-3")},
    cases=Cases(
        passing=Given(
            IAM_ROLE,
            {"description": "api", "managed_policy_arns": [_READ_ONLY]},
            (Neighbour("inline", IAM_ROLE_POLICY, {"role": Ref("subject"), "name": "write"}),),
            sight=Sight.STATE,
        ),
        failing=(
            Change("inline_policies", [{"name": "read", "policy": "{}"}]),
            With(
                Neighbour(
                    "attached",
                    IAM_ROLE_POLICY_ATTACHMENT,
                    {"role": Ref("subject"), "policy_arn": _READ_ONLY},
                )
            ),
        ),
        unknown=(
            Hide("managed_policy_arns"),
            (
                Change("inline_policies", [{"name": "read", "policy": "{}"}]),
                Hide("role", of="inline"),
            ),
        ),
        absent=(
            (
                Change("inline_policies", [{"name": "read", "policy": "{}"}]),
                Hide("role", of="inline"),
            ),
        ),
        also_passing=(
            Without("inline"),
            (
                Without("inline"),
                Change("inline_policies", [{"name": "read", "policy": "{}"}]),
            ),
            Remove("managed_policy_arns"),
        ),
    ),
)
def role_one_manager(role: Resource, stack: Stack) -> Outcome:
    """What the role doesn't name itself is detached, and the next update attaches it again.

    Source: Pulumi AWS, iam.Role, managedPolicyArns and inlinePolicies.
    """
    if stack.sight is Sight.LIVE:
        return NotApplicable(_NOT_SHOWN)
    return worst(
        _apart(role, stack, "managed_policy_arns", _ATTACHMENTS),
        _apart(role, stack, "inline_policies", _POLICIES),
    )
