"""`verify` sends at most a tenth more calls than the fewest that could tell the same."""

from __future__ import annotations

import pytest

from benchmarks.minimum import smallest
from benchmarks.verify import WANTED
from stackproof.verify import snapshot_of
from tests.integration.deployments import Deployments


@pytest.mark.parametrize("stack", ["scalepayments-staging", "tap-production"])
def test_calls_are_near_the_fewest(
    stack: str, deployments: Deployments, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = deployments.untouched(stack)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    snapshot = snapshot_of(made.outputs)
    fewest = smallest(snapshot.stack())
    more = {
        service: (sent, fewest.get(service, 0))
        for service, sent in snapshot.calls.items()
        if sent > fewest.get(service, 0)
    }
    assert sum(snapshot.calls.values()) <= WANTED * sum(fewest.values()), more
