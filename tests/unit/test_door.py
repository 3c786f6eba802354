"""The door of the commands: no traceback, one sentence, an exit code that says what happened."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof import door, verify
from stackproof.cli import main
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, DEFECT, INTERRUPTED, TERMINATED, USAGE
from stackproof.signals import Ended, Ending
from tests.unit.processes import gone, until
from tests.unit.reports.made import OUTCOMES, finding, run

PASSWORD = "hunter2-in-a-url"
# Where a run of `verify` may fail by an error of ours, from what it is given to what it says.
STAGES = {
    "settings": "stackproof.settings.loading.load",
    "waivers": "stackproof.waivers.load",
    "outputs": "stackproof.outputs.load",
    "state": "stackproof.sights.state.load_state",
    "reading": "stackproof.verify.snapshot_of",
    "judging": "stackproof.verify.judge_by",
    "record": "stackproof.record.record_of",
    "report": "stackproof.reports.html.as_html",
    "writing": "stackproof.scratch._free",
    "terminal": "stackproof.reports.text.write",
}


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with outputs and a state, in which stackproof has a home of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    for name in ("STACKPROOF_OUTPUTS", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "flat-outputs.json").write_text('{"region": "eu-west-1"}')
    (tmp_path / "state.json").write_text('{"version": 3, "deployment": {"resources": []}}')
    return tmp_path


@pytest.mark.parametrize("stage", STAGES)
def test_our_own_error_is_a_defect_at_each_stage(
    stage: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **told: object) -> object:
        raise KeyError(f"http://user:{PASSWORD}@127.0.0.1/")

    if stage in ("record", "report", "writing", "terminal"):
        monkeypatch.setattr(verify, "verify", lambda *a, **k: run(finding(OUTCOMES["pass"])))
    if stage == "judging":
        (here / "left").mkdir()
        arguments = ["verify", "--only", "state", "--state", "state.json"]
    else:
        arguments = ["verify", "--state", "state.json", "--report", "left/report.html"]
        arguments += ["--outputs", "flat-outputs.json"]
    if stage == "writing":
        (here / "left").mkdir()
        (here / "left" / ".report.html.1.partial").write_text("")
    place, _, held = STAGES[stage].rpartition(".")
    whole = getattr(importlib.import_module(place), held)
    for module in list(sys.modules.values()):
        # Where it was imported by name already it is replaced as well.
        if getattr(module, held, None) is whole:
            monkeypatch.setattr(module, held, fail)
    result = invoke(*arguments)
    assert result.exit_code == DEFECT, result.output
    assert "Traceback" not in result.output
    assert PASSWORD not in result.output
    (told,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert "this is a defect of stackproof, and says nothing about the stack (KeyError" in told
    assert told.endswith("[SP9001]")
    (kept,) = (here / "home" / "stackproof" / "defects").iterdir()
    assert str(kept) in told
    details = kept.read_text()
    assert "Traceback (most recent call last)" in details
    assert "KeyError" in details
    assert "stackproof " in details
    assert PASSWORD not in details
    assert kept.stat().st_mode & 0o077 == 0
    left = [path for path in (here / "left").glob("*") if path.name[0] != "."]
    assert stage == "terminal" or left == []


def test_details_without_a_home_are_kept_elsewhere(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(here / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(here))
    monkeypatch.setattr("stackproof.settings.loading.load", lambda path: 1 / 0)
    result = invoke("config")
    assert result.exit_code == DEFECT
    (kept,) = here.glob("stackproof-defect-*.txt")
    assert str(kept) in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        (StackproofError("it can't"), COULD_NOT, "Error: it can't [SP1002]"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x"),
            COULD_NOT,
            "Error: the machine refuses it: /x: No space left on device [SP5002]",
        ),
        (MemoryError(), COULD_NOT, "Error: the machine refuses it: there is no memory left"),
        (
            RuntimeError("can't start new thread"),
            COULD_NOT,
            "Error: the machine refuses it: no thread can be started",
        ),
        (
            BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
            COULD_NOT,
            "Error: the machine refuses it: Resource temporarily unavailable [SP5002]",
        ),
        (KeyboardInterrupt(), INTERRUPTED, "interrupted; nothing was verified [SP9002]"),
        (StackproofError("a\x1b[31m\u202eb"), COULD_NOT, "Error: a\ufffd[31m\ufffdb [SP1002]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_end_has_its_sentence_and_code(
    error: BaseException, code: int, expected: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **told: object) -> object:
        raise error

    monkeypatch.setattr(verify, "verify", fail)
    result = invoke("verify")
    assert (result.exit_code, result.stdout) == (code, "")
    assert expected in result.stderr


def test_usage_error_has_its_code() -> None:
    result = invoke("verify", "--nothing")
    assert result.exit_code == USAGE
    assert result.stderr.startswith("Usage: ")
    assert result.stderr.endswith("[SP1001]\n")


# A run that reads until somebody ends it, with a report half-written and a command asked.
_BUSY = """
import sys, threading, time
from pathlib import Path
from stackproof import children, scratch, verify

