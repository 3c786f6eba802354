"""An own control that raises anything at all costs its own findings, and never the run its code."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.exit_codes import COULD_NOT, FAILED, INTERRUPTED, TERMINATED
from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.policy_pack import policies, project_settings
from stackproof.policy_pack.door import answering
from stackproof.settings.loading import load
from stackproof.testing import analyze
from stackproof.verify import judge_by
from tests.unit.own.project import CONTROL, STREAM, write

ID = "ours-stream-encrypted"
RAISED = {
    "ValueError": "raise ValueError",
    "SystemExit": "import sys; sys.exit(0)",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "Theirs": "raise type('Theirs', (BaseException,), {})",
    "Exit": "import pytest; pytest.exit('bye', returncode=0)",
}
STATE = {
    "version": 3,
    "deployment": {
        "resources": [
            {
                "urn": f"urn:pulumi:dev::shop::{STREAM}::main",
                "custom": True,
                "id": "main",
                "type": STREAM,
                "inputs": {},
                "outputs": {"name": "main", "encryptionType": "NONE"},
            }
        ]
    },
}
VERIFY = ("verify", "--only", "state", "--state", "state.json")
BEGIN = "    return expect"
MAIN = Resource(
    {"encryption_type": "NONE"},
    type=STREAM,
    name="main",
    urn=f"urn:pulumi:dev::shop::{STREAM}::main",
)


@pytest.fixture
def judging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write a project whose own control does something before it judges what its cases don't."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_PROJECT", "shop")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    (tmp_path / "stackproof.yaml").write_text(f"controls: [controls]\nselect: [{ID}]\n")
    (tmp_path / "state.json").write_text(json.dumps(STATE))

    def made(does: str) -> Path:
        only = f'    if stream.name == "main":\n        {does}\n'
        write(tmp_path, CONTROL.replace(BEGIN, f"{only}{BEGIN}"))
        return tmp_path

    return made


@pytest.mark.parametrize("raised", RAISED)
def test_whatever_a_control_raises_is_its_own_failure_at_every_sight(
    raised: str, judging: Callable[[str], Path]
) -> None:
    folder = judging(RAISED[raised])
    # As commands and the suite have it: what a signal raises is known by its class.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        ran = CliRunner().invoke(main, [*VERIFY, "--report", "record.json"])
        proven = CliRunner().invoke(main, ["prove", ID])
        settings = load(folder / "stackproof.yaml")
        judged = [judge_by(settings, Stack([MAIN], sight)) for sight in Sight]
        shown = analyze(policies(settings=project_settings()), Stack([MAIN], Sight.DECLARED))
    finally:
        signal.signal(signal.SIGINT, before)
    said = f"the control itself failed (control '{ID}' raised {raised} at streams.py:"
    assert ran.exit_code == COULD_NOT, ran.output
    record = json.loads((folder / "record.json").read_text())
    (found,) = [f for f in record["findings"] if f["control"] == ID]
    assert found["outcome"] == "unknown"
    assert found["message"].startswith(said)
    assert found["message"].endswith(") [SP4006]")
    assert proven.exit_code == 0, proven.output
    for findings in judged:
        (outcome,) = [f.outcome for f in findings if f.control.id == ID]
        assert isinstance(outcome, Unknown)
        assert outcome.cause is Cause.BROKEN
    (line,) = [line for line in shown if line.policy == ID]
    assert said in line.message
    assert "[SP4006]" in line.message


@pytest.mark.parametrize("raised", RAISED)
def test_whatever_a_control_raises_in_its_cases_is_told_by_prove(
    raised: str, judging: Callable[[str], Path]
) -> None:
    judging(RAISED[raised])
    file = Path("controls/streams.py")
    file.write_text(file.read_text().replace('== "main"', '!= "main"'))
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        proven = CliRunner().invoke(main, ["prove", ID])
    finally:
        signal.signal(signal.SIGINT, before)
    assert proven.exit_code == FAILED, proven.output
    assert f"control '{ID}' raised {raised} at streams.py:" in proven.output


@pytest.mark.parametrize("raised", [*RAISED][:-1])
def test_whatever_a_module_raises_is_said_as_its_own(
    raised: str, judging: Callable[[str], Path]
) -> None:
    folder = judging("pass")
    (folder / "controls" / "wrong.py").write_text(f"{RAISED[raised]}\n")
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        ran = CliRunner().invoke(main, VERIFY)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ran.exit_code == COULD_NOT, ran.output
    assert f"wrong.py:1: {raised}: " in ran.output


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, INTERRUPTED, "interrupted"), (signal.SIGTERM, TERMINATED, "terminated")],
)
def test_a_signal_that_comes_while_a_control_judges_ends_the_run(
    number: signal.Signals, code: int, word: str, judging: Callable[[str], Path]
) -> None:
    judging(f"import os; os.kill(os.getpid(), {int(number)})")
    ran = subprocess.run(
        [Path(sys.executable).with_name("stackproof"), *VERIFY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code
    assert ran.stderr == f"{word}; nothing was verified [SP9002]\n"


class _Aborted(Exception):
    pass


class _Context:
    def abort(self, status: object, sentence: str) -> NoReturn:
        raise _Aborted(sentence)


@pytest.mark.parametrize("error", [SystemExit(0), GeneratorExit(), KeyError("x")], ids=repr)
def test_a_call_of_the_engine_is_answered_whatever_is_raised(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    @answering
    def answer(analyzer: object, request: object, context: object) -> NoReturn:
        raise error

    with pytest.raises(_Aborted, match=r"SP9001"):
        answer(None, None, _Context())
