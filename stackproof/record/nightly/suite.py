"""The scenarios of one stack, run by pytest beside what else looks at it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from stackproof import log
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.interpreter import module_command

_SENTENCE: Final = "Exit: "


@dataclass(frozen=True, slots=True)
class Tried:
    """What came out: the scenarios' records, the exit code, and why there are none, if so."""

    scenarios: list[dict[str, Any]]
    exit_code: int
    error: str = ""


class Suite:
    """A run of the suite for any stack, which the project's own scenarios join."""

    def __init__(
        self, arguments: list[str], folder: Path, root: Path, variables: Mapping[str, str]
    ) -> None:
        self._report = folder / "scenarios.json"
        self._printed = folder / "scenarios.txt"
        command = [
            *module_command("stackproof.suite"),
            "--pyargs",
            "stackproof.scenarios",
            "-n",
            "0",
        ]
        command += ["-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *arguments]
        command += [f"--scenario-report={self._report}"]
        with self._printed.open("wb") as output:
            self._child = subprocess.Popen(
                command,
                cwd=root,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if log.listened_to(log.CALL) else subprocess.STDOUT,
            )

    def wait(self) -> Tried:
        """Wait for its end, and give what came out."""
        code = self._child.wait()
        lines = self._printed.read_text("utf-8", "replace").splitlines()
        found = json.loads(self._report.read_text("utf-8")) if self._report.is_file() else []
        if code == pytest.ExitCode.NO_TESTS_COLLECTED:
            return Tried([], VERIFIED)
        if found and code in (VERIFIED, FAILED, COULD_NOT):
            return Tried(found, code)
        told = [line for line in lines if line.startswith(("Exit", "E ", "ERROR", "INTERNALERROR"))]
        why = next(iter(told or lines[-1:]), "it said nothing")
        return Tried(found, COULD_NOT, f"pytest ended with {code}: {why.removeprefix(_SENTENCE)}")

    def end(self) -> None:
        """End it, where nobody waits for it any more."""
        if self._child.poll() is None:
            self._child.terminate()
            self._child.wait()
