"""Which stacks the workflows deploy and verify, and in which order."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import yaml

from tests.unit.workflows.documents import ROOT, workflow

FILES = sorted(ROOT.glob("Pulumi.*.yaml"))
PRESENT = [path.name.split(".")[1] for path in FILES]
TIERS = ("dev", "staging", "prod")


def choices() -> list[str]:
    stack: Any = workflow("deploy")["on"]["workflow_dispatch"]["inputs"]["stack"]
    options: list[str] = stack["options"]
    return options


def pushed(tier: str) -> list[str]:
    stacks: list[str] = workflow("deploy")["jobs"][tier]["strategy"]["matrix"]["stack"]
    return stacks


@pytest.mark.parametrize("stack", PRESENT)
def test_each_stack_can_be_chosen(stack: str) -> None:
    assert stack in choices()


def test_every_choice_is_verified_each_night() -> None:
    matrix = workflow("nightly")["jobs"]["verify"]["strategy"]["matrix"]
    assert sorted(matrix["stack"]) == sorted(choices())


def test_every_choice_is_deployed_once_by_a_push_to_main() -> None:
    assert sorted(stack for tier in TIERS for stack in pushed(tier)) == sorted(choices())


def test_a_push_deploys_dev_then_staging_then_prod() -> None:
    jobs = workflow("deploy")["jobs"]
    assert [jobs[tier]["needs"] for tier in TIERS] == ["checks", "dev", "staging"]
    for tier in ("dev", "staging"):
        assert all(stack.endswith(f"-{tier}") for stack in pushed(tier))


def test_a_stack_reaches_prod_only_through_its_other_environments() -> None:
    for stack in choices():
        blueprint, _, tier = stack.rpartition("-")
        if tier in ("dev", "staging"):
            assert f"{blueprint}-prod" in pushed("prod")


@pytest.mark.parametrize("path", FILES, ids=PRESENT)
def test_credentials_are_for_the_region_of_the_stacks_file(path: Any) -> None:
    ran = subprocess.run(
        [ROOT / "tools" / "ci" / "region.sh", path.name.split(".")[1]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == yaml.safe_load(path.read_text())["config"]["aws:region"]
