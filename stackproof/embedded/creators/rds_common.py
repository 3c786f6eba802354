"""What the creators of RDS have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.embedded.creators.base import Cloud, Properties, tag_changes, tag_list

# ModifyDBClusterParameterGroup takes no more at once (Amazon RDS API reference).
_PARAMETERS_AT_ONCE = 20


def final_snapshot(state: Properties) -> dict[str, Any]:
    """Give the parameters that say what becomes of the data of a database."""
    if state.get("skip_final_snapshot"):
        return {"SkipFinalSnapshot": True}
    name = state.get("final_snapshot_identifier")
    # Without a name AWS refuses, as it should: the program must say what it wants.
    return {"SkipFinalSnapshot": False} | ({"FinalDBSnapshotIdentifier": name} if name else {})


def log_types(old: Properties, new: Properties) -> dict[str, list[str]]:
    """Give the kinds of logs to export from now on, and no longer."""
    before = set(old.get("enabled_cloudwatch_logs_exports") or ())
    after = set(new.get("enabled_cloudwatch_logs_exports") or ())
    return {"EnableLogTypes": sorted(after - before), "DisableLogTypes": sorted(before - after)}


def portions(items: Sequence[Properties]) -> list[Sequence[Properties]]:
    """Give parameters in lists that AWS takes at once."""
    size = _PARAMETERS_AT_ONCE
    return [items[start : start + size] for start in range(0, len(items), size)]


def aws_parameters(items: Sequence[Properties]) -> list[Mapping[str, str]]:
    """Give a program's parameters as AWS writes them."""
    return [
        {
            "ParameterName": item["name"],
            "ParameterValue": str(item["value"]),
            "ApplyMethod": item.get("apply_method") or "immediate",
        }
        for item in items
    ]


def retag(aws: Cloud, old: Properties, new: Properties) -> None:
    """Change the tags in place."""
    added, removed = tag_changes(old, new)
    rds = aws.client("rds")
    if removed:
        rds.remove_tags_from_resource(ResourceName=old["arn"], TagKeys=removed)
    if added:
        rds.add_tags_to_resource(ResourceName=old["arn"], Tags=tag_list(added))
