"""`stackproof explain` by a state file: what it names, what it says of it, and what it hides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.error_codes import Code

URN = "urn:pulumi:prod::shop::"
KEY = "aws:kms/key:Key"


def record(type_: str, called: str, id_: str, **inputs: Any) -> dict[str, Any]:
    return {
        "urn": f"{URN}{type_}::{called}",
        "type": type_,
        "id": id_,
        "custom": True,
        "inputs": inputs,
        "outputs": inputs,
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the state of two keys, of which one does not rotate."""
    monkeypatch.chdir(tmp_path)
    resources = [
        record(KEY, "orders", "k-1", description="a\x1b[31mb", enableKeyRotation=False),
        record(KEY, "bills", "k-2", enableKeyRotation=True, rotationPeriodInDays=365),
        record("aws:kms/alias:Alias", "bills", "alias/bills", targetKeyId="k-2"),
        record("aws:sqs/queue:Queue", "jobs", "jobs", name="jobs"),
        record("aws:sqs/queue:Queue", "more", "other", name="jobs"),
    ]
    (tmp_path / "state.json").write_text(
        json.dumps({"version": 3, "deployment": {"resources": resources}})
    )
    return tmp_path


def explain(*what: str) -> Result:
    return CliRunner().invoke(main, ["explain", *what, "--only", "state", "--state", "state.json"])


def test_resource_is_told_with_owner_places_and_what_fails(here: Path) -> None:
    result = explain("orders")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "kms.Key orders"
    assert f"  URN: {URN}{KEY}::orders" in lines
    assert "whose: it is the stack's, because the state manages it" in lines
    assert f"in the state: as {URN}{KEY}::orders" in lines
    assert "live: not asked" in lines
    assert "kms-key-rotation on kms.Key orders" in lines
    assert "  at preview: the pack judges it as mandatory (family encryption, severity medium)" in (
        lines
    )
    assert "  declared: the program sets enable_key_rotation to false" in lines
    assert "    read: enable_key_rotation = false" in lines
    assert any(line.startswith("  in the state: fails: enable_key_rotation is") for line in lines)
    assert "kms-key-rotation on kms.Key bills" not in lines


def test_finding_is_told_by_control_and_resource_or_by_fingerprint(here: Path) -> None:
    told = explain("kms-key-rotation", "bills").output
    lines = told.splitlines()
    assert lines[0] == "kms-key-rotation on kms.Key bills"
    assert "  in the state: holds" in lines
    assert "    read: rotation_period_in_days = 365" in lines
    assert "  parameter: maximum_days = 366" in lines
    print_ = lines[-1].removeprefix("  fingerprint: ")
    assert explain(print_).output == told
    assert explain(print_[:10]).output == told


def test_settings_show_in_the_parameters(here: Path) -> None:
    (here / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (here / "stackproof.yaml").write_text(
        "parameters: {kms-key-rotation: {maximum_days: 100}}\n"
        "levels: [{id: kms-*, level: advisory}]"
    )
    lines = explain("kms-key-rotation", "bills").output.splitlines()
    assert "  parameter: maximum_days = 100 (default 366)" in lines
    assert any(line.startswith("  in the state: fails: rotation_period_in_days") for line in lines)
    assert "  at preview: the pack judges it as advisory (family encryption, severity medium)" in (
        lines
    )


@pytest.mark.parametrize(
    ("what", "code", "expected"),
    [
        (("order",), 3, "did you mean 'orders'? [SP4004]"),
        (("jobs",), 3, "several are called 'jobs'; name one as "),
        (("kms-key-rotatoin", "orders"), 3, "did you mean 'kms-key-rotation'? [SP4004]"),
        (("kms-key-rotation", "bill"), 3, "kms-key-rotation has no finding on 'bill'; did you mea"),
        (("kms-key-rotation", "zzz"), 3, "has no finding on 'zzz'; it judged "),
        (("kms-key-rotation",), 3, "is a control: name one that it judged, too: "),
        (("kms-key-rotation",), 3, "`stackproof controls kms-key-rotation` says what it demands"),
        (("vpc-resolvers-known",), 3, "is a control: it judged nothing here; "),
        (("a", "b", "c"), 2, "explain takes one name, or a control and a resource"),
        (("ffffffffff",), 3, "nothing is called 'ffffffffff'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_is_not_there_ends_in_a_sentence(
    what: tuple[str, ...], code: int, expected: str, here: Path
) -> None:
    result = explain(*what)
    assert (result.exit_code, result.stdout) == (code, "")
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("SP9999", "there is no code 'SP9999'; docs/errors.md lists those there are [SP4004]"),
        ("sp1", "there is no code 'sp1'"),
        ("kms-key-rotation", "'kms-key-rotation' is a control: `stackproof controls kms-key-"),
        ("our-key", "no outputs file"),
    ],
)
def test_what_needs_no_stack_is_told_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STACKPROOF_OUTPUTS", raising=False)
    result = CliRunner().invoke(main, ["explain", word])
    assert result.exit_code == 3
    assert told in result.stderr


def test_code_is_explained_without_reading_anything() -> None:
    result = CliRunner().invoke(main, ["explain", "sp1103"])
    assert result.exit_code == 0
    code = Code.OUTPUTS_NOT_JSON
    assert result.output == f"SP1103: {code.meaning}\n{code.remedy}\n"


def test_terminal_is_not_steered_and_secrets_stay_hidden(here: Path) -> None:
    state = json.loads((here / "state.json").read_text())
    function = record(
        "aws:lambda/function:Function",
        "api",
        "api",
        environment={"variables": {"DB_PASSWORD": "hunter2hunter2"}},
        name="api",
    )
    state["deployment"]["resources"].append(function)
    (here / "state.json").write_text(json.dumps(state))
    told = explain("api").output
    assert "hunter2hunter2" not in told
    assert "DB_PASSWORD" in told
    assert "\x1b" not in explain("orders").output
