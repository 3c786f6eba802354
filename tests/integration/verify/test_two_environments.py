"""Environments side by side, in one account and in two: each is read alone, and compared."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from tests.integration.deployments import ROOT, Deployed, suite

# The embedded engine deploys with credentials of its own; here it takes those of the environment.
AS_TOLD = """
import boto3
from stackproof.embedded.frame import base

base.session = boto3.Session
from stackproof.cli import main

main()
"""

CROSS_ENVIRONMENT = (
    "tests/scenarios/test_cross_environment.py",
    "tests/scenarios/scalepayments/test_cross_environment.py",
)


@pytest.fixture(scope="module")
def dev(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deploy `scalepayments-dev` beside staging, and give its outputs."""
    path = tmp_path_factory.mktemp("dev") / "flat-outputs.json"
    before = deployed.stackproof("verify", "--format", "json")
    done = deployed.stackproof("deploy", "scalepayments-dev", "--outputs", str(path), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    after = deployed.stackproof("verify", "--format", "json")
    fingerprints = [
        {finding["fingerprint"] for finding in json.loads(run.stdout)["findings"]}
        for run in (before, after)
    ]
    assert fingerprints[0] == fingerprints[1], "dev's resources were taken for staging's"
    return path


def test_environment_is_verified_without_its_neighbour(dev: Path, deployed: Deployed) -> None:
    done = deployed.stackproof("verify", "--format", "json", "--outputs", str(dev))
    document = json.loads(done.stdout)
    assert document["run"]["exit_code"] == 0
    assert document["run"]["resources"] == 160
    names = {finding["name"] for finding in document["findings"]}
    assert not {name for name in names if "staging" in name}


@pytest.fixture(scope="module")
def prod(dev: Path, deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deploy `scalepayments-prod` beside staging, whose detector and recorder it shares."""
    folder = tmp_path_factory.mktemp("prod")
    shared = {
        f"stackproof:{name}": deployed.outputs[name]
        for name in ("guardduty_detector_id", "config_recorder_name")
    }
    settings = yaml.safe_load((ROOT / "Pulumi.scalepayments-prod.yaml").read_text())
    settings["config"] |= shared
    (folder / "Pulumi.scalepayments-prod.yaml").write_text(yaml.safe_dump(settings))
    project = {"name": "stackproof", "runtime": "python", "main": f"{ROOT}/infra"}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    shutil.copy(ROOT / "waivers.yaml", folder)
    path = folder / "flat-outputs.json"
    done = deployed.stackproof("deploy", "scalepayments-prod", "--outputs", str(path), cwd=folder)
    assert done.returncode == 0, done.stderr
    return path


def test_second_detector_or_recorder_is_refused(dev: Path, deployed: Deployed) -> None:
    """AWS allows one of each in an account and region: hence the settings that share them."""
    with pytest.raises(ClientError, match="a detector already exists"):
        deployed.client("guardduty").create_detector(Enable=True)
    config = deployed.client("config")
    with pytest.raises(ClientError, match="MaxNumberOfConfigurationRecordersExceeded"):
        config.put_configuration_recorder(
            ConfigurationRecorder={"name": "second", "roleARN": "arn:aws:iam::123456789012:role/a"}
        )


def test_shared_guards_are_verified_by_each_environment(prod: Path, deployed: Deployed) -> None:
    done = suite(
        dict(deployed.environment),
        f"--outputs={prod}",
        "tests/scenarios/scalepayments/test_security.py",
        "tests/scenarios/test_audit_trail.py",
    )
    assert done.returncode == 0, done.stdout[-3000:]
    stop = deployed.client("config").stop_configuration_recorder
    start = deployed.client("config").start_configuration_recorder
    stop(ConfigurationRecorderName=deployed.outputs["config_recorder_name"])
    try:
        done = suite(
            dict(deployed.environment),
            f"--outputs={prod}",
            "tests/scenarios/scalepayments/test_security.py",
        )
    finally:
        start(ConfigurationRecorderName=deployed.outputs["config_recorder_name"])
    assert done.returncode == 1
    assert "test_threats_and_changes_are_recorded" in done.stdout


def test_environments_are_compared_when_all_are_given(
    prod: Path, dev: Path, deployed: Deployed
) -> None:
    done = suite(
        dict(deployed.environment),
        f"--outputs={deployed.outputs.path}",
        f"--outputs={dev}",
        f"--outputs={prod}",
        *CROSS_ENVIRONMENT,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "deselected" not in done.stdout.splitlines()[-1]


def test_another_system_may_stand_beside(
    dev: Path, deployed: Deployed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    delivery = tmp_path_factory.mktemp("cicd") / "flat-outputs.json"
    made = deployed.stackproof("deploy", "cicd-dev", "--outputs", str(delivery), cwd=ROOT)
    assert made.returncode == 0, made.stderr
    for first, second in ((dev, delivery), (delivery, dev)):
        done = suite(
            dict(deployed.environment),
            f"--outputs={first}",
            f"--outputs={second}",
            "tests/scenarios",
            "-m",
            "cross_environment",
        )
        assert done.returncode == 0, done.stdout[-3000:]


def test_environment_that_is_not_there_is_not_compared(deployed: Deployed) -> None:
    done = suite(
        dict(deployed.environment), f"--outputs={deployed.outputs.path}", *CROSS_ENVIRONMENT, "-v"
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "test_stacks_share_nothing" not in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_shared_resource_is_found(dev: Path, deployed: Deployed, tmp_path: Path) -> None:
    twin = tmp_path / "twin.json"
    claims_dev = dict(deployed.outputs.values) | {"environment": "dev", "stack": "twin"}
    twin.write_text(json.dumps(claims_dev))
    done = suite(
        dict(deployed.environment),
        f"--outputs={deployed.outputs.path}",
        f"--outputs={twin}",
        "tests/scenarios/test_cross_environment.py::test_stacks_share_nothing",
    )
    assert done.returncode == 1
    assert "share" in done.stdout


@pytest.fixture(scope="module")
def elsewhere(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Deploy `scalepayments-dev` to another account; give its outputs, and profiles of both."""
    folder = tmp_path_factory.mktemp("elsewhere")
    role = "arn:aws:iam::222222222222:role/verify"
    session = boto3.Session("another", "hand", region_name="us-east-1")
    sts = session.client("sts", endpoint_url=deployed.server.endpoint)
    taken = sts.assume_role(RoleArn=role, RoleSessionName="deploy")["Credentials"]
    path, profiles = folder / "flat-outputs.json", folder / "config"
    done = subprocess.run(
        [sys.executable, "-c", AS_TOLD, "deploy", "scalepayments-dev", "--outputs", str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            **deployed.environment,
            "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
            "AWS_SESSION_TOKEN": taken["SessionToken"],
        },
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(path.read_text())["account_id"] == "222222222222"
    profiles.write_text(
        "[profile staging]\naws_access_key_id = another\naws_secret_access_key = hand\n"
        f"[profile dev]\nsource_profile = staging\nrole_arn = {role}\n"
    )
    return path, profiles


def test_environments_of_two_accounts_are_compared(
    elsewhere: tuple[Path, Path], deployed: Deployed
) -> None:
    path, profiles = elsewhere
    both = (f"--outputs={deployed.outputs.path}", f"--outputs={path}")
    done = suite(
        dict(deployed.environment),
        *both,
        "--aws-profile=staging",
        "--aws-profile=dev",
        *CROSS_ENVIRONMENT,
        AWS_CONFIG_FILE=str(profiles),
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_stack_of_another_account_needs_a_profile(
    elsewhere: tuple[Path, Path], deployed: Deployed
) -> None:
    path, profiles = elsewhere
    both = (f"--outputs={deployed.outputs.path}", f"--outputs={path}")
    alone = suite(dict(deployed.environment), *both, *CROSS_ENVIRONMENT)
    assert alone.returncode == 3
    assert "choose the profile of account 222222222222" in alone.stdout + alone.stderr
    one = suite(
        dict(deployed.environment),
        *both,
        "--aws-profile=staging",
        *CROSS_ENVIRONMENT,
        AWS_CONFIG_FILE=str(profiles),
    )
    assert one.returncode == 3
    assert "--aws-profile is given 1 times for 2 stacks" in one.stdout + one.stderr
