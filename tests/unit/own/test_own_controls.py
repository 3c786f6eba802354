"""Controls of a project's own: found wherever those of the catalogue are, or the run stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.controls import catalogue
from stackproof.error_codes import Code
from stackproof.exit_codes import COULD_NOT
from stackproof.model import Fail, Resource, Sight, Stack
from stackproof.own import points
from stackproof.own.controls import controls_of
from stackproof.own.modules import LoadError
from stackproof.policy_pack import policies, project_settings, project_waivers
from stackproof.settings.loading import load
from stackproof.settings.settings import SettingsError
from stackproof.testing import analyze
from stackproof.verify import judge_by
from tests.unit.own.project import CONTROL, LINE, STREAM, distribution, write

ID = "ours-stream-encrypted"
PLAIN = Stack(
    [
        Resource(
            {"encryption_type": "NONE"}, type=STREAM, name="s", urn=f"urn:pulumi:a::b::{STREAM}::s"
        )
    ],
    Sight.DECLARED,
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_PROJECT", "shop")
    return tmp_path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed distributions."""
    folder = tmp_path / "site"
    monkeypatch.syspath_prepend(str(folder))
    points.all_points.cache_clear()
    yield folder
    points.all_points.cache_clear()


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_an_own_control_is_found_like_those_of_the_catalogue(project: Path) -> None:
    settings = load(project / "stackproof.yaml")
    assert list(settings.known) == sorted({*catalogue(), ID})
    assert [
        f.outcome.property
        for f in judge_by(settings, PLAIN)
        if f.control.id == ID and isinstance(f.outcome, Fail)
    ] == ["encryption_type"]
    packed = policies(settings=project_settings())
    assert {v.policy for v in analyze(packed, PLAIN)} >= {ID}
    assert f"high      security    {ID}: Streams are encrypted" in invoke("controls").stdout
    assert "1 of them own ones" in invoke("controls").stderr
    explained = invoke("controls", ID).stdout
    assert f"stands in: {project}/controls/streams.py:{LINE}" in explained
    assert "level at preview: mandatory (severity high)" in explained
    record = json.loads(invoke("config", "--format", "json").stdout)
    assert record["own_controls"] == {ID: f"{project}/controls/streams.py:{LINE}"}


def test_settings_and_waivers_are_about_own_controls_too(project: Path) -> None:
    (project / "stackproof.yaml").write_text(
        f"controls: [controls/streams.py]\nlevels: [{{id: {ID}, level: advisory}}]\n"
    )
    (project / "waivers.yaml").write_text(
        f"- {{control: {ID}, resource: s, reason: r, owner: o, until: 2130-01-31}}\n"
    )
    settings = project_settings()
    waivers = project_waivers(settings)
    assert waivers is not None
    assert settings.level(settings.own[ID]) == "advisory"
    found = analyze(policies(waivers=waivers, settings=settings), PLAIN)
    assert "waived" in {v.policy for v in found}
    assert ID not in {v.policy for v in found}
    (project / "stackproof.yaml").write_text(f"controls: [controls]\nexclude: [{ID}]\n")
    assert not load(project / "stackproof.yaml").holds(settings.own[ID])


BROKEN = {
    "x = (": "1: '(' was never closed",
    "import nowhere": "1: ModuleNotFoundError: No module named 'nowhere'",
    "\n1 / 0": "2: ZeroDivisionError: division by zero",
    "raise SystemExit(7)": "1: SystemExit: 7",
    "from . import other": "1: ImportError: cannot import name 'other' from",
    CONTROL.replace("unknown=(Hide(\"encryption_type\"),)", "unknown=()"):
        f"{LINE}: control '{ID}' has no unknown case",
    CONTROL.replace(ID, "kms-key-rotation"):
        f"{LINE}: control 'kms-key-rotation' is one of stackproof's already",
    CONTROL.replace(ID, "resource-exists"):
        f"{LINE}: control 'resource-exists' is one of stackproof's already",
    CONTROL: f"{LINE}: control '{ID}' is defined in",
    "raise ValueError": "1: ValueError: no reason is given",
    "import json\njson.loads('{')": "2: JSONDecodeError: Expecting property name",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BROKEN.items(), ids=list(BROKEN.values()))
def test_what_does_not_load_stops_the_run_with_file_line_and_reason(
    project: Path, text: str, expected: str
) -> None:
    # Named so that it comes after the good one.
    file = write(project, text, "wrong.py")
    result = invoke("verify")
    assert result.exit_code == COULD_NOT
    assert f"{file}:{expected}" in result.output
    assert result.output.endswith(" [SP4005]\n")
    assert "Traceback" not in result.output
    with pytest.raises(SystemExit, match=expected.split("'", maxsplit=1)[0]) as ended:
        project_settings()
    assert str(ended.value.code).endswith(" [SP4005]")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("controls: [nowhere]", "stackproof.yaml:1: controls.0: there is no file or folder"),
        ("controls: controls", "controls: it must be a list"),
        ("controls: [empty]", "empty: no control is defined there"),
        ("scenarios: [none]", "scenarios.0: there is no file or folder"),
    ],
)
def test_folders_that_hold_nothing_are_no_good(project: Path, settings: str, expected: str) -> None:
    (project / "empty").mkdir()
    (project / "stackproof.yaml").write_text(settings)
    with pytest.raises(SettingsError, match=expected):
        load(project / "stackproof.yaml")


