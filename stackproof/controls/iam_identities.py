"""What users, groups and roles may do by all their policies, and where users have theirs from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
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
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Without
from stackproof.reasoning.access import Statement
from stackproof.reasoning.escalation import ESCALATIONS, Step, allowing, opened
from stackproof.reasoning.held_policies import HELD_NEIGHBOURS, Held, held_policies
from stackproof.reasoning.permissions.decision import Elsewhere, Spoken
from stackproof.reasoning.permissions.sides import boundary
from stackproof.reasoning.policy_documents import SourcedStatement
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    IAM_GROUP,
    IAM_GROUP_POLICY,
    IAM_POLICY_ATTACHMENT,
    IAM_ROLE,
    IAM_USER,
    IAM_USER_GROUP_MEMBERSHIP,
    IAM_USER_POLICY,
    IAM_USER_POLICY_ATTACHMENT,
    IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE,
)

_LONGER: Final = tuple(escalation for escalation in ESCALATIONS if len(escalation) > 1)
_ACTION: Final = "policy.Statement.0.Action"


def _policy(action: str, resource: str = "*") -> Json:
    return Json({"Statement": [{"Effect": "Allow", "Action": [action], "Resource": resource}]})


def _in_parts(escalation: tuple[Step, ...]) -> tuple[Change, Change]:
    first, *rest = (action for action, _, _ in escalation)
    return Change(_ACTION, [first], of="own"), Change(_ACTION, rest, of="everybody's")


IN_A_GROUP: Final = Given(
    IAM_USER,
    {"name": "deploy"},
    (
        Neighbour(
            "own",
            IAM_USER_POLICY,
            {"user": Ref("subject"), "policy": _policy("ec2:ModifyInstanceAttribute")},
        ),
        Neighbour("team", IAM_GROUP, {"name": "team"}),
        Neighbour(
            "member",
            IAM_USER_GROUP_MEMBERSHIP,
            {"user": Ref("subject"), "groups": [Ref("team")]},
        ),
        Neighbour(
            "everybody's",
            IAM_GROUP_POLICY,
            {"group": Ref("team"), "policy": _policy("ec2:DescribeInstances")},
        ),
    ),
)


@control(
    "iam-no-escalation-together",
    title="No two policies of an identity together let it run code under another role",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=(IAM_ROLE, IAM_USER, IAM_GROUP),
    needs=HELD_NEIGHBOURS,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=IN_A_GROUP,
        failing=tuple(_in_parts(escalation) for escalation in _LONGER),
        unknown=(
            Hide("policy", of="everybody's"),
            Hide("groups", of="member"),
            Hide(_ACTION, of="everybody's"),
        ),
        absent=((Without("team"), Hide("groups", of="member")),),
        also_passing=(
            (*_in_parts(_LONGER[0]), Change("policy.Statement.0.Effect", "Deny", of="own")),
            (Change(_ACTION, "ec2:*", of="everybody's"), Change(_ACTION, "s3:*", of="own")),
            (Change(_ACTION, ["s3:GetObject"], of="own"), Hide("policy", of="everybody's")),
        ),
        not_applicable=((Without("own"), Without("member"), Without("everybody's")),),
    ),
)
def no_escalation_together(holder: Resource, stack: Stack) -> Outcome:
    """Each policy looks harmless by itself, and nobody reads them side by side.

    A user has the policies of its groups as well. What one policy alone allows is said of it
    (iam-no-escalation-by-service), and what one group's allow of the group.
    """
    held = list(held_policies(holder, stack))
    unknown = next(
        (item for policy in held for item in policy.statements if isinstance(item, Unknown)), None
    )
    for escalation in _left_open_by(boundary(holder, stack)):
        found = opened(_known(held), escalation)
        if found is not None and not _alone(held, escalation):
            return found
        if unknown is not None and any(allowing(_known(held), step) for step in escalation):
            return unknown
    return Pass() if held else NotApplicable("it has no policies")


def _known(held: Sequence[Held]) -> list[SourcedStatement]:
    return [
        item for policy in held for item in policy.statements if isinstance(item, SourcedStatement)
    ]


def _left_open_by(limit: Spoken | None) -> list[tuple[Step, ...]]:
    """Give the ways that a permissions boundary, if there is one, may leave open."""
    if limit is None:
        return [*_LONGER]
    return [
        escalation
        for escalation in _LONGER
        if all(
            any(_may_allow(statement, action) for statement in limit) for action, _, _ in escalation
        )
    ]


def _may_allow(statement: Statement | Unknown | Elsewhere, action: str) -> bool:
    return not isinstance(statement, Statement) or (statement.allows and statement.acts(action))


def _alone(held: Sequence[Held], escalation: tuple[Step, ...]) -> bool:
    """Tell whether one policy, or one group's, opens a way already."""
    groups = {policy.group for policy in held} - {""}
    parts = [[policy] for policy in held]
    parts += [[policy for policy in held if policy.group == group] for group in groups]
    return any(opened(_known(part), escalation) is not None for part in parts)


_OWN: Final = (
    (IAM_USER_POLICY, "user", ""),
    (IAM_USER_POLICY_ATTACHMENT, "user", ""),
    (IAM_POLICY_ATTACHMENT, "users", ""),
    (IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE, "user_name", "policy_arns"),
)


@control(
    "iam-user-permissions-through-groups",
    title="Users have their permissions through groups",
    severity=Severity.LOW,
    category=Category.IAM,
    types=IAM_USER,
    needs=tuple(type_ for type_, _, _ in _OWN),
    frameworks={
        Framework.FSBP: ("IAM.2",),
        Framework.CIS: ("1.14",),
        Framework.PCI: ("7.2.2",),
        Framework.NIST: ("AC-2", "AC-3", "AC-6"),
    },
    cases=Cases(
        passing=Given(
            IAM_USER,
            {"name": "deploy"},
            (
                Neighbour(
                    "another's", IAM_USER_POLICY, {"user": "other", "policy": _policy("s3:*")}
                ),
                Neighbour("attachment", IAM_USER_POLICY_ATTACHMENT, {"user": "other"}),
                Neighbour("attachments", IAM_POLICY_ATTACHMENT, {"users": ["other"]}),
                Neighbour(
                    "all",
                    IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE,
                    {"user_name": Ref("subject"), "policy_arns": []},
                ),
            ),
        ),
        failing=(
            Change("user", Ref("subject"), of="another's"),
            Change("user", Ref("subject"), of="attachment"),
            Change("users", ["other", Ref("subject")], of="attachments"),
            Change("policy_arns", ["arn:aws:iam::aws:policy/ReadOnlyAccess"], of="all"),
        ),
        unknown=(Hide("user", of="another's"), Hide("policy_arns", of="all")),
        absent=((Without("another's"), Hide("users", of="attachments")),),
    ),
)
def permissions_through_groups(user: Resource, stack: Stack) -> Outcome:
    """What a user has by itself is forgotten when people change what they do.

    Source: Security Hub, IAM.2.
    """
    found = [
        referrer if isinstance(referrer, Unknown) else (referrer, says)
        for type_, points, says in _OWN
        for referrer in referrers_or_unknown(user, stack, type_, points)
    ]
    return worst(Pass(), each(found, _of_the_user))


def _of_the_user(own: tuple[Resource, str]) -> Outcome:
    policy, says = own
    if says and not list(policy.values(says)):
        return Pass()
    return Fail(
        "name",
        "policies of groups that the user is in",
        f"{policy.name}, a policy of its own",
        "Give the policy to a group, and put the user into it.",
    )
