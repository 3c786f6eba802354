"""How a run of the suite ends that isn't the scenarios' to end: by our error, or by a signal."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import stackproof.reports.accounts
import stackproof.reports.scenarios  # noqa: F401 - once for all runs in this process
from stackproof import verify
from stackproof.exit_codes import COULD_NOT, DEFECT, INTERRUPTED, TERMINATED
from tests.unit import processes
from tests.unit.processes import gone, not_ignored
from tests.unit.test_plugin import PASSING, SNAPSHOT, Suite, suite

__all__ = ["not_ignored", "suite"]

pytest_plugins = "pytester"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of stackproof's own, where details are kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "stackproof" / "defects"


def fail(*given: object, **told: object) -> object:
    raise KeyError("a defect")


@pytest.mark.parametrize("workers", ["0", "1"])
def test_the_suite_warns_of_nothing_that_is_its_own(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n")
    command = [sys.executable, "-m", "stackproof.suite", "-n", workers, "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout
    assert "warning" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "stage",
    [
        "stackproof.settings.loading.load",
        "stackproof.outputs.load",
        "stackproof.waivers.load",
        "stackproof.verify.snapshot_of",
        "stackproof.reports.accounts.counted",
        "stackproof.plugin.Verification.pytest_report_header",
        "stackproof.plugin.Verification._concerns",
        "stackproof.reports.scenarios.Scenarios.take",
        "stackproof.plugin.Verification.snapshot",
        "stackproof.reports.scenarios.Scenarios.by_family",
        "stackproof.plugin.Verification._write",
    ],
)
def test_our_own_error_is_a_defect_at_each_stage(
    stage: str, suite: Suite, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    suite.scenario(PASSING)
    monkeypatch.setattr(stage, property(fail) if stage.endswith("by_family") else fail)
    result = suite.run("scenarios", "--scenario-report", "report.json")
    assert result.ret == DEFECT
    said = "\n".join([*result.outlines, *result.errlines])
    assert "this is a defect of stackproof" in said
    assert "[SP9001]" in said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said
    assert [path for path in home.iterdir() if "KeyError" in path.read_text()]


def test_error_of_a_worker_is_a_defect_too(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    suite.scenario(PASSING)
    # A worker is another process: only files reach it.
    suite.pytester.makeconftest(
        "from stackproof.plugin import Verification\n"
        "def pytest_configure(config):\n"
        "    if hasattr(config, 'workerinput'):\n"
        "        Verification.snapshot = lambda self, number: {}['a defect']\n"
    )
    result = suite.run("scenarios", "-n2")
    assert result.ret == DEFECT
    result.stdout.fnmatch_lines("*this is a defect of stackproof*")


def test_fixture_of_a_scenario_that_fails_is_no_defect(suite: Suite) -> None:
    suite.scenario(
        "import pytest\n"
        "@pytest.fixture\n"
        "def ours(live):\n"
        "    return live.all(1, 2, 3)\n"
        "def test_it(ours):\n"
        "    pass\n"
    )
    assert suite.run().ret == pytest.ExitCode.TESTS_FAILED


def test_report_that_cannot_be_written_is_said(suite: Suite) -> None:
    suite.scenario(PASSING)
    (suite.pytester.path / "file").write_text("")
    result = suite.run("scenarios", "--scenario-report", "file/report.json")
    assert result.ret == COULD_NOT
    result.stderr.fnmatch_lines("*file/report.json cannot be written: *[[]SP5001[]]")


_HIT = """
import signal

def test_one(live):
    signal.raise_signal(signal.{name})
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", INTERRUPTED), ("SIGTERM", TERMINATED)])
@pytest.mark.parametrize("stage", ["reading", "scenario"])
def test_signal_ends_the_suite_with_its_code(
    name: str, code: int, stage: str, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = signal.Signals[name]
    before = signal.getsignal(number)
    suite.scenario(_HIT.format(name=name))
    if stage == "reading":
        monkeypatch.setattr(verify, "snapshot_of", lambda *a, **k: signal.raise_signal(number))
    try:
        result = suite.pytester.runpytest_inprocess(
            "scenarios", "--scenario-report=report.json", no_reraise_ctrlc=True
        )
    finally:
        signal.signal(number, before)
    assert result.ret == code
    assert not (suite.pytester.path / "report.json").exists()


_WAITING = """
import os, time

def test_one(live):
    print(os.getpid(), file=open(f"pid-{os.environ['PYTEST_XDIST_WORKER']}", "w"), flush=True)
    time.sleep(60)

test_two = test_one
"""


def test_terminated_suite_leaves_no_worker_and_no_snapshot(suite: Suite) -> None:
    folder = suite.pytester.path
    SNAPSHOT.save(folder / "snapshot.json")
    suite.pytester.makeconftest(
        "from pathlib import Path\n"
        "from stackproof import verify\n"
        "from stackproof.sights.live.snapshot import Snapshot\n"
        "verify.snapshot_of = lambda *a, **k: Snapshot.load(Path('snapshot.json'))\n"
    )
    suite.scenario(_WAITING)
    (folder / "tmp").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-n2", "scenarios"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
        stdout=subprocess.PIPE,
    ) as run:
        processes.until(lambda: len(list(folder.glob("pid-gw*"))) == 2, 30)
        assert list((folder / "tmp").glob("stackproof-*/snapshot-0.json"))
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=30)
    assert run.returncode == TERMINATED
    assert list((folder / "tmp").glob("stackproof-*")) == []
    workers = [int(path.read_text()) for path in folder.glob("pid-gw*")]
    assert processes.until(lambda: all(map(gone, workers)), 10)


