"""What the creators of RDS have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    physical_name,
    tag_changes,
    tag_list,
)

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


def retag(aws: Cloud, old: Properties, new: Properties) -> None:
    """Change the tags in place."""
    added, removed = tag_changes(old, new)
    rds = aws.client("rds")
    if removed:
        rds.remove_tags_from_resource(ResourceName=old["arn"], TagKeys=removed)
    if added:
        rds.add_tags_to_resource(ResourceName=old["arn"], Tags=tag_list(added))


class Parameters(Creator):
    """A parameter group, of clusters or of instances; `kind` is what AWS calls such a group.

    `operations` is how boto3 calls it in the names of its operations.
    """

    kind: ClassVar[str]
    operations: ClassVar[str]
    replace_on = frozenset({"name", "name_prefix", "family", "description"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"description": "Managed by Pulumi"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group, then set its parameters."""
        name = physical_name(inputs).lower()
        self._call(
            aws,
            "create",
            name,
            DBParameterGroupFamily=inputs["family"],
            Description=inputs["description"],
            Tags=tag_list(inputs.get("tags")),
        )
        self._set(aws, "modify", name, inputs.get("parameters") or ())
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the parameters that changed, and reset those that are no longer named."""
        before = {parameter["name"]: parameter for parameter in old.get("parameters") or ()}
        after = {parameter["name"]: parameter for parameter in new.get("parameters") or ()}
        self._set(aws, "modify", id_, [p for name, p in after.items() if before.get(name) != p])
        self._set(aws, "reset", id_, [p for name, p in before.items() if name not in after])
        retag(aws, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone():
            self._call(aws, "delete", id_)

    def _set(self, aws: Cloud, how: str, name: str, items: Sequence[Properties]) -> None:
        for start in range(0, len(items), _PARAMETERS_AT_ONCE):
            some = items[start : start + _PARAMETERS_AT_ONCE]
            self._call(aws, how, name, Parameters=_aws_parameters(some))

    def _call(self, aws: Cloud, how: str, name: str, **more: Any) -> Any:
        client = aws.client("rds")
        return getattr(client, f"{how}_{self.operations}")(**{f"{self.kind}Name": name}, **more)


def _aws_parameters(items: Sequence[Properties]) -> list[Mapping[str, str]]:
    """Give a program's parameters as AWS writes them."""
    return [
        {
            "ParameterName": item["name"],
            "ParameterValue": str(item["value"]),
            "ApplyMethod": item.get("apply_method") or "immediate",
        }
        for item in items
    ]
