"""Which objects of a bucket somebody writes: what its settings say of the key's beginning."""

from __future__ import annotations

from typing import Any, Final

import pytest

from stackproof.model import Resource
from stackproof.types import tokens as t
from tests.unit.reasoning.permissions.test_table import ROWS

_BUCKET: Final = "arn:aws:s3:::logs"
_OURS: Final = "/AWSLogs/{account}/*"
_BALANCERS: Final = {
    f"{t.LB}: {path.replace('_', ' ')} ({kind})": path
    for kind, path in (
        ("application", "access_logs"),
        ("application", "connection_logs"),
        ("network", "access_logs"),
    )
}
PARTS: Final[list[tuple[str, dict[str, Any], str]]] = [
    *((row, {path: {"bucket": "logs"}}, _OURS) for row, path in _BALANCERS.items()),
    *(
        (row, {path: {"bucket": "logs", "prefix": given}}, f"/edge{_OURS}")
        for row, path in _BALANCERS.items()
        for given in ("edge", "edge/", "/edge")
    ),
    (f"{t.FLOW_LOG}: bucket", {"log_destination": _BUCKET}, _OURS),
    (f"{t.FLOW_LOG}: bucket", {"log_destination": f"{_BUCKET}/net/"}, f"/net{_OURS}"),
    (
        f"{t.FLOW_LOG}: bucket",
        {
            "log_destination": _BUCKET,
            "destination_options": {"hive_compatible_partitions": True},
        },
        "/AWSLogs/aws-account-id={account}/*",
    ),
    (f"{t.CLOUDTRAIL_TRAIL}: bucket", {}, _OURS),
    (f"{t.CLOUDTRAIL_TRAIL}: bucket", {"s3_key_prefix": "who"}, f"/who{_OURS}"),
    (f"{t.CLOUDTRAIL_TRAIL}: bucket", {"is_organization_trail": True}, "/AWSLogs/*"),
    (f"{t.CONFIG_DELIVERY_CHANNEL}: bucket", {}, "/AWSLogs/{account}/Config/*"),
    (
        f"{t.CONFIG_DELIVERY_CHANNEL}: bucket",
        {"s3_key_prefix": "c"},
        "/c/AWSLogs/{account}/Config/*",
    ),
    (f"{t.S3_BUCKET_LOGGING}: log bucket", {}, "/*"),
    (f"{t.S3_BUCKET_LOGGING}: log bucket", {"target_prefix": "s3/"}, "/s3/*"),
]


@pytest.mark.parametrize(("row", "facts", "part"), PARTS)
def test_who_writes_is_asked_about_the_objects_that_it_writes(
    row: str, facts: dict[str, Any], part: str
) -> None:
    who, _, _ = row.partition(": ")
    told = ROWS[row].part
    assert not isinstance(told, str)
    assert told(Resource(facts, type=who, name="it")) == part


def test_every_part_that_depends_on_settings_is_tried() -> None:
    depending = {row for row, pair in ROWS.items() if callable(pair.part)}
    assert depending == {row for row, _, _ in PARTS}