_PUTTING_AWAY = """
import time
from pathlib import Path
import pytest

@pytest.fixture
def held():
    yield
    Path("begun").write_text("")
    time.sleep(1)
    Path("put-away").write_text("")

def test_it(live, held):
    Path("ready").write_text("")
    time.sleep(60)
"""


@pytest.mark.parametrize(
    "names", [("INT", "INT"), ("TERM", "INT"), ("INT", "TERM", "INT"), ("HUP", "INT")]
)
@pytest.mark.parametrize("how", ["-n0", "-n2"])
def test_first_signal_says_how_the_suite_ends_and_no_other_disturbs_it(
    names: tuple[str, ...], how: str, suite: Suite
) -> None:
    folder = suite.pytester.path
    SNAPSHOT.save(folder / "snapshot.json")
    suite.pytester.makeconftest(
        "from pathlib import Path\n"
        "from stackproof import verify\n"
        "from stackproof.sights.live.snapshot import Snapshot\n"
        "verify.snapshot_of = lambda *a, **k: Snapshot.load(Path('snapshot.json'))\n"
    )
    suite.scenario(_PUTTING_AWAY)
    first, *others = (signal.Signals[f"SIG{name}"] for name in names)
    with subprocess.Popen(
        [sys.executable, "-m", "stackproof.suite", how, "scenarios"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert processes.until((folder / "ready").exists, 40)
        run.send_signal(first)
        if how == "-n0":
            assert processes.until((folder / "begun").exists, 20)
        for number in others:
            time.sleep(0.3)  # of those that wait together the system shows the lowest first
            os.killpg(run.pid, number)
        out, err = run.communicate(timeout=40)
    assert run.returncode == 128 + first, out + err
    assert "Traceback" not in out + err
    assert how == "-n2" or (folder / "put-away").exists()


def test_signals_are_given_back_to_a_process_that_lives_on(suite: Suite) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    suite.scenario(PASSING)
    suite.run()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


REFUSALS: dict[str, tuple[BaseException, str]] = {
    "no space": (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
    "no file": (OSError(errno.EMFILE, "Too many open files", "/x"), "/x: Too many open files"),
    "no memory": (MemoryError(), "there is no memory left"),
    "no thread": (RuntimeError("can't start new thread"), "no thread can be started"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(
    "stage",
    [
        "stackproof.outputs.load",
        "stackproof.verify.snapshot_of",
        "stackproof.plugin.Verification._concerns",
        "stackproof.reports.scenarios.Scenarios.take",
        "stackproof.plugin.Verification.snapshot",
        "stackproof.plugin.Verification._write",
        "_pytest.junitxml.LogXML.pytest_sessionfinish",
    ],
)
def test_what_the_machine_refuses_is_no_defect(
    stage: str, refusal: str, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, why = REFUSALS[refusal]

    def refuse(*given: object, **told: object) -> object:
        raise error

    suite.scenario(PASSING)
    monkeypatch.setattr(stage, refuse)
    result = suite.run("scenarios", "--scenario-report=report.json", "--junitxml=junit.xml")
    shown = "\n".join([*result.outlines, *result.errlines])
    assert f"the machine refuses it: {why}" in shown
    assert "defect of stackproof" not in shown
    assert "INTERNALERROR" not in shown
    assert result.ret == COULD_NOT, shown


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("/dev/full", "the machine refuses it: No space left on device [[]SP5002[]]"),
        ("/proc/x.xml", "/proc/x.xml cannot be written: No such file or directory [[]SP5001[]]"),
    ],
)
@pytest.mark.parametrize(
    ("scenario", "code"), [(PASSING, COULD_NOT), ("def test_it():\n    assert False\n", 1)]
)
def test_file_of_pytest_that_cannot_be_written_is_said(
    file: str, why: str, scenario: str, code: int, suite: Suite
) -> None:
    suite.scenario(scenario)
    result = suite.run("scenarios", f"--junitxml={file}")
    result.stderr.fnmatch_lines(why)
    assert result.ret == code
