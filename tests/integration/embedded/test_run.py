from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stackproof.embedded.commands import embedded
from tests.unit.processes import gone, until

MAIN = "from stackproof.cli import run; run()"
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(embedded, arguments)


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, "embedded", "run", "--", *command],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def shown(**env: str) -> dict[str, Any]:
    ran = run(sys.executable, "-c", SHOW, **env)
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, Any] = json.loads(ran.stdout)
    return seen


def test_the_exit_code_of_the_command_is_passed_on() -> None:
    assert run(sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_a_command_that_is_not_there_is_exit_code_3() -> None:
    ran = run("no-such-command")
    assert (ran.returncode, ran.stdout) == (3, "")
    said = "Error: no-such-command can't be run: No such file or directory. [SP3001]\n"
    assert ran.stderr == said


def test_no_command_is_a_usage_error() -> None:
    assert invoke("run").exit_code == 2


def test_a_command_sees_the_embedded_aws_and_nothing_of_the_users() -> None:
    seen = shown(
        AWS_PROFILE="production",
        AWS_ENDPOINT_URL_STS="https://sts.example.com",
        PULUMI_BACKEND_URL="s3://the-real-state",
        PULUMI_ACCESS_TOKEN="token",
    )
    assert seen["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert seen["PULUMI_BACKEND_URL"].startswith("file://")
    assert seen["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert {"AWS_PROFILE", "AWS_ENDPOINT_URL_STS", "PULUMI_ACCESS_TOKEN"}.isdisjoint(seen)
    assert seen["PATH"].split(os.pathsep)[0].endswith("stackproof/embedded/bin")


def test_the_users_passphrase_is_kept_for_the_projects_own_secrets() -> None:
    assert shown(PULUMI_CONFIG_PASSPHRASE="theirs")["PULUMI_CONFIG_PASSPHRASE"] == "theirs"


def test_a_private_run_keeps_its_state_nowhere(tmp_path: Path) -> None:
    backend = Path(shown()["PULUMI_BACKEND_URL"].removeprefix("file://"))
    assert not backend.exists()
    assert not (tmp_path / ".stackproof").exists()


def test_the_detached_server_serves_runs_and_keeps_their_state(tmp_path: Path) -> None:
    assert invoke("status").exit_code == 3
    assert invoke("start").exit_code == 0
    try:
        first, second = shown(), shown()
        assert first["AWS_ENDPOINT_URL"] == second["AWS_ENDPOINT_URL"]
        assert first["AWS_ENDPOINT_URL"] in invoke("status").output
        assert first["PULUMI_BACKEND_URL"] == second["PULUMI_BACKEND_URL"]
        joined = run("true").stderr
        assert re.fullmatch(
            r"On the embedded AWS that runs already: http://127\.0\.0\.1:\d+, pid \d+, started "
            rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d from {tmp_path}/state/stackproof\. "
            r"`stackproof embedded stop` ends it\.\n",
            joined,
        )
        backend = Path(first["PULUMI_BACKEND_URL"].removeprefix("file://"))
        assert backend.is_relative_to(tmp_path / "state" / "stackproof" / "pulumi")
        (backend / "resources").touch()
        shown()
        assert (backend / "resources").exists()
        assert invoke("stop").exit_code == 0
        assert invoke("start").exit_code == 0
        shown()
        assert not (backend / "resources").exists()  # they went with the server
    finally:
        assert invoke("stop").exit_code == 0
    assert invoke("stop").output == "The embedded AWS isn't running.\n"


def test_a_signal_reaches_the_command_and_the_run_ends_with_it() -> None:
    code = "import time; print('up', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", MAIN, "embedded", "run", "--", sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM


def test_what_the_command_has_started_ends_with_it() -> None:
    # As in a pipeline's job: nobody sits at a terminal.
    script = "sleep 61 & echo $!; wait"
    command = [sys.executable, "-c", MAIN, "embedded", "run", "--", "sh", "-c", script]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        started = int(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
    assert until(lambda: gone(started), 10)


def test_nothing_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 100 & echo $$ $! > {pids}; wait"
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, "embedded", "run", "--", "sh", "-c", script],
        stderr=subprocess.PIPE,
    ) as process:
        assert until(lambda: pids.exists() and len(pids.read_text().split()) == 2, 60)
        process.kill()
    for pid in map(int, pids.read_text().split()):
        assert until(partial(gone, pid), 20)


# As a Pulumi CLI that waits for what will never answer: only SIGKILL ends it.
STUBBORN = "trap '' TERM HUP; sleep 100 & echo $$ $! > {pids}; wait; wait"
HURRIED = f"from stackproof.embedded import run; run.GRACE = 1; {MAIN}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_command_that_does_not_end_when_it_is_told_to_is_killed(
    number: signal.Signals, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    script = STUBBORN.format(pids=pids)
    with subprocess.Popen(
        [sys.executable, "-c", HURRIED, "embedded", "run", "--", "sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert until(lambda: pids.exists() and len(pids.read_text().split()) == 2, 60)
        process.send_signal(number)
        # Who is killed itself says so; its watcher ends the command.
        ended = -number if number == signal.SIGKILL else 128 + signal.SIGKILL
        assert process.wait(30) == ended
    for pid in map(int, pids.read_text().split()):
        assert until(partial(gone, pid), 20)


def test_an_interrupted_command_says_itself_when_it_ends() -> None:
    code = (
        "import os, signal, time\n"
        # A handler may come while `print` is at work, which is not made for that.
        "signal.signal(signal.SIGINT, lambda *_: os.write(1, b'heard\\n'))\n"
        "os.write(1, b'up\\n')\n"
        "time.sleep(4)\n"
    )
    command = [sys.executable, "-c", HURRIED, "embedded", "run", "--", sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == b"heard\n"
        assert process.wait(30) == 0
