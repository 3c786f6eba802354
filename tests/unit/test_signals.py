"""A signal ends the process wherever it comes: with its code, one sentence, and never a hang."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from stackproof.signals import held_back
from tests.unit.processes import not_ignored

__all__ = ["not_ignored"]

WORDS = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "terminated",
}
# Where what a handler raises is lost, or leaves the process waiting for ever.
PLACES = {
    "finalizer": """
        class Held:
            def __del__(self):
                come()
        def command():
            Held()
            time.sleep(60)
    """,
    "weak reference": """
        import weakref
        class Held:
            pass
        def command():
            held = Held()
            seen = weakref.ref(held, lambda _: come())
            del held
            time.sleep(60)
    """,
    "bare except": """
        def command():
            try:
                come()
            except BaseException:
                pass
            time.sleep(60)
    """,
    "endless loop that catches": """
        def command():
            while True:
                try:
                    come()
                except BaseException:
                    time.sleep(0.1)
    """,
    "lock that nobody lets go": """
        import threading
        def command():
            lock = threading.Lock()
            lock.acquire()
            try:
                come()
            finally:
                lock.acquire()
    """,
    "lock of an import": """
        import importlib._bootstrap as bootstrap, threading
        code = "def importing():\\n come()\\n _imp.release_lock()"
        exec(compile(code, bootstrap.__file__, "exec"))
        import _imp
        def command():
            _imp.acquire_lock()
            try:
                importing()
            finally:
                imported = threading.Thread(target=lambda: __import__("wave"))
                imported.start()
                imported.join()
            time.sleep(60)
    """,
    "at exit": """
        import atexit
        atexit.register(come)
        def command():
            pass
    """,
    "after a verdict": """
        def command():
            try:
                raise SystemExit(1)
            finally:
                come()
    """,
}
START = "from stackproof.start import run; run()"
PRELUDE = """
import signal, time
from stackproof.door import enter
def come():
    signal.raise_signal({number})
    for _ in range(3):  # a handler runs between two steps of Python
        pass
"""


@pytest.mark.parametrize("number", WORDS, ids=lambda number: number.name)
@pytest.mark.parametrize("place", PLACES)
def test_signal_ends_the_process_wherever_it_comes(place: str, number: signal.Signals) -> None:
    code = PRELUDE.format(number=int(number)) + textwrap.dedent(PLACES[place]) + "\nenter(command)"
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=40
    )
    assert ended.returncode == 128 + number, ended.stderr
    assert ended.stderr == f"{WORDS[number]}; nothing was verified [SP9002]\n"
    assert ended.stdout == ""


@pytest.mark.parametrize("command", ["verify", "scenarios"])
def test_signal_at_any_early_moment_ends_the_process(command: str, tmp_path: Path) -> None:
    (tmp_path / "flat-outputs.json").write_text('{"region": "eu-west-1"}')
    moments = random.Random(7)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables = {
            **os.environ,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "XDG_STATE_HOME": str(tmp_path / "home"),
        }
        for number in (*WORDS, *WORDS):
            # While Python itself starts, no code of ours can handle anything.
            with held_back():
                started = subprocess.Popen(
                    [sys.executable, "-c", START, command, "-q"],
                    cwd=tmp_path,
                    env=variables,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            time.sleep(moments.uniform(0.0, 1.5))
            started.send_signal(number)
            out, err = started.communicate(timeout=40)
            assert started.returncode == 128 + number, out + err
            assert "Traceback" not in out + err
            assert len(err.splitlines()) == 1, err
