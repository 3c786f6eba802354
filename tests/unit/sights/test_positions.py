"""Where a resource stands in the program: as the engine's states say it, and only in there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stackproof.record import record_of
from stackproof.sights.positions import place_of, position
from stackproof.sights.state import load_state
from stackproof.verify import verify_state

URN = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::ledger"


@pytest.mark.parametrize(
    ("position", "place"),
    [
        ("project:///__main__.py#12", "__main__.py:12"),
        ("project:///infra/my%20store.ts#7,3", "infra/my store.ts:7"),
        ("project:///../shared/store.py#3", None),
        ("project:///.venv/lib/python3.11/site-packages/pulumi_x/a.py#3", None),
        ("project:///node_modules/x/index.js#3", None),
        ("project:///store.py#0", None),
        ("project:///store.py#²", None),
        ("project:///store.py", None),
        ("file:///etc/passwd#1", None),
        ("project://[/store.py#1", None),
        (None, None),
        (["store.py"], None),
    ],
)
def test_a_place_is_a_file_of_the_project_and_a_line(position: Any, place: str | None) -> None:
    assert place_of({"sourcePosition": position}) == place


def test_a_resource_of_a_package_stands_where_the_project_calls_it() -> None:
    within = "project:///.venv/lib/site-packages/made.py#90"
    frames = [{"sourcePosition": within}, {}, "odd", {"sourcePosition": "project:///app.py#4"}]
    assert place_of({"sourcePosition": within, "stackTrace": frames}) == "app.py:4"
    assert place_of({"stackTrace": "odd"}) is None


def test_a_frame_is_kept_as_the_engine_keeps_it() -> None:
    said = position("file:///home/me/shop/infra/my%20store.py", 3, "/home/me/shop")
    assert said == "project:///infra/my%20store.py#3"
    outside = position("file:///usr/lib/made.py", 3, "/home/me/shop")
    assert (outside, place_of({"sourcePosition": outside})) == (
        "project:///../../../usr/lib/made.py#3",
        None,
    )


def test_a_record_says_where_its_resources_stand(tmp_path: Path) -> None:
    bucket = {"urn": URN, "type": "aws:s3/bucket:Bucket", "custom": True, "id": "ledger"}
    bucket |= {"sourcePosition": "project:///store.py#7"}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": [bucket]}}))
    record = record_of(verify_state(load_state(file), "dev"))
    assert [one.source for one in record.resources] == ["store.py:7"]