def busy(*given, **told):
    with scratch.scratch() as folder, children.Pool() as pool:
        pool.submit(time.sleep, 60)
        asked = pool.submit(children.run, ["sleep", "61"])
        while not children._running:
            time.sleep(0.01)
        (child,) = children._running
        print(folder, child.pid, flush=True)
        asked.result()

verify.verify = busy
from stackproof.cli import run
sys.argv = ["stackproof", "verify"]
run()
"""


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, INTERRUPTED, "interrupted"), (signal.SIGTERM, TERMINATED, "terminated")],
)
def test_signal_ends_a_run_at_once_and_leaves_nothing(
    number: signal.Signals, code: int, word: str, here: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_BUSY)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(here)},
    ) as busy:
        assert busy.stdout is not None
        folder, child = busy.stdout.readline().split()
        assert Path(folder).is_dir()
        busy.send_signal(number)
        _, said = busy.communicate(timeout=20)
    assert busy.returncode == code
    assert said == f"{word}; nothing was verified [SP9002]\n"
    assert not Path(folder).exists()
    assert until(lambda: gone(int(child)), 10)


def test_reader_that_goes_away_is_told_by_the_code_alone() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [Path(sys.executable).with_name("stackproof"), "controls"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


LEAVING = """
import atexit, sys
from stackproof.door import enter

class Held:
    def __del__(self):
        print("taken apart")

held = Held()
atexit.register(print, "done at the end")

def command():
    print("whole", "." * 100_000)
    sys.exit({code})

enter(command)
"""


@pytest.mark.parametrize(("code", "given"), [("0", 0), ("3", 3), ("None", 0), ("'odd'", 1)])
def test_process_ends_with_all_that_it_owes_and_is_not_taken_apart(code: str, given: int) -> None:
    # Taking a million objects apart is a thirtieth of a run.
    left = subprocess.run(
        [sys.executable, "-c", LEAVING.format(code=code)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert left.returncode == given
    assert left.stdout == f"whole {'.' * 100_000}\ndone at the end\n"
    assert left.stderr == ""


class Unread:
    def flush(self) -> None:
        raise BrokenPipeError


@pytest.mark.parametrize(("stream", "left"), [("stderr", 3), ("stdout", 141)])
def test_only_an_answer_that_nobody_reads_changes_the_code(
    monkeypatch: pytest.MonkeyPatch, stream: str, left: int
) -> None:
    def end(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("stackproof.door.atexit._run_exitfuncs", lambda: None)
    monkeypatch.setattr("stackproof.door.os._exit", end)
    monkeypatch.setattr(sys, stream, Unread())
    with pytest.raises(SystemExit) as ended:
        door._leave(3, Ending(Ended))
    assert ended.value.code == left
