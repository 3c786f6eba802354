"""What `stackproof history verify` says, and with which exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.record import Record
from stackproof.record.history import History
from stackproof.record.signing import signer
from tests.unit.record.records_made import night
from tests.unit.record.test_signing import made
from tests.unit.reports.made import FAIL, finding

Verify = Callable[..., tuple[int, str]]


def digest(record: Record) -> str:
    assert record.chain is not None
    return record.chain.digest


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(str(tmp_path / "history"))


@pytest.fixture
def verify(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    monkeypatch.chdir(tmp_path)

    def run(*given: str) -> tuple[int, str]:
        place = ("history", "verify", "--history", history.store.name)
        ended = CliRunner().invoke(main, [*place, *given])
        return ended.exit_code, ended.output

    return run


def test_record_that_must_be_there_is_looked_for(history: History, verify: Verify) -> None:
    first = digest(history.add(night(finding(FAIL))))
    assert verify("--has", first)[0] == verify("--has", first[:12])[0] == 0
    other = "0123456789ab"
    code, told = verify("--has", other)
    assert (code, f"no records begin with {other}" in told) == (1, True)


def test_signatures_that_nobody_checked_are_said(
    history: History, verify: Verify, tmp_path: Path
) -> None:
    key = made(tmp_path / "key.pem")
    history.add(night(finding(FAIL)), signer(str(key)))
    code, told = verify()
    assert (code, "no signature was checked" in told) == (0, True)
    code, told = verify("--key", str(key))
    assert (code, "no signature was checked" in told) == (0, False)


def test_nothing_is_said_of_signatures_where_there_are_none(
    history: History, verify: Verify
) -> None:
    history.add(night(finding(FAIL)))
    assert "signature" not in verify()[1]


def test_record_that_was_added_after_a_later_one_is_said(history: History, verify: Verify) -> None:
    history.add(night(finding(FAIL), day=2))
    history.add(night(finding(FAIL), day=1))
    code, told = verify()
    assert (code, "01T02:00:00: it was added after the record of" in told) == (0, True)
