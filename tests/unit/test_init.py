"""`stackproof init` writes what a project needs, once, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.commands.init import FILES
from stackproof.model import Severity, yaml_text
from stackproof.settings.loading import load
from stackproof.settings.places import find
from stackproof.settings.settings import Settings
from stackproof.types.described import use
from tests.unit.own.project import write

ROOT = Path(__file__).parents[2]
WORKFLOW = ".github/workflows/stackproof.yml"
WRITTEN = (*FILES, WORKFLOW)


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
    assert set(held(project)) == {"Pulumi.yaml", *WRITTEN}
    for name in WRITTEN:
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


@pytest.mark.parametrize("name", WRITTEN)
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


def test_below_the_root_of_a_repository_the_workflow_goes_where_github_looks(
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    projects = [tmp_path / "infra" / "app", tmp_path / "infra" / "net"]
    for folder in projects:
        folder.mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
        assert init(folder).exit_code == 0
        assert not (folder / ".github").exists()
    before = held(tmp_path)
    for name in ("app", "net"):
        text = (tmp_path / ".github" / "workflows" / f"stackproof-infra-{name}.yml").read_text()
        workflow = yaml_text.parse(text)
        assert workflow["defaults"] == {"run": {"working-directory": f"infra/{name}"}}
        *_, kept = workflow["jobs"]["verify"]["steps"]
        assert kept["with"]["path"] == f"infra/{name}/reports/"
        assert workflow["name"] == f"stackproof infra-{name}"
    for folder in projects:
        assert "wrote" not in init(folder).stdout
    assert held(tmp_path) == before


def test_in_the_root_of_a_repository_it_has_the_plain_name(project: Path) -> None:
    # A worktree's is a file.
    (project / ".git").write_text("gitdir: elsewhere\n")
    init(project)
    assert (project / WORKFLOW).read_text() == (
        ROOT / "stackproof" / "starter" / "workflow.yml"
    ).read_text()


def test_settings_that_stand_in_pyproject_stay_the_only_ones(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.stackproof]\nfail_on = "medium"\n')
    for _ in range(2):
        result = init(project)
        assert result.exit_code == 0
        assert f"there {project / 'pyproject.toml'} (tool.stackproof), which holds" in result.stdout
    assert not (project / "stackproof.yaml").exists()
    assert load(find(project / "Pulumi.yaml")).fail_on is Severity.MEDIUM


@pytest.mark.parametrize("command", [["init"], ["new", "control", "our-rule"]])
@pytest.mark.parametrize(
    ("link", "folder"),
    [("stackproof.yaml", False), ("policies", True), ("controls", True), ("tests", True)],
)
def test_nothing_is_written_through_a_link_that_leaves_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], link: str, folder: bool
) -> None:
    project, outside = tmp_path / "shop", tmp_path / "outside"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    if folder:
        outside.mkdir()
    (project / link).symlink_to(outside)
    monkeypatch.chdir(project)
    done = CliRunner().invoke(main, command)
    assert not outside.exists() or not list(outside.iterdir())
    concerned = {
        "init": ("stackproof.yaml", "policies"),
        "new": ("stackproof.yaml", "controls", "tests"),
    }
    if link in concerned[command[0]]:
        assert done.exit_code == 3
        assert "leads by a link to" in done.stderr
        assert "nothing was written [SP" in done.stderr
        assert set(held(project)) == {"Pulumi.yaml"}


def test_settings_that_a_link_brings_in_are_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, shared = tmp_path / "shop", tmp_path / "shared.yaml"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    shared.write_text("fail_on: medium\n")
    (project / "stackproof.yaml").symlink_to(shared)
    monkeypatch.chdir(project)
    told = CliRunner().invoke(main, ["new", "control", "our-rule"]).stdout
    assert 'stackproof.yaml: controls: ["controls"]' in told
    assert shared.read_text() == "fail_on: medium\n"


def test_a_folder_that_is_named_may_be_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, shared = tmp_path / "shop", tmp_path / "shared"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    monkeypatch.chdir(project)
    named = ["new", "control", "our-rule", "--folder", str(shared)]
    assert CliRunner().invoke(main, named).exit_code == 0
    assert (shared / "our_rule.py").is_file()


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
