"""A sample of the mutations, with a fixed seed; `make mutate-live` tries them all."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.integration.deployments import ROOT, Deployed

SAMPLE = 8


def test_scenarios_notice_a_sample_of_mutations(deployed: Deployed) -> None:
    options = (f"--sample={SAMPLE}", "--seed=9", f"--outputs={deployed.outputs.path}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutations", str(deployed.outputs["stack"]), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **deployed.environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"{SAMPLE} mutations in ")
