"""`stackproof new` writes what works, and the documented examples work as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof import scenarios_of
from stackproof.cli import main
from stackproof.own.modules import modules_in
from stackproof.settings.loading import load
from tests.unit.own.project import write

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", re.DOTALL)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def tool(project: Path, *command: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    return tmp_path


def test_id_of_a_control_of_stackproofs_is_refused_before_anything_is_written(
    project: Path,
) -> None:
    result = invoke("new", "control", "kms-key-rotation")
    assert result.exit_code == 2
    assert "'kms-key-rotation' is one of stackproof's own controls" in result.output
    assert [path.name for path in project.iterdir()] == ["Pulumi.yaml"]


def test_what_is_written_is_clean_proven_and_found(project: Path) -> None:
    # As long as a name may be: the lines with it in them must still fit.
    long = "-".join(["abcd"] * 8)
    for kind in ("control", "scenario", "type"):
        name = f"{'all' if kind == 'type' else 'our'}-{long}"[:40]
        result = invoke("new", kind, name)
        assert result.exit_code == 0, result.output
        assert "try it: pytest " in result.output
    tool(project, "ruff", "check", "--isolated", "--select", "E,F,I,B,PT,RUF,UP", ".")
    tool(project, "ruff", "format", "--isolated", "--check", ".")
    tool(project, "mypy", "--strict", "controls", "scenarios", "resource_types", "tests")
    tool(project, "pytest", "-q", "-p", "no:cacheprovider", "controls", "tests")
    settings = load(project / "stackproof.yaml")
    assert list(settings.own) == [f"our-{long}"[:40]]
    assert settings.scenarios == (project / "scenarios",)
    assert "proven  our-" in (said := invoke("prove").output)
    assert "proven  aws:glue/registry:Registry" in said


def test_what_is_there_is_not_touched(project: Path) -> None:
    (project / "stackproof.yaml").write_text("# ours\nfail_on: high")
    assert invoke("new", "control", "our-rule").exit_code == 0
    said = (project / "stackproof.yaml").read_text()
    assert said == '# ours\nfail_on: high\ncontrols: ["controls"]\n'
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    again = invoke("new", "control", "our-rule")
    assert again.exit_code == 3
    assert "our_rule_control.py is there already; nothing was written" in " ".join(
        again.output.split()
    )
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
    assert invoke("new", "control", "our-other").exit_code == 0
    assert (project / "stackproof.yaml").read_text() == said


@pytest.mark.parametrize("text", ["{fail_on: high}\n", "controls: [rules]\n"])
def test_settings_that_cannot_be_added_to_are_left_and_said(project: Path, text: str) -> None:
    (project / "stackproof.yaml").write_text(text)
    result = invoke("new", "control", "our-rule", "--folder", "checks")
    assert "it must be named in " in result.output
    assert 'controls: ["checks"]' in result.output
    assert (project / "stackproof.yaml").read_text() == text


@pytest.mark.parametrize(
    ("kind", "name"),
    [("control", "rule"), ("control", "Our-Rule"), ("scenario", "../x"), ("scenario", "a" * 41)],
)
def test_names_that_are_none_are_refused(project: Path, kind: str, name: str) -> None:
    assert invoke("new", kind, name).exit_code == 2
    assert [path.name for path in project.iterdir()] == ["Pulumi.yaml"]


@pytest.mark.parametrize(
    ("kind", "name", "why"),
    [
        ("type", "conftest", "a file of tests, which is not loaded"),
        ("type", "test-rules", "a file of tests, which is not loaded"),
        ("type", "rules-test", "a file of tests, which is not loaded"),
        ("type", "rules_test", "a file of tests, which is not loaded"),
        ("control", "test-rules", "a file of tests, which is not loaded"),
        ("control", "rules-test", "a file of tests, which is not loaded"),
        ("type", "class", "a word of Python's"),
        ("type", "async", "a word of Python's"),
    ],
)
def test_what_nothing_would_load_is_not_written(
    project: Path, kind: str, name: str, why: str
) -> None:
    result = invoke("new", kind, name)
    assert result.exit_code == 2
    assert f"'{name}' would be {why}" in " ".join(result.output.split())
    assert [path.name for path in project.iterdir()] == ["Pulumi.yaml"]


@pytest.mark.parametrize("kind", ["control", "scenario", "type"])
@pytest.mark.parametrize("name", ["our-os", "our-json", "our-conftest"])
def test_what_is_written_is_loaded(project: Path, kind: str, name: str) -> None:
    assert invoke("new", kind, name).exit_code == 0
    place = {"type": "resource_types"}.get(kind, f"{kind}s")
    (written,) = (project / place).iterdir()
    if kind == "scenario":
        assert list(scenarios_of(written)) == [written.stem]
    else:
        assert len(modules_in(project / place)) == 1


@pytest.mark.parametrize("folder", [(), ("--folder", "more")])
def test_a_second_example_of_a_type_is_not_written(project: Path, folder: tuple[str, ...]) -> None:
    assert invoke("new", "type", "registries").exit_code == 0
    before = sorted(project.rglob("*.py"))
    result = invoke("new", "type", "other", *folder)
    assert result.exit_code == 3
    told = " ".join(result.output.split())
    assert "aws:glue/registry:Registry, the example, is described in this project already" in told
    assert sorted(project.rglob("*.py")) == before
    assert "proven  aws:glue/registry:Registry" in invoke("prove").output
    changed = project / "resource_types" / "registries.py"
    changed.unlink()
    assert invoke("new", "type", "other", *folder).exit_code == 0


def test_the_documented_examples_work(project: Path) -> None:
    text = (DOCS / "own-controls.md").read_text()
    blocks = dict(BLOCK.findall(text))
    assert len(blocks) == 5
    for name, source in blocks.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(source)
    tool(project, "pytest", "-q", "-p", "no:cacheprovider", "tests")
    proven = invoke("prove")
    assert proven.exit_code == 0, proven.output
    assert "proven  our-function-memory" in proven.output
    settings = load(project / "stackproof.yaml")
    assert settings.level(settings.own["our-function-memory"]) == "advisory"
    assert settings.told(settings.own["our-function-memory"]) == {"minimum": 1024}
    # Each python block of the page is one of these: none is shown that isn't run.
    assert text.count("```python") + text.count("```yaml") == len(blocks)


def test_without_own_controls_there_is_nothing_to_prove(project: Path) -> None:
    result = invoke("prove")
    assert result.exit_code == 3
    assert "there are no own controls or types here" in result.output
    assert invoke("prove", "no-such").exit_code == 2
    assert invoke("prove", "kms-key-rotation").exit_code == 0


def test_what_is_not_proven_is_said(project: Path) -> None:
    file = write(project)
    file.write_text(
        file.read_text().replace(
            'Change("encryption_type", "NONE")', 'Change("encryption_type", "KMS")'
        )
    )
    result = invoke("prove")
    assert result.exit_code == 1
    assert "not proven  ours-stream-encrypted" in result.output
    assert "case failing[0] is pass with everything known" in result.output
