"""Names that a terminal can't show, and readers that go away, at every command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stackproof.exit_codes import FAILED, PIPE_CLOSED
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

ODD = "héllo-☃-😀"
STACKPROOF = str(Path(sys.executable).with_name("stackproof"))


@contextmanager
def _closed() -> Iterator[int]:
    read, write = os.pipe()
    os.close(read)
    try:
        yield write
    finally:
        os.close(write)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Give a folder with a state, two records and a history of one."""
    urn = f"urn:pulumi:prod::shop::aws:kms/key:Key::{ODD}"
    key = {"urn": urn, "custom": True, "id": "k", "type": "aws:kms/key:Key", "inputs": {}}
    key["outputs"] = {"id": "k", "arn": "arn:aws:kms:eu-west-1:123456789012:key/k"}
    state = {"version": 3, "deployment": {"manifest": {}, "resources": [key]}}
    (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    record = night(finding(FAIL, ODD), stack="prod")
    (tmp_path / "before.json").write_text(record.as_json(), encoding="utf-8")
    after = night(finding(FAIL, f"{ODD}2"), stack="prod", day=2)
    (tmp_path / "after.json").write_text(after.as_json(), encoding="utf-8")
    added = _ran(tmp_path, "history", "add", "before.json", "--history", "h")
    assert added.returncode == 0, added.stderr
    return tmp_path


def _ran(
    here: Path, *command: str, out: int = subprocess.PIPE, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STACKPROOF, *command],
        cwd=here,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


HISTORY = ("--history", "h")
STATE = ("--only", "state", "--state", "state.json")
SAYING = (
    ("verify", *STATE),
    ("verify", *STATE, "-q"),
    ("verify", *STATE, "--format", "json"),
    ("verify", *STATE, "--format", "csv"),
    ("verify", *STATE, "--format", "markdown"),
    ("diff", "before.json", "after.json"),
    ("history", "list", *HISTORY),
    ("history", "show", "prod", *HISTORY),
    ("history", "show", "prod", "--format", "json", *HISTORY),
    ("history", "verify", *HISTORY),
    ("history", "query", "SELECT name FROM findings", *HISTORY),
    ("history", "query", "SELECT name FROM findings", "--format", "csv", *HISTORY),
    ("history", "query", "SELECT name FROM findings", "--format", "json", *HISTORY),
    ("controls",),
    ("controls", "kms-key-rotation"),
    ("types", "aws:kms/key:Key"),
    ("config",),
    ("--help",),
    ("--version",),
    ("verify", "--help"),
    ("history", "--help"),
    ("scenarios", "--list", "--state", "state.json"),
)


@pytest.mark.parametrize("command", SAYING, ids=" ".join)
def test_who_reads_no_more_is_told_by_one_code(command: tuple[str, ...], here: Path) -> None:
    with _closed() as out:
        done = _ran(here, *command, out=out)
    assert (done.returncode, done.stderr) == (PIPE_CLOSED, "")


@pytest.mark.parametrize("command", SAYING, ids=" ".join)
def test_a_name_that_can_not_be_shown_is_shown_by_numbers(
    command: tuple[str, ...], here: Path
) -> None:
    plain = _ran(here, *command)
    poor = _ran(here, *command, PYTHONIOENCODING="ascii")
    assert poor.returncode == plain.returncode
    # Much of it click writes, which takes ASCII for a mistake and writes UTF-8.
    assert len(poor.stdout.splitlines()) == len(plain.stdout.splitlines())
    assert "SP9001" not in poor.stderr + plain.stderr


def test_the_whole_report_is_there(here: Path) -> None:
    done = _ran(here, "verify", *STATE, PYTHONIOENCODING="ascii")
    assert done.returncode == FAILED
    assert "h\\xe9llo-\\u2603" in done.stdout


def test_a_sentence_that_nobody_reads_leaves_its_code(here: Path) -> None:
    with _closed() as out:
        done = subprocess.run(
            [STACKPROOF, "verify", "--outputs", "nope.json"],
            cwd=here,
            stdout=out,
            stderr=out,
            check=False,
        )
    assert done.returncode == 3
