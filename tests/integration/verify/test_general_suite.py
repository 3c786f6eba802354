"""The suite for any stack, by its command, on a stack that it knows nothing of."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

from tests.integration.deployments import ROOT, STACKPROOF, Deployments


def test_suite_is_green_and_collects_what_applies(deployments: Deployments, tmp_path: Path) -> None:
    made, report = deployments.untouched("scalepayments-prod"), tmp_path / "scenarios.json"
    ran = subprocess.run(
        [
            *(STACKPROOF, "scenarios", "-p", "no:cacheprovider", "-q", "-n", "1"),
            *(f"--outputs={made.outputs.path}", f"--scenario-report={report}"),
        ],
        capture_output=True,
        text=True,
        check=False,
        # In a folder of nobody's, without settings; what is accepted of the stack is named.
        cwd=tmp_path,
        env={**made.environment, "STACKPROOF_WAIVERS": str(ROOT / "waivers.yaml")},
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    records = json.loads(report.read_text())
    passed = Counter(r["family"] for r in records if r["outcome"] == "passed")
    assert set(passed) >= {
        "auto_scaling",
        "cost",
        "cross_environment",
        "disaster_recovery",
        "high_availability",
        "monitoring",
        "output_validation",
        "performance",
        "request_path",
        "security",
    }
    assert "" not in passed
    run = {record["scenario"].rpartition("::")[2] for record in records}
    assert "test_no_nat_gateway_stands_idle" in run
    # Nothing of it stands side by side with another stack.
    assert "test_stacks_do_not_refer_to_each_other" not in run


def test_suite_of_a_whole_account(deployments: Deployments, tmp_path: Path) -> None:
    made, report = deployments.untouched("scalepayments-prod"), tmp_path / "scenarios.json"
    ran = subprocess.run(
        [
            *(STACKPROOF, "scenarios", "-p", "no:cacheprovider", "-n", "1"),
            *("--scope=account", "--region=us-east-1", f"--scenario-report={report}"),
            *("-k", "kms-key-rotation or idle or http2"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=made.environment,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert "stackproof: account, account 123456789012, us-east-1, " in ran.stdout
    assert "nothing says what should be there" in ran.stdout
    assert "[SP7011]" in ran.stdout
    outcomes = {
        r["scenario"].rpartition("::")[2]: r["outcome"] for r in json.loads(report.read_text())
    }
    assert outcomes["test_no_nat_gateway_stands_idle"] == "passed"
    assert outcomes["test_control[kms-key-rotation]"] == "passed"
