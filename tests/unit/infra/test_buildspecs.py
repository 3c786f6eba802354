"""Buildspecs: files that CodeBuild understands, whose commands are sound shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml

from infra.services import SAMPLE
from tests.unit.infra.program import ROOT, declared

FILES = sorted((ROOT / "infra/buildspecs").glob("*.yml"))
CICD, WEB_BUILD, WEB_TEST = (
    ROOT / f"infra/buildspecs/{name}.yml" for name in ("cicd", "web-build", "web-test")
)
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
# AWS CodeBuild User Guide, "Buildspec syntax", version 0.2.
KEYS = {
    "": {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"},
    "env": {
        "shell",
        "variables",
        "parameter-store",
        "exported-variables",
        "secrets-manager",
        "git-credential-helper",
    },
    "phases": {"install", "pre_build", "build", "post_build"},
    "phase": {"run-as", "on-failure", "on-retry", "commands", "finally"},
    "report": {"files", "base-directory", "discard-paths", "file-format"},
    "artifacts": {
        "files",
        "name",
        "discard-paths",
        "base-directory",
        "exclude-paths",
        "enable-symlinks",
        "s3-prefix",
        "secondary-artifacts",
    },
}
FORMATS = {"CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"}

# Each tool writes down how it was called, and fails if it is told to. What a heredoc gives to
# Python is run for real.
FAKE_TOOL = f"""#!{sys.executable}
import os, pathlib, sys
call = " ".join([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]])
if call == "python -":
    os.execv(sys.executable, [sys.executable, "-"])
with open("calls", "a") as calls:
    print(call, file=calls)
if os.environ.get("FAILS", "nothing fails") in call:
    sys.exit(254)
if "describe-task-definition" in call:
    print(open("described.json").read())
if call == "make revision":
    pathlib.Path("revision").mkdir()
    pathlib.Path("revision", os.environ.get("MADE", "appspec.yml")).touch()
