"""Tables and their replicas: protected from deletion, and restored to a moment that is past."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, attempt, each, expect
from stackproof.model import (
    Block,
    Category,
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
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import DYNAMODB_TABLE

_PROTECTED = "deletion_protection_enabled"
_RECOVERY = "point_in_time_recovery"
_DAYS = f"{_RECOVERY}.recovery_period_in_days"


def _replica(path: str, value: object) -> Change:
    return Change("replicas", [{"region_name": "eu-west-1", path: value}])


@control(
    "dynamodb-deletion-protection",
    title="Tables and their replicas are protected from deletion",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=DYNAMODB_TABLE,
    needs=(DYNAMODB_TABLE,),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.FSBP: ("DynamoDB.6",), Framework.NIST: ("CM-3", "SC-5(2)")},
    cases=Cases(
        passing=Given(DYNAMODB_TABLE, {_PROTECTED: True}),
        failing=(
            Change(_PROTECTED, False),
            Remove(_PROTECTED),
            _replica(_PROTECTED, False),
            (_replica(_PROTECTED, True), Remove(f"replicas.0.{_PROTECTED}")),
            (_replica(_PROTECTED, False), Hide(_PROTECTED)),
        ),
        unknown=(
            Hide(_PROTECTED),
            (_replica(_PROTECTED, True), Hide("replicas")),
            (_replica(_PROTECTED, True), Hide(f"replicas.0.{_PROTECTED}")),
        ),
        absent=((_replica(_PROTECTED, True), Hide(f"replicas.0.{_PROTECTED}")),),
        also_passing=(_replica(_PROTECTED, True),),
        not_applicable=(Change("tags", {"Environment": "staging"}),),
    ),
)
def deletion_protection(table: Resource, stack: Stack) -> Outcome:
    """A change of the key schema replaces a table, and an emptied one looks like a new one.

    Each replica has a protection of its own. Source: Amazon DynamoDB API Reference,
    UpdateReplicationGroupMemberAction; Pulumi AWS, dynamodb.Table, `replicas`.
    """
    return worst(attempt(_protected, table), _replicas(table, stack, _PROTECTED, _protected))


def _protected(block: Block) -> Outcome:
    return expect(block, _PROTECTED, True, fix=f"Set {_PROTECTED} to true.")


@control(
    "dynamodb-point-in-time-recovery",
    title="Tables and their replicas can be restored to any moment of the last days",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=DYNAMODB_TABLE,
    needs=(DYNAMODB_TABLE,),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("DynamoDB.2",),
        Framework.NIST: ("CP-9", "CP-10", "SI-13(5)"),
    },
    cases=Cases(
        passing=Given(DYNAMODB_TABLE, {_RECOVERY: {"enabled": True}}),
        failing=(
            Change(f"{_RECOVERY}.enabled", False),
            Remove(_RECOVERY),
            Change(_DAYS, 1),
            _replica(_RECOVERY, False),
            (_replica(_RECOVERY, True), Remove(f"replicas.0.{_RECOVERY}")),
        ),
        unknown=(
            Hide(_RECOVERY),
            Hide(f"{_RECOVERY}.enabled"),
            (Change(_DAYS, 7), Hide(_DAYS)),
            (_replica(_RECOVERY, True), Hide("replicas")),
            (_replica(_RECOVERY, True), Hide(f"replicas.0.{_RECOVERY}")),
        ),
        absent=((_replica(_RECOVERY, True), Hide(f"replicas.0.{_RECOVERY}")),),
        also_passing=(Change(_DAYS, 7), _replica(_RECOVERY, True)),
        not_applicable=((Remove(_RECOVERY), Change("tags", {"Environment": "dev"})),),
    ),
)
def point_in_time_recovery(
    table: Resource, stack: Stack, *, minimum_days: Annotated[int, Range(2, 35, "days")] = 7
) -> Outcome:
    """A release that writes wrong values is undone to the second before it, not to last night.

    What is found after the weekend is older than a day. Source: Amazon DynamoDB API Reference,
    PointInTimeRecoverySpecification: 35 days unless a period is said.
    """
    return worst(
        attempt(partial(_recovers, minimum_days), table),
        _replicas(table, stack, _RECOVERY, partial(_recovers, minimum_days)),
    )


def _recovers(minimum_days: int, block: Block) -> Outcome:
    # Of a replica the program says yes or no, and nothing of days.
    path = f"{_RECOVERY}.enabled" if isinstance(block, Resource) else _RECOVERY
    on = expect(block, path, True, fix=f"Set {path} to true.")
    if path == _RECOVERY or on != Pass() or block.number(_DAYS) is None:
        return on
    fix = f"Set {_DAYS} to {minimum_days} or more."
    return at_least(block, _DAYS, minimum_days, unit="days", fix=fix)


def _replicas(
    table: Resource, stack: Stack, path: str, judge: Callable[[Block], Outcome]
) -> Outcome:
    """Judge each replica by what the program says, or as the table that it is, where seen."""

    def outcome(replica: Block) -> Outcome:
        if isinstance(replica.raw(path), Unknown) and _twin(table, stack, replica):
            return NotApplicable("the replica is judged as a table of its region")
        return judge(replica)

    return each(table.elements("replicas"), outcome)


def _twin(table: Resource, stack: Stack, replica: Block) -> Resource | None:
    """Find the table that a replica is: of the same name, in the replica's region."""
    if table.arn is None or table.region is None:
        return None
    arn = table.arn.replace(f":{table.region}:", f":{replica['region_name']}:")
    return stack.find(arn, DYNAMODB_TABLE)
