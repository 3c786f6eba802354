"""What an interrupted run of Pulumi leaves open in a state, said in sentences.

Source: Pulumi's deployment format (`apitype.OperationV2`; `delete`, `pendingReplacement` and
`initErrors` of `apitype.ResourceV3`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_CREATING: Final = "creating"


def left_open(operations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say which operations were never finished, as far as anybody knows."""
    made, others = (
        [operation for operation in operations if (operation.get("type") == _CREATING) is creating]
        for creating in (True, False)
    )
    if made:
        yield (
            f"the state says that a run was interrupted while creating {_urns(made)}: it may exist "
            "in AWS without the state knowing it, and was not judged; run `pulumi refresh`"
        )
    if others:
        listed = ", ".join(
            f"{operation['resource']['urn']} ({operation.get('type')})" for operation in others
        )
        yield (
            f"the state says that a run was interrupted at {listed}: what became of it the state "
            "doesn't know; run `pulumi refresh`"
        )


def undeleted(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say which resources were replaced and are still to be deleted."""
    if waiting := _own(records, "delete"):
        yield (
            f"the state says that {_urns(waiting)} waits for its deletion: it may still exist in "
            "AWS, and was not judged; run `pulumi up`"
        )


def half_made(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say which resources were deleted to be made anew, and which were not made to the end."""
    there = [record for record in records if not record.get("delete")]
    if gone := _own(there, "pendingReplacement"):
        yield (
            f"the state says that {_urns(gone)} was deleted and waits to be made anew: it was "
            "judged as it was last declared; run `pulumi up`"
        )
    if broken := _own(there, "initErrors"):
        yield (
            f"the state says that {_urns(broken)} was made and did not come up: it was judged as "
            "it was declared; run `pulumi up`"
        )


def _own(records: Sequence[Mapping[str, Any]], mark: str) -> list[Mapping[str, Any]]:
    """Give the stack's own resources that have a mark, as operations have them."""
    return [
        {"resource": record}
        for record in records
        if record.get(mark)
        and record.get("custom")
        and not record.get("external")
        and not record["type"].startswith("pulumi:")
    ]


def _urns(operations: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(str(operation["resource"]["urn"]) for operation in operations)
