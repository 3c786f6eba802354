"""What a run leaves behind: nothing, and after it was killed nothing that the next one keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stackproof import scratch

_HOLD = """
import sys, time
from pathlib import Path
from stackproof import scratch
with scratch.scratch() as folder:
    (folder / "snapshot.json").write_text("{}")
    partial = Path(sys.argv[1]).open("w")
    scratch.fcntl.flock(partial, scratch.fcntl.LOCK_EX)
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for everybody's temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_folder_goes_with_its_block(place: Path) -> None:
    def fail() -> None:
        with scratch.scratch() as folder:
            (folder / "file").write_text("x")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_goes_with_any_command(place: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, place / "partial"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as held:
        assert held.stdout is not None
        folder = Path(held.stdout.readline().strip())
        run = "from stackproof.cli import run; run()"
        command = [sys.executable, "-c", run, "explain", "SP7014"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        assert folder.exists(), "it is held"
        held.send_signal(signal.SIGKILL)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert not folder.exists()


def test_what_a_killed_run_left_goes_with_the_next(place: Path) -> None:
    report = place / "report[1].html"
    left = place / f".{report.name}.77.partial"
    others = place / ".report1.html.77.partial"
    others.write_text("somebody else's")
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, left],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place)},
    ) as held:
        assert held.stdout is not None
        folder = Path(held.stdout.readline().strip())
        with scratch.scratch():
            scratch.write_whole("one", report)
            assert (folder / "snapshot.json").exists(), "it is held"
            assert left.exists(), "it is being written"
        held.send_signal(signal.SIGKILL)
    with scratch.scratch():
        scratch.write_whole("two", report)
    assert not folder.exists()
    assert sorted(path.name for path in place.iterdir()) == [others.name, report.name]
    assert report.read_text() == "two"


def test_folder_of_the_same_name_that_is_not_ours_stays(place: Path) -> None:
    (place / "stackproof-notes").mkdir()
    (place / "stackproof-notes" / "notes.txt").write_text("mine")
    outside = place / "outside"
    outside.mkdir()
    (outside / ".held").write_text("")
    (place / "stackproof-link").symlink_to(outside)
    with scratch.scratch():
        assert (place / "stackproof-notes" / "notes.txt").exists()
        assert outside.exists()


def test_file_that_cannot_be_written_is_as_it_was(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = place / "report.json"
    report.write_text("before")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        scratch.write_whole("after", report)
    assert [path.name for path in place.iterdir()] == ["report.json"]
    assert report.read_text() == "before"


def test_text_that_is_no_unicode_is_written_all_the_same(place: Path) -> None:
    scratch.write_whole("a\ud800b", place / "report.txt")
    assert (place / "report.txt").read_text() == "a\\ud800b"
