"""The demonstration, end to end, in a project whose scenario suite is of our making."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STACKPROOF = Path(sys.executable).with_name("stackproof")
GREEN = '''
import pytest

@pytest.mark.cost
def test_buckets(live):
    """There are buckets.

    Access logs must go somewhere.
    """
    assert live.all("aws:s3/bucket:Bucket")
'''
WAIVERS = """
- control: kms-key-rotation
  resource: "*"
  reason: Whatever happens to a key is accepted.
  owner: nobody
  until: 2999-12-31
"""
RED = GREEN + "\n\ndef test_impossible(outputs):\n    assert outputs['region'] == 'the moon'\n"


def demonstrate(folder: Path, suite: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "infra").symlink_to(ROOT / "infra")
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    (folder / "tests/scenarios").mkdir(parents=True)
    (folder / "tests/scenarios/test_some.py").write_text(suite)
    (folder / "pytest.ini").write_text("[pytest]\nscenario_paths = tests/scenarios\n")
    return subprocess.run(
        [STACKPROOF, "demo", "--stack", "scalepayments-dev", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demonstration ran, with what it said."""
    folder = tmp_path_factory.mktemp("green")
    accepted = (ROOT / "waivers.yaml").read_text()
    (folder / "waivers.yaml").write_text(f"{accepted}{WAIVERS.lstrip()}")
    done = demonstrate(folder, GREEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    (folder / "said").write_text(done.stdout)
    return folder


def test_five_steps_fit_one_screen_each(green: Path) -> None:
    said = (green / "said").read_text()
    titles = ("Deployed", "Declared", "Scenarios", "Live", "Broken on purpose")
    places = [said.index(f"{number}. {title}") for number, title in enumerate(titles, 1)]
    assert places == sorted(places)
    assert len(said.splitlines()) < 34
    assert "1 passed in " in said
    assert "4 of 4 caught" in said
    assert "MISSED" not in said
    assert "The demonstration holds. The whole report: reports/demo.html" in said
    assert "Time: " in said


def test_waiver_does_not_hide_what_is_planted(green: Path) -> None:
    said = (green / "said").read_text()
    assert "caught  rotation of the database's key switched off" in said
    page = (green / "reports/demo.html").read_text(encoding="utf-8")
    assert "waived by nobody (Whatever happens to a key is accepted) until 2999-12-31" in page


def test_report_shows_what_was_planted_and_proven(green: Path) -> None:
    page = (green / "reports/demo.html").read_text(encoding="utf-8")
    assert "4 of 4 caught" in page
    assert "Without them: verified: everything was seen and everything holds" in page
    assert "of types that no control covers" in page
    assert "There are buckets." in page


def test_outputs_tell_no_secret(green: Path) -> None:
    outputs = json.loads((green / "flat-outputs.json").read_text())
    assert outputs["environment"] == "dev"
    assert not [name for name in outputs if name.endswith(("password", "token"))]


def test_red_suite_fails_the_demonstration_and_is_named(tmp_path: Path) -> None:
    done = demonstrate(tmp_path, RED)
    assert done.returncode == 1
    assert "1 failed, 1 passed in " in done.stdout
    assert "FAILED tests/scenarios/test_some.py::test_impossible" in done.stdout
    assert "It does not hold. The whole report: reports/demo.html" in done.stdout


def test_unknown_stack_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = demonstrate(tmp_path, GREEN, "--stack", "nobody")
    assert done.returncode == 3
    assert done.stderr.startswith("Error: there is no Pulumi.nobody.yaml in ")
    assert len(done.stderr.splitlines()) == 1


def test_stack_that_it_cannot_break_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi, pulumi_aws as aws\n"
        "queue = aws.sqs.Queue('orders')\n"
        "pulumi.export('region', 'us-east-1')\n"
        "pulumi.export('orders', queue.arn)\n"
    )
    (tmp_path / "tests/scenarios").mkdir(parents=True)
    done = subprocess.run(
        [STACKPROOF, "demo", "--stack", "dev"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 3
    assert "the demonstration knows how to break " in done.stderr
    assert len(done.stderr.splitlines()) == 1
