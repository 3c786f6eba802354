"""Waivers in the scenario suite: what is waived fails nothing, and is said."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.deployments import ROOT, Deployed

ENTRY = """
- control: kms-key-rotation
  resource: "{key}"
  stack: scalepayments-staging
  reason: The bank keeps this key's material.
  owner: treasury
  until: {until}
"""


@pytest.fixture
def broken_key(deployed: Deployed) -> Iterator[str]:
    kms, key = deployed.client("kms"), str(deployed.outputs["cache_kms_key_id"])
    kms.disable_key_rotation(KeyId=key)
    yield key
    kms.enable_key_rotation(KeyId=key)


def suite(deployed: Deployed, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"),
            *("tests/scenarios/test_controls.py", "-k", "kms-key-rotation"),
            f"--outputs={deployed.outputs.path}",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**deployed.environment, "COLUMNS": "200"},
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_waived_failure_is_skipped_with_its_waiver(
    workers: str, broken_key: str, deployed: Deployed, tmp_path: Path
) -> None:
    file, report = tmp_path / "accepted.yaml", tmp_path / "scenarios.json"
    file.write_text(ENTRY.format(key=broken_key, until="2999-12-31"))
    done = suite(deployed, "-n", workers, f"--waivers={file}", f"--scenario-report={report}")
    assert done.returncode == 0, done.stdout
    said = "waived by treasury (The bank keeps this key's material) until 2999-12-31"
    assert said in done.stdout
    [record] = json.loads(report.read_text())
    [waived] = [part for part in record["parts"] if part["message"]]
    assert (waived["outcome"], waived["message"]) == ("skipped", said)


def test_expired_waiver_fails_the_suite(
    broken_key: str, deployed: Deployed, tmp_path: Path
) -> None:
    file = tmp_path / "accepted.yaml"
    file.write_text(ENTRY.format(key=broken_key, until="2020-12-31"))
    done = suite(deployed, f"--waivers={file}")
    assert done.returncode == 1
    assert "The waiver by treasury expired on 2020-12-31." in done.stdout


def test_bad_file_stops_the_suite(deployed: Deployed, tmp_path: Path) -> None:
    file = tmp_path / "accepted.yaml"
    file.write_text(ENTRY.format(key="*", until="later"))
    done = suite(deployed, f"--waivers={file}")
    assert done.returncode == 3
    assert f"{file}, waiver 1: until is 'later'; it must be the last day" in done.stderr
