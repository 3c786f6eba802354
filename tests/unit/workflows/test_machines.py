"""Where nightly runs are started besides GitHub: a systemd timer, and a container."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.unit.workflows.documents import ROOT

UNITS = ROOT / "tools" / "systemd"
CONTAINER = (ROOT / "Containerfile").read_text()

analyzed = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze on this machine"
)


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def copied(folder: Path, old: str = "", new: str = "") -> Path:
    """Copy the units; what they start need not be installed here."""
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/stackproof/bin/stackproof", "/bin/true")
        (folder / unit.name).write_text(text.replace(old, new) if old else text)
    return folder / "stackproof.timer"


@analyzed
def test_systemd_takes_the_units_and_sees_a_broken_one(tmp_path: Path) -> None:
    ran = analyze("verify", "--man=no", copied(tmp_path))
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")
    ran = analyze("verify", "--man=no", copied(tmp_path, "OnCalendar=", "OnCalendar=every night "))
    assert ran.returncode != 0 or "every night" in ran.stderr


def test_the_service_starts_what_there_is_as_nobody_in_particular() -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNITS / "stackproof.service")
    service = unit["Service"]
    assert service["ExecStart"].split()[1] == "nightly"
    assert service["DynamicUser"] == "yes"
    assert service["Type"] == "oneshot"
    assert not [line for line in service.values() if re.search("SECRET|TOKEN", line)]


def test_the_container_installs_what_is_locked_and_is_not_root() -> None:
    assert "--require-hashes -r /source/requirements.lock" in CONTAINER
    assert "--no-deps --no-build-isolation /source" in CONTAINER
    final = CONTAINER.split("\nFROM ")[-1]
    assert final.index("USER 10001") < final.index("ENTRYPOINT")
    assert not re.search(r"^(ENV|ARG) .*(KEY|SECRET|TOKEN)", CONTAINER, re.MULTILINE)
