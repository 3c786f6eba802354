from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.imports import check_imports

UP = ("pulumi", "up", "--yes")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "parts.py").write_text("import json\nimport pulumi_nowhere as nowhere\n")
    (tmp_path / "__main__.py").write_text("import os.path\nfrom parts import nowhere\n")
    return tmp_path


def test_missing_package_is_named_with_the_line_that_imports_it(project: Path) -> None:
    with pytest.raises(EmbeddedError) as told:
        check_imports(UP, project)
    assert str(told.value) == "parts.py:2 imports pulumi_nowhere, which is not installed"


def test_first_line_that_imports_it_is_named(project: Path) -> None:
    (project / "more.py").write_text("import pulumi_nowhere\n")
    (project / "__main__.py").write_text("import parts\nimport more\n")
    with pytest.raises(EmbeddedError, match=r"^parts\.py:2 imports pulumi_nowhere"):
        check_imports(UP, project)


def test_program_that_has_all_it_imports_is_run(project: Path) -> None:
    (project / "parts.py").write_text("import pulumi\nfrom . import other\nnowhere = 1\n")
    check_imports(UP, project)


def test_commands_that_run_no_program_are_left_alone(project: Path) -> None:
    for command in (("pulumi", "stack", "ls"), ("pulumi", "destroy", "--yes")):
        check_imports(command, project)


@pytest.mark.parametrize(
    "settings",
    [
        "name: p\nruntime: nodejs\n",
        "name: p\nruntime: {name: python, options: {toolchain: poetry}}\n",
        "name: p\nruntime: {name: python, options: {virtualenv: venv}}\n",
        "name: p\nruntime: python\nmain: nowhere/\n",
        "{not YAML",
        "just text",
    ],
)
def test_what_cannot_be_told_is_left_to_pulumi(project: Path, settings: str) -> None:
    (project / "Pulumi.yaml").write_text(settings)
    check_imports(UP, project)


def test_what_is_imported_only_when_needed_is_not_missed(project: Path) -> None:
    (project / "parts.py").write_text(
        "def later():\n    import pulumi_nowhere\ntry:\n    import other\nexcept ImportError: ...\n"
        "nowhere = 1\n"
    )
    check_imports(UP, project)


def test_projects_own_environment_is_asked(project: Path) -> None:
    (project / "Pulumi.yaml").write_text(
        "name: p\nruntime: {name: python, options: {virtualenv: venv}}\nmain: program/\n"
    )
    (project / "program").mkdir()
    (project / "program" / "__main__.py").write_text("import pulumi_nowhere\n")
    (project / "venv" / "bin").mkdir(parents=True)
    (project / "venv" / "bin" / "python").symlink_to(sys.executable)
    with pytest.raises(EmbeddedError, match=r"^__main__\.py:1 imports pulumi_nowhere"):
        check_imports(UP, project)
