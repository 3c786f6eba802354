"""What the backup plans of a stack leave out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, some
from stackproof.controls.support.taggable import known_tags
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.access import matches
from stackproof.types.tokens import (
    BACKUP_PLAN,
    BACKUP_SELECTION,
    DYNAMODB_TABLE,
    EBS_VOLUME,
    EFS_FILE_SYSTEM,
    RDS_CLUSTER,
    RDS_INSTANCE,
)

# What the ARNs of a type look like, as far as patterns in selections tell them apart.
_KINDS = {
    RDS_INSTANCE: "rds:~:~:db:",
    RDS_CLUSTER: "rds:~:~:cluster:",
    DYNAMODB_TABLE: "dynamodb:~:~:table/",
    EBS_VOLUME: "ec2:~:~:volume/",
    EFS_FILE_SYSTEM: "elasticfilesystem:~:~:file-system/",
}
_TAG = "aws:ResourceTag/"
BY_TAG = (
    Remove("resources", of="chosen"),
    Change(
        "selection_tags",
        [{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}],
        of="chosen",
    ),
)
BY_CONDITION = Change(
    "conditions",
    [{"string_equals": [{"key": f"{_TAG}Backup", "value": "daily"}]}],
    of="chosen",
)


@control(
    "backup-covers-data",
    title="The backup plans of a stack cover its databases, tables and volumes",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=(RDS_INSTANCE, RDS_CLUSTER, DYNAMODB_TABLE, EBS_VOLUME),
    needs=(BACKUP_PLAN, BACKUP_SELECTION),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-9", "CP-10")},
    cases=Cases(
        passing=Given(
            RDS_INSTANCE,
            {"identifier": "orders", "tags": {"Backup": "daily"}},
            (
                Neighbour("plan", BACKUP_PLAN, {"name": "daily"}),
                Neighbour(
                    "chosen",
                    BACKUP_SELECTION,
                    {"plan_id": Ref("plan"), "resources": [Ref("subject", "arn")]},
                ),
            ),
        ),
        failing=(
            Without("chosen"),
            Change("resources", ["arn:aws:ec2:*:*:volume/*"], of="chosen"),
            Change("resources", [], of="chosen"),
            (
                Change("resources", ["*"], of="chosen"),
                Change("not_resources", [Ref("subject", "arn")], of="chosen"),
            ),
            (*BY_TAG, Change("tags.Backup", "never")),
            (Change("resources", ["*"], of="chosen"), BY_CONDITION, Remove("tags")),
        ),
        unknown=(
            Hide("resources", of="chosen"),
            (*BY_TAG, Hide("tags")),
            (*BY_TAG, Hide("tags.Backup")),
            (*BY_TAG, Hide("selection_tags", of="chosen")),
            (
                Change("resources", ["*"], of="chosen"),
                BY_CONDITION,
                Hide("conditions", of="chosen"),
            ),
        ),
        absent=(Without("chosen"),),
        also_passing=(
            Change("resources", ["*"], of="chosen"),
            BY_TAG,
            (Change("resources", ["*"], of="chosen"), BY_CONDITION),
        ),
        not_applicable=(
            (Without("plan"), Without("chosen")),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def covers_data(resource: Resource, stack: Stack) -> Outcome:
    """Judged where there are plans at all; a database added later is easily forgotten."""
    return covered_by_plan(resource, stack)


def covered_by_plan(resource: Resource, stack: Stack) -> Outcome:
    """Pass when a backup plan of the stack chooses a resource, NotApplicable when there is none."""
    if not stack.around(BACKUP_PLAN):
        return NotApplicable("the stack has no backup plan")
    missing = Fail(
        "arn",
        "a backup.Selection that chooses it, by ARN, pattern or tags",
        None,
        "Name its ARN in the resources of a backup.Selection, or give it the tag that one chooses.",
    )
    return some(stack.around(BACKUP_SELECTION), partial(_chosen, resource, missing), missing)


def _chosen(resource: Resource, missing: Fail, selection: Resource) -> Outcome:
    """Pass when a resource meets all that a selection demands, whatever AWS makes of the parts."""
    given = [bool(selection.raw(n)) for n in ("resources", "selection_tags", "conditions")]
    if not any(given):
        return missing
    by_arn, by_tag, by_condition = given
    chosen = (
        (not by_arn or _named(resource, selection, "resources"))
        and (not by_tag or _has_one(known_tags(resource), selection))
        and (not by_condition or _meets(known_tags(resource), selection))
        and not _named(resource, selection, "not_resources")
    )
    return Pass() if chosen else missing


def _named(resource: Resource, selection: Resource, path: str) -> bool:
    sources = selection.references.get(path, ())
    if resource.urn and resource.urn in sources:
        return True
    arn = resource.arn or f"arn:aws:{_KINDS[resource.type]}~"
    patterns = selection.raw(path) or ()
    if not isinstance(patterns, (list, tuple, Unknown)):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, f"{selection.name}.{path}", "no list"))
    known = [] if isinstance(patterns, Unknown) else patterns
    if any(isinstance(p, str) and matches(p, arn, any_case=False) for p in known):
        return True
    hidden = [p for p in (known or [patterns]) if isinstance(p, Unknown)]
    if hidden and not sources:
        raise UnresolvedError(hidden[0].at(f"{selection.name}.{path}"))
    return False


def _has_one(tags: Mapping[str, Any], selection: Resource) -> bool:
    return any(
        _value(tags, wanted["key"]) == wanted["value"]
        for wanted in selection.blocks("selection_tags")
    )


def _meets(tags: Mapping[str, Any], selection: Resource) -> bool:
    """Tell whether all conditions hold: Backup joins them by AND, patterns may have `*`."""
    for conditions in selection.blocks("conditions"):
        for name, wanted in (
            ("string_equals", True),
            ("string_likes", True),
            ("string_not_equals", False),
            ("string_not_likes", False),
        ):
            for pair in conditions.blocks(name):
                if _holds(tags, pair) is not wanted:
                    return False
    return True


def _holds(tags: Mapping[str, Any], pair: Block) -> bool:
    value = _value(tags, (pair.text("key") or "").removeprefix(_TAG))
    return value is not None and matches(pair.text("value") or "", value, any_case=False)


def _value(tags: Mapping[str, Any], key: str) -> str | None:
    value = tags.get(key)
    if isinstance(value, Unknown):
        raise UnresolvedError(value.at(f"tags.{key}"))
    return None if value is None else str(value)
