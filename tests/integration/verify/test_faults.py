"""Whatever goes wrong while a stack is read, nothing is lost silently and nothing passes unseen.

Each operation that the snapshot sends fails in turn, in each way that AWS or the network can
fail; the findings are compared with those of an undisturbed run.
"""

from __future__ import annotations

import pytest

from stackproof.embedded import faults
from stackproof.embedded.faults import Fault, Kind
from stackproof.model import Cause, Finding, Unknown
from stackproof.sights.live.fetch import LiveError
from stackproof.verify import Run, verify
from tests.integration.verify.conftest import Deployed

CAUSES: dict[Kind, set[Cause]] = {
    "deny": {Cause.ACCESS_DENIED},
    "throttle": {Cause.THROTTLED},
    "server_error": {Cause.UNAVAILABLE},
    "drop": {Cause.UNAVAILABLE},
    "unsupported": {Cause.UNSUPPORTED},
}


@pytest.fixture(scope="module")
def undisturbed(deployed: Deployed) -> Run:
    """Verify the stack with nothing in the way."""
    faults.clear(deployed.server)
    faults.forget_calls(deployed.server)
    return verify(deployed.outputs)


@pytest.fixture(scope="module")
def operations(undisturbed: Run, deployed: Deployed) -> list[tuple[str, str]]:
    """Give the operations that a verification sends."""
    sent = {(call.service, call.operation) for call in faults.calls(deployed.server)}
    assert len(sent) > 30
    return sorted(sent)


def by_fingerprint(run: Run) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in run.findings}


def judged_under(fault: Fault, deployed: Deployed) -> Run:
    faults.inject(deployed.server, fault)
    try:
        return verify(deployed.outputs)
    finally:
        faults.clear(deployed.server)


@pytest.mark.parametrize("kind", CAUSES)
def test_failing_operation_makes_what_needs_it_unknown_and_nothing_else(
    kind: Kind,
    deployed: Deployed,
    undisturbed: Run,
    operations: list[tuple[str, str]],
    subtests: pytest.Subtests,
) -> None:
    before = by_fingerprint(undisturbed)
    for service, operation in operations:
        with subtests.test(msg=f"{service}:{operation}"):
            fault = Fault(kind, service, operation)
            if operation == "GetCallerIdentity":
                with pytest.raises(LiveError):
                    judged_under(fault, deployed)
                continue
            run = judged_under(fault, deployed)
            after = by_fingerprint(run)
            unknown = {f.control.id for f in run.findings if isinstance(f.outcome, Unknown)}
            # What was judged without the fact is judged alike; the rest is Unknown.
            for fingerprint, finding in after.items():
                if isinstance(finding.outcome, Unknown):
                    assert finding.outcome.cause in CAUSES[kind] | {Cause.NOT_IN_STACK}
                else:
                    assert finding.outcome == before[fingerprint].outcome, finding.control.id
            # A resource that was not found leaves an Unknown for every control that judged it.
            lost = {before[f].control.id for f in before.keys() - after.keys()}
            assert lost <= unknown, sorted(lost - unknown)
            assert run.exit_code == (3 if unknown else 0)


def test_most_failing_operations_are_noticed(
    deployed: Deployed, operations: list[tuple[str, str]]
) -> None:
    quiet = []
    for service, operation in operations:
        if operation == "GetCallerIdentity":
            continue
        if judged_under(Fault("deny", service, operation), deployed).exit_code == 0:
            quiet.append(f"{service}:{operation}")
    # A fact that no control needs is not worth a call.
    assert quiet == []


def test_slow_answers_change_nothing(deployed: Deployed, undisturbed: Run) -> None:
    run = judged_under(Fault("delay", seconds=0.05), deployed)
    assert {k: f.outcome for k, f in by_fingerprint(run).items()} == {
        k: f.outcome for k, f in by_fingerprint(undisturbed).items()
    }


@pytest.mark.parametrize("kind", ["throttle", "server_error", "drop"])
def test_passing_fault_is_retried(
    kind: Kind, deployed: Deployed, undisturbed: Run, operations: list[tuple[str, str]]
) -> None:
    for service, operation in operations[::6]:
        run = judged_under(Fault(kind, service, operation, times=1), deployed)
        assert run.exit_code == undisturbed.exit_code, f"{service}:{operation}"
