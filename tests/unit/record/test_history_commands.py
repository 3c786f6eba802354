"""What the commands of the history say of one that isn't there, and of records out of order."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.exit_codes import COULD_NOT
from stackproof.record.history import History
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

READING = (
    *(("list",), ("list", "--format", "json"), ("query", "SELECT 1"), ("verify",)),
    *(("export", "out"), ("prune", "--keep", "1")),
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ask(*given: str) -> tuple[int, str]:
    ended = CliRunner().invoke(main, ["history", *given])
    return ended.exit_code, ended.output


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_place_without_records_is_no_history_without_faults(command: tuple[str, ...]) -> None:
    code, told = ask(*command, "--history", "mistyped")
    assert (code, "the history at mistyped has no records" in told) == (COULD_NOT, True)
    assert not Path("mistyped").exists()


@pytest.mark.parametrize("command", READING[:-1], ids=" ".join)
def test_stack_without_records_is_asked_for_another(command: tuple[str, ...]) -> None:
    kept = History("evidence").add(night(finding(FAIL)))
    mistyped = kept.run.stack.replace("payments", "paymets")
    code, told = ask(*command, "--history", "evidence", "--stack", mistyped)
    assert (code, f"did you mean {kept.run.stack!r}?" in told) == (COULD_NOT, True)


def test_record_is_added_once_and_in_its_order() -> None:
    for day in (1, 2):
        Path(f"{day}.json").write_text(night(finding(FAIL), day=day).as_json())
    assert ask("add", "2.json", "--history", "evidence")[0] == 0
    for file in ("2.json", "1.json"):
        code, told = ask("add", file, "--history", "evidence")
        assert (code, "a record is added once" in told) == (COULD_NOT, True)
    assert len(list(History("evidence").places())) == 1
