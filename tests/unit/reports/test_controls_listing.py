"""`stackproof controls`: filters, and the same catalogue for machines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.controls import catalogue
from stackproof.parity.controls import PARITY
from stackproof.reports.controls import COLUMNS
from stackproof.sights.live.unread import UNREAD


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(*options: str) -> Result:
    return CliRunner().invoke(main, ["controls", *options])


def ids(*options: str) -> list[str]:
    return [one["id"] for one in json.loads(listed(*options, "--format", "json").stdout)]


def test_every_format_has_every_control_with_every_field() -> None:
    everything = sorted({**catalogue(), **PARITY})
    entries = json.loads(listed("--format", "json").stdout)
    assert [one["id"] for one in entries] == everything
    assert all(tuple(one) == COLUMNS for one in entries)
    rows = list(csv.DictReader(io.StringIO(listed("--format", "csv").stdout)))
    assert [row["id"] for row in rows] == everything
    lines = listed("--format", "markdown").stdout.splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == everything
    assert {line.count(" | ") for line in lines} == {5}


@pytest.mark.parametrize(
    ("options", "holds"),
    [
        (["--severity", "critical"], lambda c: c.severity == "critical"),
        (
            ["--severity", "critical", "--severity", "low", "--category", "iam"],
            lambda c: c.severity in ("critical", "low") and c.category == "iam",
        ),
        (["--type", "aws:kms/*"], lambda c: any(t.startswith("aws:kms/") for t in c.types)),
        (["--select", "rds-*"], lambda c: c.id.startswith("rds-")),
        (
            ["--select", "type: aws:s3/*, severity: high", "--select", "kms-key-rotation"],
            lambda c: (
                c.id == "kms-key-rotation"
                or (c.severity == "high" and any(t.startswith("aws:s3/") for t in c.types))
            ),
        ),
        (["--framework", "pci"], lambda c: "PCI" in {f.name for f in (*c.frameworks, *c.in_part)}),
        (["--sight", "declared"], lambda c: c.id not in PARITY),
    ],
)
def test_filter_leaves_just_what_it_names(options: list[str], holds: object) -> None:
    wanted = [c.id for c in {**catalogue(), **PARITY}.values() if holds(c)]  # type: ignore[operator]
    assert ids(*options) == sorted(wanted)
    assert wanted


def test_what_nothing_reads_is_not_judged_live() -> None:
    dark = set(ids("--sight", "declared")) - set(ids("--sight", "live"))
    judged = {id_: control.types for id_, control in catalogue().items()}
    assert all(UNREAD.keys() & set(judged[id_]) for id_ in dark)
    assert set(PARITY) <= set(ids("--sight", "live"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--severity", "hihg"], "severity 'hihg' is none of critical, high, medium, low"),
        (["--framework", "soc2"], "framework 'soc2' is none of "),
        (["--select", "colour: red"], "'colour' is none of id, category, severity"),
        (["--type", "aws:none/*"], "no control matches all of that"),
        (["--sight", "nowhere"], "'nowhere' is not one of 'declared', 'state', 'live'"),
    ],
)
def test_filter_that_selects_nothing_is_a_usage_error(options: list[str], expected: str) -> None:
    result = listed(*options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert expected in result.stderr


def test_settings_show_in_the_listing(here: Path) -> None:
    (here / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (here / "stackproof.yaml").write_text("exclude: [kms-key-rotation]\n")
    (entry,) = json.loads(listed("kms-key-rotation", "--format", "json").stdout)
    assert entry["judged"] is False
    assert entry["level"] == "disabled"
    assert entry["parameters"]["maximum_days"]["default"] == 366
