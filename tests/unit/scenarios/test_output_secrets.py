"""No output gives a secret away, whatever it is called and however deep it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stackproof.outputs import Outputs, load
from stackproof.record.redaction import scrubbed
from stackproof.scenarios.test_output_validation import test_outputs_hold_no_secret as scenario

OF_SOMEBODY = [
    "ghp_" + "a1B2c3D4" * 5,
    "postgres://admin:hunter2secret@db.example.org/orders",
    "xoxb-" + "1234567890-abcdef",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "AKIA" + "Q3EGHVKXUJWZN5PL",
    "-----BEGIN RSA PRIVATE KEY-----",
]


def outputs(folder: Path, **values: Any) -> Outputs:
    path = folder / "flat-outputs.json"
    path.write_text(json.dumps({"region": "us-east-1", **values}))
    return load(path)


@pytest.mark.parametrize("secret", OF_SOMEBODY)
@pytest.mark.parametrize("held", [lambda s: s, lambda s: [s], lambda s: {"a": s}])
def test_secret_is_known_by_its_looks(secret: str, held: Any, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        scenario(outputs(tmp_path, address=held(secret)))


def test_every_secret_is_named_and_survives_redaction(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as failed:
        scenario(outputs(tmp_path, db_password="hunter2", access=OF_SOMEBODY[4]))
    told = str(failed.value).splitlines()[0]
    assert told.endswith("are access, db_password")
    assert scrubbed(told) == told


def test_what_names_a_secret_is_none(tmp_path: Path) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
    scenario(outputs(tmp_path, db_password_arn=arn, url="https://api.example.org/v1"))