def test_files_of_a_folder_import_each_other_and_may_print(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "WANTED = 'KMS'\nprint('loading')\n", "support/wanted.py")
    write(project, "raise RuntimeError('tests are not loaded')", "test_streams.py")
    text = CONTROL.replace('"KMS", fix', "WANTED, fix")
    write(project, f"from .support.wanted import WANTED\n{text}")
    (control,) = controls_of(project / "controls")
    assert control.id == ID
    # What the engine reads on a pack's standard output is its port.
    assert capsys.readouterr() == ("", "loading\n")


def test_a_name_that_is_no_modules_is_said(project: Path) -> None:
    file = write(project, CONTROL, "our-streams.py")
    with pytest.raises(LoadError, match=f"{file}: 'our-streams' is no name of a Python module"):
        controls_of(project / "controls")


def test_a_distribution_brings_controls_without_any_settings(site: Path, tmp_path: Path) -> None:
    (site / "acme").mkdir(parents=True)
    (site / "acme" / "__init__.py").write_text("")
    (site / "acme" / "streams.py").write_text(CONTROL)
    distribution(site, "acme-rules", points.CONTROLS, "acme")
    assert list(load(None).own) == [ID]
    write(tmp_path)
    with pytest.raises(SettingsError, match=f"'{ID}' is defined in {site}/acme/streams.py:{LINE}"):
        load(tmp_path / "stackproof.yaml")


def test_a_distribution_that_does_not_load_is_named(site: Path) -> None:
    distribution(site, "bad-rules", points.CONTROLS, "bad_rules")
    (site / "bad_rules.py").write_text("import nowhere")
    with pytest.raises(SettingsError, match=r"bad-rules 1\.2 \(bad_rules\): .*bad_rules\.py:1: "):
        load(None)
    (site / "bad_rules.py").write_text("")
    with pytest.raises(SettingsError, match="no control is defined there") as raised:
        load(None)
    assert raised.value.code is Code.OWN


POINTS = {
    "a group in the singular": ("stackproof.control", "acme", "did you mean 'stackproof.controls'"),
    "scenario": ("stackproof.scenario", "acme", "did you mean 'stackproof.scenarios'"),
    "type": ("stackproof.type", "acme", "did you mean 'stackproof.types'"),
    "another group": (
        "stackproof.zzz",
        "acme",
        "; there are stackproof.controls, ",
    ),
    "an attribute": (points.CONTROLS, "acme:x", "names a module alone: acme"),
    "scenarios' attribute": (points.SCENARIOS, "acme:x", "names a module alone: acme"),
    "types' attribute": (points.TYPES, "acme:x", "names a module alone: acme"),
    "no module": (points.CONTROLS, "nosuch", "No module named 'nosuch'"),
    "no scenarios": (points.SCENARIOS, "nosuch", "there is no module or package 'nosuch'"),
    "no scenarios inside": (points.SCENARIOS, "acme.nosuch", "module or package 'acme.nosuch'"),
    "scenarios in no package": (points.SCENARIOS, "acme.a.b", "module or package 'acme.a.b'"),
    "no types": (points.TYPES, "nosuch", "No module named 'nosuch'"),
}


@pytest.mark.parametrize("sight", ["verify", "scenarios", "preview"])
@pytest.mark.parametrize("kind", POINTS)
def test_a_point_that_brings_nothing_is_said_everywhere(
    kind: str, sight: str, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, value, says = POINTS[kind]
    distribution(site, "acme", group, value)
    (site / "acme.py").write_text("raise SystemExit('never imported')")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flat-outputs.json").write_text('{"region": "eu-west-1"}')
    if sight == "verify":
        result = invoke("verify")
        code, told = result.exit_code, result.output
    elif sight == "scenarios":
        ran = subprocess.run(
            [Path(sys.executable).with_name("stackproof"), "scenarios", "--list"],
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=False,
        )
        code, told = ran.returncode, ran.stdout + ran.stderr
    else:
        with pytest.raises(SystemExit) as ended:
            project_settings()
        code, told = 3, str(ended.value.code)
    told = " ".join(told.split())
    assert code == 3, told
    assert f"acme 1.2 ({value}): " in told
    assert says in told
    assert "[SP4005]" in told


def test_a_package_inside_of_a_distributions_may_not_end_the_run(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = site / "acme_deep" / "inner"
    inner.mkdir(parents=True)
    (site / "acme_deep" / "__init__.py").write_text("")
    (inner / "__init__.py").write_text("import sys\nprint('loading')\nsys.exit(0)\n")
    distribution(site, "acme-deep", points.CONTROLS, "acme_deep")
    with pytest.raises(SettingsError, match=r"inner/__init__\.py:3: SystemExit: 0"):
        load(None)
    assert capsys.readouterr().out == ""
