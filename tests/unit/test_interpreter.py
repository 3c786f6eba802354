"""What stands in the working folder is no library of a process that we start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stackproof.interpreter import module_command
from tests.unit.test_plugin import OUTPUTS, SNAPSHOT

MODULES = ["logging", "platform", "json", "queue", "click", "pytest", "execnet", "botocore"]
SHADOW = "raise SystemExit('of the folder')\n"
STARTED = {
    "the suite": ["-n", "0"],
    "its workers": ["-n", "1"],
}
NIGHTS = ["stackproof.record.nightly.child", "stackproof.commands.keep"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for module in MODULES:
        (tmp_path / f"{module}.py").write_text(SHADOW)
    (tmp_path / "ours.py").write_text("SEVEN = 7\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(
        "from ours import SEVEN\ndef test_it(live):\n    import queue\n    assert SEVEN == 7\n"
    )
    return tmp_path


def _ended(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("process", STARTED)
def test_suite_takes_libraries_from_where_they_are_installed(process: str, folder: Path) -> None:
    SNAPSHOT.save(folder / "snapshot.json")
    (folder / "flat-outputs.json").write_text(json.dumps(OUTPUTS))
    (folder / "tests" / "conftest.py").write_text(
        "from pathlib import Path\n"
        "from stackproof import verify\n"
        "from stackproof.sights.live.snapshot import Snapshot\n"
        "verify.snapshot_of = lambda *a, **k: Snapshot.load(Path('snapshot.json'))\n"
    )
    options = ["-p", "no:cacheprovider", "--outputs", "flat-outputs.json", "tests"]
    ended = _ended([*module_command("stackproof.suite"), *STARTED[process], *options], folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("module", NIGHTS)
def test_nights_take_libraries_from_where_they_are_installed(module: str, folder: Path) -> None:
    ended = _ended([*module_command(module), "--help"], folder)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("options", [["-p", "no:xdist"], ["-pno:xdist"]])
@pytest.mark.parametrize("listed", [[], ["--list"]])
def test_suite_without_xdist_is_given_no_workers(
    options: list[str], listed: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", "from stackproof.start import run; run()", "scenarios"]
    ended = _ended([*command, *listed, *options, "--outputs", "gone.json"], tmp_path)
    assert "unrecognized arguments" not in ended.stderr
    assert ended.returncode == 3, ended.stderr