"""
BUILT = "123456789012.dkr.ecr.us-east-1.amazonaws.com/cicd-images-dev:c0ffee"
UNKNOWN_IMAGE = {"FAILS": "describe-images"}


def _read(path: Path) -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return spec


def _commands(spec: Mapping[str, Any], *phases: str) -> Iterator[str]:
    for name, phase in spec["phases"].items():
        if not phases or name in phases:
            yield from phase.get("commands", ())
            yield from phase.get("finally", ())


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def spec(request: pytest.FixtureRequest) -> dict[str, Any]:
    return _read(request.param)


def test_there_are_buildspecs() -> None:
    assert {CICD, WEB_BUILD, WEB_TEST} == set(FILES)


@pytest.mark.requirement("1.12")
def test_codebuild_knows_every_key(spec: dict[str, Any]) -> None:
    phases, reports = spec["phases"], spec.get("reports", {})
    assert spec["version"] == 0.2
    assert spec.keys() <= KEYS[""]
    assert spec.get("env", {}).keys() <= KEYS["env"]
    assert phases.keys() <= KEYS["phases"]
    for name, phase in phases.items():
        known = KEYS["phase"] | ({"runtime-versions"} if name == "install" else set())
        assert phase.keys() <= known, name
    for report in reports.values():
        assert report.keys() <= KEYS["report"]
        assert report["file-format"] in FORMATS
    assert spec.get("artifacts", {}).keys() <= KEYS["artifacts"]


def test_a_failure_ends_the_build(spec: dict[str, Any]) -> None:
    # CodeBuild goes on to post_build after a failed build, unless it is told to stop.
    assert {phase.get("on-failure") for phase in spec["phases"].values()} == {"ABORT"}


def test_commands_are_text(spec: dict[str, Any]) -> None:
    commands = list(_commands(spec))
    assert commands
    assert all(isinstance(command, str) for command in commands)


def test_commands_are_sound_shell(spec: dict[str, Any]) -> None:
    assert spec["env"]["shell"] == "bash"
    for command in _commands(spec):
        checked = subprocess.run(
            [SHELLCHECK, "--shell=bash", "--severity=style", "-"],
            input=command,
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_secret_is_written_down(spec: dict[str, Any]) -> None:
    text = yaml.safe_dump(spec)
    assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN|ghp_|dckr_pat_", text)
    assert not spec["env"].get("variables")
    # What a process is started with, every other process sees.
    assert "--password " not in text


def test_every_variable_is_given_by_the_project() -> None:
    used = {
        name
        for command in _commands(_read(CICD))
        for name in re.findall(r"\$\{?([A-Z][A-Z0-9_]*)|environ\[\"([A-Z_]+)\"\]", command)
        for name in name
        if name
    }
    project = declared("cicd-dev").only("aws:codebuild/project:Project")
    given = {v["name"] for v in project["environment"]["environment_variables"]}
    assert {name for name in used if not name.startswith("CODEBUILD_")} == given


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder to build in, with an ECS that describes a task definition in full."""
    for name in ("aws", "docker", "make", "python"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(FAKE_TOOL)
        tool.chmod(0o755)
    members = _ecs().shape_for("TaskDefinition").members
    first = {"command": ["python", "-c", "the sample"]}
    container = {"name": "app", "image": "the last one", "cpu": 512, **first}
    described = {**dict.fromkeys(members, "as it was"), "containerDefinitions": [container]}
    (tmp_path / "described.json").write_text(json.dumps(described))
    return tmp_path


def _ecs() -> Any:
    return botocore.session.get_session().get_service_model("ecs")


def _run(path: Path, workshop: Path, *phases: str, **environment: str) -> tuple[list[str], bool]:
    """Run commands as CodeBuild does, up to the first that fails.

    Returns how tools were called, and whether all went well.
    """
    given = {
        "PATH": f"{workshop / 'bin'}:{os.environ['PATH']}",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "c0ffee",
        "IMAGE_REPOSITORY": BUILT.partition(":")[0],
        "REGISTRY_USERNAME": "somebody",
        "REGISTRY_PASSWORD": "something",
        "TASK_FAMILY": "cicd-app-dev",
        "CONTAINER_NAME": "app",
        "CONTAINER_PORT": "8080",
        **environment,
    }
    well = all(
        subprocess.run(["bash", "-c", command], cwd=workshop, env=given, check=False).returncode
        == 0
        for command in _commands(_read(path), *phases)
    )
    calls = workshop / "calls"
    return calls.read_text().splitlines() if calls.exists() else [], well


def _build(workshop: Path, **environment: str) -> list[str]:
    calls, well = _run(CICD, workshop, "build", **environment)
    assert well
    return calls


@pytest.mark.requirement("5.4")
def test_a_commit_is_tested_and_scanned_and_then_built_and_pushed(workshop: Path) -> None:
    calls, well = _run(CICD, workshop, **UNKNOWN_IMAGE)
    assert well
    assert calls == [
        "python -m pip install --quiet --requirement requirements-dev.txt",
        "python -m pytest --junitxml=reports/tests.xml",
        "python -m bandit --recursive --severity-level medium --confidence-level medium src",
        *calls[3:6],
        "aws ecr describe-images --repository-name cicd-images-dev --image-ids imageTag=c0ffee",
        f"docker build --pull --file Containerfile --tag {BUILT} .",
        f"docker push {BUILT}",
        "aws ecs describe-task-definition --task-definition cicd-app-dev "
        "--query taskDefinition --output json",
    ]
    # The two sides of a pipe are called at the same time.
    assert sorted(calls[3:6]) == [
        "aws ecr get-login-password",
        "docker login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "docker login --username somebody --password-stdin",
    ]


@pytest.mark.parametrize(
    "step", ["pip install", "-m pytest", "-m bandit", "docker login --username somebody"]
)
def test_nothing_is_built_of_what_failed_before(workshop: Path, step: str) -> None:
    calls, well = _run(CICD, workshop, FAILS=step)
    assert not well
    assert step in calls[-1]
    assert not [call for call in calls if call.startswith(("docker build", "docker push"))]


def test_nothing_is_pushed_that_could_not_be_built(workshop: Path) -> None:
    # A tag that ECR has not got, and a build that fails: both calls name the commit.
    calls, well = _run(CICD, workshop, "build", FAILS="c0ffee")
    assert not well
    assert calls[-1].startswith("docker build")


def test_a_commit_that_was_built_is_not_built_again(workshop: Path) -> None:
    calls = _build(workshop)
    assert not [call for call in calls if call.startswith("docker")]
    assert json.loads((workshop / "imageDetail.json").read_text()) == {"ImageURI": BUILT}


def test_the_next_task_definition_is_the_last_one_with_another_image(workshop: Path) -> None:
    _build(workshop)
    definition = json.loads((workshop / "taskdef.json").read_text())
    takes = _ecs().operation_model("RegisterTaskDefinition").input_shape.members
    assert definition.keys() == takes.keys() & _ecs().shape_for("TaskDefinition").members.keys()
    (container,) = definition["containerDefinitions"]
    assert container == {"name": "app", "image": "<IMAGE1_NAME>", "cpu": 512}


def test_codedeploy_is_told_which_container_takes_the_traffic(workshop: Path) -> None:
    _build(workshop)
    appspec = yaml.safe_load((workshop / "appspec.yaml").read_text())
    (resource,) = appspec["Resources"]
    assert resource["TargetService"]["Type"] == "AWS::ECS::Service"
    assert resource["TargetService"]["Properties"] == {
        "TaskDefinition": "<TASK_DEFINITION>",
        "LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 8080},
    }


def test_all_that_the_deployment_needs_is_handed_on(workshop: Path) -> None:
    _build(workshop)
    files = _read(CICD)["artifacts"]["files"]
    assert sorted(files) == ["appspec.yaml", "imageDetail.json", "taskdef.json"]
    assert all((workshop / name).exists() for name in files)


def test_the_sample_is_a_repository_that_can_be_delivered(workshop: Path) -> None:
    calls, _ = _run(CICD, workshop, **UNKNOWN_IMAGE)
    options = dict(pair for call in calls for pair in pairwise(call.split()))
    pins = (SAMPLE / options["--requirement"]).read_text().splitlines()
    assert {pin.partition("==")[0] for pin in pins} == {"bandit", "pytest"}
    assert all(re.fullmatch(r"[a-z]+==[0-9.]+", pin) for pin in pins)
    (scanned,) = (call.split()[-1] for call in calls if "bandit" in call)
    assert list((SAMPLE / scanned).glob("*.py"))
    assert (SAMPLE / options["--file"]).is_file()
    assert list((SAMPLE / "tests").glob("test_*.py"))


def test_a_revision_is_made_and_says_which_commit_it_is(workshop: Path) -> None:
    calls, well = _run(WEB_BUILD, workshop)
    assert (calls, well) == (["make revision"], True)
    handed_on = workshop / _read(WEB_BUILD)["artifacts"]["base-directory"]
    assert {path.name for path in handed_on.iterdir()} == {"appspec.yml", "REVISION"}
    assert (handed_on / "REVISION").read_text() == "c0ffee\n"


@pytest.mark.parametrize("environment", [{"FAILS": "make"}, {"MADE": "something-else"}])
def test_a_revision_that_codedeploy_cannot_install_fails_the_build(
    workshop: Path, environment: dict[str, str]
) -> None:
    _, well = _run(WEB_BUILD, workshop, **environment)
    assert not well


def test_a_revision_is_tested_with_the_tests_that_it_brings(workshop: Path) -> None:
    calls, well = _run(WEB_TEST, workshop)
    assert well
    assert calls == [
        "python -m pip install --quiet --requirement tests/requirements.txt",
        "python -m pytest --junitxml=reports/tests.xml tests",
    ]
    for step in ("pip", "pytest"):
        assert not _run(WEB_TEST, workshop, FAILS=step)[1]
