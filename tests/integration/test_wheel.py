"""The wheel, in an environment that has it and what it needs, and nothing of this checkout."""

from __future__ import annotations

import os
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
    folder = tmp_path_factory.mktemp("dist")
    built = run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, folder=folder)
    assert built.returncode == 0, built.stderr
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
