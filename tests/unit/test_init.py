"""`stackproof init` writes what a project needs, once, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.commands.init import FILES
from stackproof.settings.loading import load
from stackproof.settings.settings import Settings
from stackproof.types.described import use
from tests.unit.own.project import write

ROOT = Path(__file__).parents[2]


def init(folder: Path) -> Result:
    return CliRunner().invoke(main, ["init", str(folder)])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    return tmp_path


def held(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_every_file_is_written_and_named(project: Path) -> None:
    result = init(project)
    assert result.exit_code == 0
    assert set(held(project)) == {"Pulumi.yaml", *FILES}
    for name in FILES:
        assert f"wrote {project / name}" in result.stdout
    assert "pulumi preview --policy-pack policies" in result.stdout


def test_a_second_time_changes_nothing(project: Path) -> None:
    init(project)
    before = held(project)
    again = init(project)
    assert again.exit_code == 0
    assert "wrote" not in again.stdout
    assert held(project) == before


def test_it_finds_the_project_from_inside(project: Path) -> None:
    (project / "app").mkdir()
    assert init(project / "app").exit_code == 0
    assert (project / "policies" / "__main__.py").is_file()


@pytest.mark.parametrize("name", FILES)
def test_what_is_there_already_is_not_touched(project: Path, name: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("mine\n")
    before = held(project)
    result = init(project)
    assert result.exit_code == 3
    assert f"{project / name} says something else already" in result.stderr
    # Whoever has a pack is told what becomes of it.
    takes_both = "`pulumi preview --policy-pack policies --policy-pack FOLDER` takes both"
    assert (takes_both in result.stderr) == name.startswith("policies/")
    assert held(project) == before


def test_demonstration_says_that_it_needs_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 3
    assert "clone it, and run `stackproof demo` in the checkout [SP5003]" in result.stderr
    for words in (["demo", "--help"], ["--help"]):
        assert "checkout" in CliRunner().invoke(main, words).stdout


def test_outside_of_a_project_nothing_is_written(tmp_path: Path) -> None:
    result = init(tmp_path)
    assert result.exit_code == 3
    assert "is in no Pulumi project: `pulumi new` makes one" in result.stderr
    assert held(tmp_path) == {}


def test_the_settings_say_nothing_until_a_line_is_uncommented(
    project: Path, request: pytest.FixtureRequest
) -> None:
    init(project)
    write(project)
    (project / "scenarios").mkdir()
    (project / "resource_types").mkdir()
    begun = (ROOT / "stackproof" / "starter" / "type.txt").read_text()
    (project / "resource_types" / "registries.py").write_text(begun)
    file = project / "stackproof.yaml"
    request.addfinalizer(lambda: use(()))
    assert load(file) == Settings(file="stackproof.yaml")
    text = file.read_text()
    for line in text.splitlines():
        if line.startswith("# ") and line.rstrip().endswith(("}", "]", ": prod", ": medium")):
            file.write_text(text.replace(line, line.removeprefix("# ")))
            assert load(file) != Settings(file="stackproof.yaml"), line


def test_the_pack_is_the_one_of_this_project() -> None:
    pack = (ROOT / "policies" / "__main__.py").read_text()
    assert (ROOT / "stackproof" / "starter" / "pack.txt").read_text() == pack
