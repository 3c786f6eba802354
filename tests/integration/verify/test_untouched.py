"""What nobody touched has not drifted: neither what a program set, nor what it left unset."""

from __future__ import annotations

import pytest

from stackproof.sights.state import load_state
from stackproof.verify import asking, settled
from tests.integration.deployments import Deployments

STACKS = ("cicd-prod", "nova-prod", "scalepayments-staging", "serverless-prod", "tap-production")


@pytest.mark.parametrize("stack", STACKS)
def test_deployed_system_is_as_its_program_declares_it(
    stack: str, deployments: Deployments, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = deployments.untouched(stack)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    _, run = settled(made.outputs, load_state(made.state), (), 0, asking())
    assert run.comparison is not None
    assert [(f.resource.name, f.facet, f.outcome) for f in run.comparison.findings] == []
    assert not run.comparison.unmanaged
