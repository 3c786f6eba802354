"""The demonstration of each blueprint: deployed, judged, its scenarios green, its plants caught."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.deployments import ROOT, STACKPROOF


@pytest.fixture
def reached() -> None:
    """The demonstration has an AWS of its own."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the demonstration needs of the checkout, in a folder that it may write to."""
    for folder in ("infra", "tests/scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in (*ROOT.glob("Pulumi*.yaml"), ROOT / "waivers.yaml", ROOT / "pyproject.toml"):
        shutil.copy(file, tmp_path)
    return tmp_path


# How many scenarios of its own blueprint each stack passes, and of which families.
CICD = (50, {"delivery", "high_availability", "monitoring", "security", "output_validation"})
EXPECTED = {
    "cicd-dev": CICD,
    "cicd-staging": CICD,
    "cicd-prod": CICD,
    "nova-prod": (
        65,
        {
            "auto_scaling",
            "delivery",
            "disaster_recovery",
            "high_availability",
            "monitoring",
            "output_validation",
            "security",
        },
    ),
    "serverless-prod": (
        25,
        {"request_path", "security", "monitoring", "performance", "cost", "output_validation"},
    ),
    "tap-production": (
        35,
        {
            "cost",
            "disaster_recovery",
            "high_availability",
            "monitoring",
            "output_validation",
            "security",
        },
    ),
}


@pytest.mark.requirement("0.1", "0.2")
@pytest.mark.parametrize(
    ("stack", "scenarios", "families"),
    [(stack, *expected) for stack, expected in EXPECTED.items()],
    ids=list(EXPECTED),
)
def test_demonstration_holds(
    stack: str, scenarios: int, families: set[str], checkout: Path
) -> None:
    done = subprocess.run(
        [STACKPROOF, "demo", "--stack", stack],
        capture_output=True,
        text=True,
        check=False,
        cwd=checkout,
        # Its suite has one worker: the other processors have tests of their own.
        env={
            **os.environ,
            "PYTHONPATH": str(checkout),
            "PYTEST_XDIST_AUTO_NUM_WORKERS": "1",
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    caught = re.search(r"5\. Broken on purpose: (\d+) of (\d+) caught", done.stdout)
    assert caught is not None
    assert caught[1] == caught[2]
    assert int(caught[1]) >= 5
    records = json.loads((checkout / "reports/scenarios.json").read_text())
    passed = [r for r in records if r["family"] and r["outcome"] == "passed"]
    assert len(passed) >= scenarios
    assert {record["family"] for record in passed} >= families
