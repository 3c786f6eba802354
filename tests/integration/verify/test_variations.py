"""A stack of other settings than the repository's, by a fixed seed; `make mutate-live` has all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.integration.deployments import ROOT

# The smallest systems: the others' variations take a minute each.
SAMPLED = ("tap", "serverless")


@pytest.fixture
def reached() -> None:
    """These stacks have an AWS of their own."""


def test_suite_judges_a_stack_by_its_own_settings() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.variations", *SAMPLED, "--sample", "--seed=9"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"{len(SAMPLED)} stacks in ")
