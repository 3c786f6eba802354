"""Two environments side by side in one account: each is read alone, and they are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.deployments import ROOT, Deployed
from tests.integration.verify.test_scenario_suite import suite

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
    assert document["run"]["resources"] == 158
    names = {finding["name"] for finding in document["findings"]}
    assert not {name for name in names if "staging" in name}


def test_environments_are_compared_when_both_are_given(dev: Path, deployed: Deployed) -> None:
    done = suite(
        dict(deployed.environment),
        f"--outputs={deployed.outputs.path}",
        f"--outputs={dev}",
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
