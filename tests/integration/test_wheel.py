"""The wheel, in an environment that has it and what it needs, and nothing of this checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.deployments import ROOT

UV = Path(sys.executable).with_name("uv")


def run(
    *command: str | Path, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "UV_SYSTEM_CERTS": "1", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("dist"), "--wheel")


def built(folder: Path, *what: str) -> Path:
    """Build into a folder and give the wheel; without a word what, from an sdist that is made."""
    by = ("--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
    made = run(UV, "build", "--quiet", *what, *by, ROOT, folder=folder)
    assert made.returncode == 0, made.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the commands of an environment that has the wheel alone."""
    return environment(tmp_path_factory.mktemp("empty"), wheel)


def environment(folder: Path, *wanted: str | Path) -> Path:
    """Make an environment and give the folder of its commands; versions are those of the lock."""
    python = folder / "env" / "bin" / "python"
    lock = ROOT / "requirements.lock"
    for command in (
        (UV, "venv", "--quiet", "--python", sys.executable, folder / "env"),
        (UV, "pip", "install", "--quiet", "--python", python, "--constraint", lock, *wanted),
    ):
        ran = run(*command, folder=folder)
        assert ran.returncode == 0, ran.stderr
    return python.parent


def test_everything_of_the_package_is_in_it(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    files = [path for path in (ROOT / "stackproof").rglob("*") if path.is_file()]
    ours = [str(p.relative_to(ROOT)) for p in files if p.parent.name != "__pycache__"]
    assert len(ours) > 500
    assert set(ours) <= held
    assert {name.partition("/")[0] for name in held if ".dist-info" not in name} == {"stackproof"}


def test_it_is_the_same_from_an_sdist_byte_for_byte(wheel: Path, tmp_path: Path) -> None:
    again = built(tmp_path)
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize(
    ("tags", "version"),
    [(("v9.8.7",), r"9\.8\.7"), ((), r"0\.0\.1\.dev1\+g[0-9a-f]+"), (None, r"0\.0\.0")],
    ids=["tagged", "without a tag", "without git"],
)
def test_the_version_is_that_of_the_tag(
    tags: tuple[str, ...] | None, version: str, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    if tags is not None:
        author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        commit = (*author, "commit", "--quiet", "--message", "All")
        for step in (("init", "--quiet"), ("add", "."), commit, *(("tag", t) for t in tags)):
            assert run("git", *step, folder=tmp_path).returncode == 0
    # What stands above is not ours, nor is there anything to ask about it.
    here = {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    told = run(UV.with_name("hatchling"), "version", folder=tmp_path, env=here)
    assert re.fullmatch(version, told.stdout.strip()), told.stdout + told.stderr


def test_commands_suite_and_pack_come_with_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    ours = installed / "stackproof"
    assert run(ours, "init", folder=tmp_path).returncode == 0
    listed = run(ours, "controls", folder=tmp_path)
    assert "kms-key-rotation" in listed.stdout
    assert "(default" not in run(ours, "config", folder=tmp_path).stdout
    pack = "import runpy, stackproof.policy_pack as p; p.serve = lambda n, made: print(len(made))"
    code = f"{pack}\nrunpy.run_path('policies/__main__.py')"
    packed = run(installed / "python", "-c", code, folder=tmp_path)
    assert packed.returncode == 0, packed.stderr
    assert int(packed.stdout) > 400
    outputs = tmp_path / "flat-outputs.json"
    outputs.write_text('{"region": "eu-west-1", "stack": "dev"}')
    pytest_of_its = (installed / "pytest", "--pyargs", "stackproof.scenarios")
    collected = run(*pytest_of_its, "--collect-only", "-q", "-n", "0", folder=tmp_path)
    assert "test_control[kms-key-rotation]" in collected.stdout, collected.stderr


@pytest.mark.parametrize("command", [("embedded", "start"), ("embedded", "run", "--", "true")])
def test_an_extra_is_named_where_it_is_missed(
    installed: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    home = {"XDG_STATE_HOME": str(tmp_path)}
    ran = run(installed / "stackproof", *command, folder=tmp_path, env=home)
    assert ran.returncode == 3
    assert 'pip install "stackproof[embedded]"' in ran.stderr
    assert "Traceback" not in ran.stderr
