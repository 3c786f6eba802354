"""Processes that look for another one end with it, even where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.pace import RATE_VARIABLE, pace_of_process
from tests.unit.processes import gone, until

_CHILD = "import time; from stackproof.children import end_with_parent; end_with_parent(); "
_CHILD += "print('looks', flush=True); time.sleep(60)"
_PARENT = (
    "import subprocess, sys, time; "
    f"child = subprocess.Popen([sys.executable, '-c', {_CHILD!r}]); "
    "print(child.pid, flush=True); time.sleep(60)"
)


def test_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == b"looks\n"
        parent.kill()
        try:
            assert until(lambda: gone(pid), 20)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def test_process_has_one_pace_for_all_that_it_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RATE_VARIABLE, raising=False)
    assert pace_of_process() is None
    monkeypatch.setenv(RATE_VARIABLE, "4.0")
    assert pace_of_process() is pace_of_process() is not None
    for wrong in ("fast", "0"):
        monkeypatch.setenv(RATE_VARIABLE, wrong)
        with pytest.raises(LiveError, match=f"{RATE_VARIABLE} is '{wrong}'"):
            pace_of_process()
