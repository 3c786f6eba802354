"""`tools/pulumi/build.py` run as a command, with stand-ins for `go` and the Pulumi CLI."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "pulumi" / "build.py"
NAMES = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-analyzer-policy-python",
)

# Logs each call; blocks while a file named `closed` is beside it; fails on the package it is told.
FAKE_GO = """
import json, pathlib, sys, time
here = pathlib.Path(__file__).parent
with (here / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
while (here / "closed").exists():
    time.sleep(0.01)
failing = here / "fails-on"
if failing.exists() and sys.argv[-1].endswith(failing.read_text()):
    print("\\n".join(f"go: line {number}" for number in range(1, 41)), file=sys.stderr)
    sys.exit(1)
if sys.argv[1] == "build":
    program = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
    program.write_text("#!/bin/sh\\n")
    program.chmod(0o755)
else:
    print(json.dumps({"Dir": str(here / "sdk")}))
"""


class Machine:
    """A machine with nothing but what a test puts on it."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.home = root / "home"
        self.go = root / "go"
        for folder in (self.bin, self.home, self.go):
            folder.mkdir()
        self.path = [self.bin]
        self.cache = self.home / "cache"

    def install(self, *names: str, folder: Path | None = None) -> Path:
        where = folder or self.bin
        where.mkdir(parents=True, exist_ok=True)
        for name in names:
            (where / name).write_text("#!/bin/sh\n")
            (where / name).chmod(0o755)
        return where

    def install_go(self) -> None:
        (self.go / "go.py").write_text(FAKE_GO)
        for script in ("python/cmd/" + NAMES[2], "python/dist/" + NAMES[3]):
            path = self.go / "sdk" / script
            path.parent.mkdir(parents=True)
            path.write_text(f"script {path.name}\n")
        launcher = self.bin / "go"
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{self.go / "go.py"}" "$@"\n')
        launcher.chmod(0o755)

    def go_calls(self) -> list[str]:
        calls = self.go / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(TOOL), *arguments],
            env={
                "PATH": os.pathsep.join(str(folder) for folder in self.path),
                "HOME": str(self.home),
                "XDG_CACHE_HOME": str(self.cache),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def built_files(self) -> list[Path]:
        """Everything below the home folder except lock files."""
        files = (path for path in self.home.rglob("*") if path.is_file())
        return [path for path in files if path.suffix != ".lock"]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_installation_on_path_is_used_as_it_is(machine: Machine) -> None:
    machine.install(*NAMES)
    assert machine.run() == (0, f"{machine.bin}\n", "")
    assert machine.run("--check") == (0, f"{machine.bin}\n", "")


def test_spread_out_installation_gives_each_folder_once(machine: Machine, tmp_path: Path) -> None:
    scripts = machine.install(*NAMES[2:], folder=tmp_path / "scripts")
    machine.install(*NAMES[:2])
    machine.path.append(scripts)
    assert machine.run() == (0, f"{machine.bin}{os.pathsep}{scripts}\n", "")


def test_linked_cli_with_its_own_host_beside_it_is_enough(machine: Machine, tmp_path: Path) -> None:
    package = machine.install(*NAMES[:2], folder=tmp_path / "package")
    (machine.bin / "pulumi").symlink_to(package / "pulumi")
    assert machine.run() == (0, f"{machine.bin}{os.pathsep}{package}\n", "")


def test_cli_without_a_python_host_is_not_taken(machine: Machine) -> None:
    machine.install("pulumi")
    machine.install_go()
    code, out, _ = machine.run()
    assert code == 0
    assert out.strip() != str(machine.bin)


def test_neither_cli_nor_go_is_one_sentence_and_exit_3(machine: Machine) -> None:
    code, out, err = machine.run()
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "isn't on PATH, and neither is Go" in err


def test_check_never_builds(machine: Machine) -> None:
    machine.install_go()
    code, out, err = machine.run("--check")
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "neither on PATH nor built yet" in err
    assert machine.go_calls() == []


def test_build_gives_one_folder_with_every_program_and_says_what_it_does(machine: Machine) -> None:
    machine.install_go()
    code, out, err = machine.run()
    folder = Path(out.strip())
    assert code == 0
    assert out.count("\n") == 1
    assert folder.is_relative_to(machine.home)
    assert all(os.access(folder / name, os.X_OK) for name in NAMES)
    assert (folder / NAMES[3]).read_text() == f"script {NAMES[3]}\n"
    assert "three minutes" in err.splitlines()[0]
    assert [step for step in ("1/3", "2/3", "3/3") if step in err] == ["1/3", "2/3", "3/3"]


def test_build_trims_paths_and_stamps_the_versions_that_go_mod_pins(machine: Machine) -> None:
    machine.install_go()
    machine.run()
    cli, host, _ = machine.go_calls()
    assert cli.startswith("build -trimpath -ldflags -s -w -X github.com/pulumi/pulumi/sdk/v3/")
    assert "Version=v3.220.0 " in cli
    assert host.startswith("build -trimpath ")
    assert "Version=v3.79.0 " in host


def test_cached_build_is_reused_without_calling_go(machine: Machine) -> None:
    machine.install_go()
    first = machine.run()
    calls = machine.go_calls()
    assert machine.run() == (0, first[1], "")
    assert machine.run("--check") == (0, first[1], "")
    assert machine.go_calls() == calls
    (machine.bin / "go").unlink()
    assert machine.run() == (0, first[1], "")


@pytest.mark.parametrize("package", ["cmd/pulumi", "pulumi-language-python", "sdk/v3"])
def test_failed_go_shows_its_last_lines_and_leaves_nothing(machine: Machine, package: str) -> None:
    machine.install_go()
    (machine.go / "fails-on").write_text(package)
    code, out, err = machine.run()
    assert (code, out) == (3, "")
    assert "go: line 40" in err
    assert "go: line 20\n" not in err
    assert "ended with exit code 1 while" in err.splitlines()[-1]
    assert machine.built_files() == []
    assert machine.run("--check")[0] == 3


def test_build_repairs_what_a_killed_build_or_a_clean_up_left(machine: Machine) -> None:
    machine.install_go()
    folder = Path(machine.run()[1].strip())
    (folder / NAMES[1]).unlink()
    leftover = machine.install("pulumi", folder=folder.with_name(f"{folder.name}.building-x"))
    assert machine.run("--check")[0] == 3
    assert machine.run()[:2] == (0, f"{folder}\n")
    assert sorted(path.name for path in machine.built_files()) == sorted(NAMES)
    assert not leftover.exists()


def test_concurrent_callers_build_once_and_get_the_same_folder(machine: Machine) -> None:
    machine.install_go()
    gate = machine.go / "closed"
    gate.touch()
    first = machine.start()
    _wait_until(lambda: bool(machine.go_calls()))
    second = machine.start()
    assert second.stderr is not None
    assert "waiting for it" in second.stderr.readline()
    gate.unlink()
    folders = {process.communicate(timeout=60)[0] for process in (first, second)}
    assert len(folders) == 1
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(machine.go_calls()) == 3


def test_unusable_cache_folder_is_a_sentence_and_exit_3(machine: Machine) -> None:
    machine.install_go()
    machine.home.rmdir()
    machine.home.write_text("a file where a folder should be")
    code, out, err = machine.run()
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "can't be used to build the Pulumi CLI" in err


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "nothing happened within a minute"
        time.sleep(0.01)
