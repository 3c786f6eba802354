"""Backup plans: how often, for how long, of what, and where to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, some
from stackproof.controls.support.schedules import days_between
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import BACKUP_PLAN, BACKUP_SELECTION, BACKUP_VAULT

DAILY = Given(
    BACKUP_PLAN,
    {
        "rules": [
            {
                "rule_name": "daily",
                "target_vault_name": "daily",
                "schedule": "cron(0 3 * * ? *)",
                "lifecycle": {"delete_after": 35},
            }
        ]
    },
)
NIST = {Framework.NIST: ("CP-9", "CP-10")}
_ELSEWHERE = "arn:aws:backup:us-west-2:123456789012:backup-vault:copies"


@control(
    "backup-plan-daily",
    title="Backup plans make a recovery point every day",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=BACKUP_PLAN,
    tolerated_in=NON_PRODUCTION,
    frameworks=NIST,
    cases=Cases(
        passing=DAILY,
        failing=(
            Change("rules.0.schedule", "cron(0 3 ? * SUN *)"),
            Change("rules.0.schedule", "cron(0 3 1 * ? *)"),
            Change("rules.0.schedule", "rate(7 days)"),
            Change("rules", []),
        ),
        unknown=(
            Hide("rules"),
            Hide("rules.0"),
            Hide("rules.0.schedule"),
            Change("rules.0.schedule", "every day"),
        ),
        also_passing=(
            Change("rules.0.schedule", "cron(0 5 ? * * *)"),
            Change("rules.0.schedule", "cron(0 5 ? JAN-DEC SUN-SAT 2024-2199)"),
            Change("rules.0.schedule", "rate(12 hours)"),
            Change("rules.0.schedule", "cron(0 0/6 * * ? *)"),
            Remove("rules.0.schedule"),
            (
                Change("rules.0.schedule", "cron(0 3 ? * SUN *)"),
                Change("rules.0.enable_continuous_backup", True),
            ),
        ),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def daily(plan: Resource) -> Outcome:
    """What was entered since the last recovery point is what is lost.

    Without a schedule a rule runs each day at five. Source: AWS Backup Developer Guide, "Backup
    plan options and configuration".
    """
    missing = Fail(
        "rules",
        "a rule that runs every day",
        None,
        "Set the schedule of a rule to cron(0 5 ? * * *).",
    )
    return some(plan.elements("rules"), partial(_every_day, missing), missing)


def _every_day(missing: Fail, rule: Block) -> Outcome:
    if rule["enable_continuous_backup"] is True or rule["schedule"] is None:
        return Pass()
    return Pass() if days_between(rule, "schedule") <= 1 else missing


def _copied(days: int) -> Change:
    copy = {"destination_vault_arn": _ELSEWHERE, "lifecycle": {"delete_after": days}}
    return Change("rules.0.copy_actions", [copy])


@control(
    "backup-plan-retention",
    title="Backup plans keep recovery points, and the copies of them, long enough",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=BACKUP_PLAN,
    tolerated_in=NON_PRODUCTION,
    frameworks=NIST,
    cases=Cases(
        passing=DAILY,
        failing=(
            Change("rules.0.lifecycle.delete_after", 3),
            _copied(1),
            (_copied(1), Hide("rules.0.lifecycle")),
            (
                Change("rules", [{"lifecycle": None}, {"lifecycle": {"delete_after": 1}}]),
                Hide("rules.0.lifecycle"),
            ),
        ),
        unknown=(
            Hide("rules"),
            Hide("rules.0.lifecycle"),
            Hide("rules.0.lifecycle.delete_after"),
            (_copied(35), Hide("rules.0.copy_actions")),
            (_copied(35), Hide("rules.0.copy_actions.0.lifecycle.delete_after")),
        ),
        also_passing=(
            Change("rules.0.lifecycle.delete_after", 7),
            Remove("rules.0.lifecycle"),
            _copied(7),
            (_copied(1), Remove("rules.0.copy_actions.0.lifecycle")),
        ),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def retention(
    plan: Resource, *, minimum_days: Annotated[int, Range(2, 36500, "days")] = 7
) -> Outcome:
    """A mistake on Friday is noticed on Monday; without a lifecycle points are kept for ever.

    A copy has a lifecycle of its own, and is what is left when the first region or account isn't.
    Source: AWS Backup Developer Guide, API reference, CopyAction.
    """
    return each(_points(plan), partial(_kept, minimum_days))


def _points(plan: Resource) -> Iterator[Block | Unknown]:
    """Give what says how long points are kept: each rule, and each of its copies."""
    yield from plan.elements("rules")
    yield from _copies(plan)


def _kept(minimum_days: int, points: Block) -> Outcome:
    days = points.number("lifecycle.delete_after")
    if days is None or days >= minimum_days:
        return Pass()
    return Fail(
        points.at("lifecycle.delete_after"),
        f"at least {minimum_days} days",
        days,
        f"Set lifecycle.delete_after to {minimum_days} or more.",
    )


@control(
    "backup-plan-has-selection",
    title="Backup plans back something up",
    severity=Severity.HIGH,
    category=Category.DR,
    types=BACKUP_PLAN,
    needs=(BACKUP_SELECTION,),
    frameworks=NIST,
    cases=Cases(
        passing=Given(
            BACKUP_PLAN,
            {"name": "daily"},
            (
                Neighbour(
                    "databases",
                    BACKUP_SELECTION,
                    {"plan_id": Ref("subject"), "resources": ["arn:aws:rds:*:*:db:*"]},
                ),
            ),
        ),
        failing=(Without("databases"), Change("plan_id", "another", of="databases")),
        unknown=(Hide("plan_id", of="databases"),),
        absent=(Without("databases"),),
    ),
)
def has_selection(plan: Resource, stack: Stack) -> Outcome:
    """A plan without a selection looks like a backup and is none."""
    if referrers(plan, stack, BACKUP_SELECTION, "plan_id"):
        return Pass()
    return Fail(
        "selections",
        "a backup.Selection of this plan",
        None,
        "Add a backup.Selection with the plan's id in plan_id.",
    )


VAULT_ARN = "rules.0.copy_actions.0.destination_vault_arn"
COPIED = Given(
    BACKUP_PLAN,
    {
        "rules": [
            {
                "target_vault_name": "daily",
                "copy_actions": [{"destination_vault_arn": _ELSEWHERE}],
            }
        ]
    },
)


@control(
    "backup-plan-copies-elsewhere",
    title="Backup plans copy recovery points to another region",
    severity=Severity.LOW,
    category=Category.DR,
    types=BACKUP_PLAN,
    needs=(BACKUP_VAULT,),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.NIST: ("CP-6", "CP-6(1)", "CP-9")},
    cases=Cases(
        passing=COPIED,
        failing=(
            Change(VAULT_ARN, "arn:aws:backup:us-east-1:123456789012:backup-vault:copies"),
            Remove("rules.0.copy_actions"),
        ),
        unknown=(Hide("rules"), Hide("rules.0.copy_actions"), Hide(VAULT_ARN)),
        absent=(Change(VAULT_ARN, Ref("gone", "arn")),),
        not_applicable=(Change("tags", {"Environment": "staging"}),),
    ),
)
def copies_elsewhere(plan: Resource, stack: Stack) -> Outcome:
    """A recovery point beside its database is lost, or encrypted by a thief, together with it."""
    missing = Fail(
        "rules.copy_actions",
        "a copy to a vault of another region",
        None,
        "Add copy_actions with the ARN of a backup.Vault of another region.",
    )
    return some(_copies(plan), partial(_elsewhere, plan, stack, missing), missing)


def _copies(plan: Resource) -> Iterator[Block | Unknown]:
    for rule in plan.elements("rules"):
        yield from [rule] if isinstance(rule, Unknown) else rule.elements("copy_actions")


def _elsewhere(plan: Resource, stack: Stack, missing: Fail, copy: Block) -> Outcome:
    arn = copy.raw("destination_vault_arn")
    if isinstance(arn, str) and arn.startswith("arn:aws") and arn.count(":") > 3:
        regions = {arn.split(":")[3]}
    else:
        vaults = stack.follow(plan, "rules.copy_actions.destination_vault_arn", BACKUP_VAULT)
        regions = {str(vault.raw("region") or vault.region) for vault in vaults}
    if plan.region is None:
        raise UnresolvedError(Unknown(Cause.NOT_KNOWN_AT_PREVIEW, "region"))
    return Pass() if regions - {plan.region} else missing
