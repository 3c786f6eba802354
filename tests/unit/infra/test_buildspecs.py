"""Buildspecs: files that CodeBuild understands, whose commands are sound shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml

from tests.unit.infra.program import ROOT, declared

FILES = sorted((ROOT / "infra/buildspecs").glob("*.yml"))
CICD = ROOT / "infra/buildspecs/cicd.yml"
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

FAKE_AWS = """#!/bin/sh
echo "aws $*" >> calls
case "$*" in
  *describe-images*) exit "${IMAGE_IS_MISSING:-0}" ;;
  *describe-task-definition*) cat described.json ;;
esac
"""
FAKE_DOCKER = """#!/bin/sh
echo "docker $*" >> calls
"""


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
    assert CICD in FILES


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


@pytest.mark.requirement("5.4")
def test_the_image_is_tested_and_scanned_before_it_is_built() -> None:
    spec = _read(CICD)
    assert [*spec["phases"]] == ["install", "pre_build", "build"]
    before = "\n".join(_commands(spec, "pre_build"))
    assert before.index("pytest") < before.index("bandit") < before.index("docker login")
    assert "docker build" not in before


def test_every_variable_is_given_by_the_project() -> None:
    used = {
        name
        for command in _commands(_read(CICD))
        for name in re.findall(r"\$\{?([A-Z][A-Z0-9_]*)|environ\[\"([A-Z_]+)\"\]", command)
        for name in name
        if name
    }
    project = declared("cicd-dev").one("aws:codebuild/project:Project")
    given = {v["name"] for v in project["environment"]["environment_variables"]}
    assert {name for name in used if not name.startswith("CODEBUILD_")} == given


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder to build in, with an ECS that describes a task definition in full."""
    for name, text in (("aws", FAKE_AWS), ("docker", FAKE_DOCKER)):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text)
        tool.chmod(0o755)
    members = _ecs().shape_for("TaskDefinition").members
    first = {"command": ["python", "-c", "the sample"]}
    container = {"name": "app", "image": "the last one", "cpu": 512, **first}
    described = {**dict.fromkeys(members, "as it was"), "containerDefinitions": [container]}
    (tmp_path / "described.json").write_text(json.dumps(described))
    return tmp_path


def _ecs() -> Any:
    return botocore.session.get_session().get_service_model("ecs")


def _build(workshop: Path, **environment: str) -> str:
    """Run the commands of the build phase as CodeBuild does, and give the calls that they made."""
    given = {
        "PATH": f"{workshop / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "c0ffee",
        "IMAGE_REPOSITORY": "123456789012.dkr.ecr.us-east-1.amazonaws.com/cicd-images-dev",
        "TASK_FAMILY": "cicd-app-dev",
        "CONTAINER_NAME": "app",
        "CONTAINER_PORT": "8080",
        **environment,
    }
    for command in _commands(_read(CICD), "build"):
        subprocess.run(["bash", "-c", command], cwd=workshop, env=given, check=True)
    return (workshop / "calls").read_text()


def test_a_new_commit_is_built_and_pushed_under_its_own_tag(workshop: Path) -> None:
    calls = _build(workshop, IMAGE_IS_MISSING="254")
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/cicd-images-dev:c0ffee"
    assert f"docker build --pull --file Containerfile --tag {image} ." in calls
    assert f"docker push {image}" in calls
    assert json.loads((workshop / "imageDetail.json").read_text()) == {"ImageURI": image}


def test_a_commit_that_was_built_is_not_built_again(workshop: Path) -> None:
    calls = _build(workshop)
    assert "--repository-name cicd-images-dev --image-ids imageTag=c0ffee" in calls
    assert "docker" not in calls
    assert (workshop / "imageDetail.json").exists()


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
