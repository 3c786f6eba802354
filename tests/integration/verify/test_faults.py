"""Whatever goes wrong while a stack is read, nothing is lost silently and nothing passes unseen.

Each operation that the snapshot sends fails in turn, in each way that AWS or the network can
fail; the findings are compared with those of an undisturbed run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from stackproof.embedded import faults
from stackproof.embedded.faults import Fault, Kind
from stackproof.model import Cause, Finding, Unknown
from stackproof.sights.live.fetch import Aws, LiveError
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard, take
from stackproof.verify import Run, judged, verify
from tests.integration.verify.conftest import Deployed

CAUSES: dict[Kind, set[Cause]] = {
    "deny": {Cause.ACCESS_DENIED},
    "throttle": {Cause.THROTTLED},
    "server_error": {Cause.UNAVAILABLE},
    "drop": {Cause.UNAVAILABLE},
    "unsupported": {Cause.UNSUPPORTED},
}

# What `pulumi refresh` compares and no control judges: descriptions and session lengths of
# roles, the target of a bucket's own log, a subscription's filters. And what this stack has none
# of, which AWS tells only when asked: Auto Scaling groups, bucket replication.
NOT_JUDGED = {
    "autoscaling:DescribeAutoScalingGroups",
    "iam:ListRoles",
    "s3:GetBucketLogging",
    "s3:GetBucketReplication",
    "sns:GetSubscriptionAttributes",
}


class Remembering(Aws):
    """Asks one operation anew and answers every other from an undisturbed run.

    Every answer came over HTTP, once; asking them all again for each of some hundred faults
    would take a quarter of an hour and could show no more.
    """

    def __init__(self, before: Aws, service: str, operation: str) -> None:
        super().__init__(before._allowed, before.endpoint)
        self._answers = {
            key: answer
            for key, answer in before._answers.items()
            if key[:2] != (service, operation)
        }


@dataclass(frozen=True, slots=True)
class Calm:
    """A verification with nothing in the way, and the operations that it sent."""

    aws: Aws
    run: Run
    operations: Sequence[tuple[str, str]]


def judged_by(aws: Aws, deployed: Deployed) -> Run:
    snapshot = take(
        aws,
        readers(),
        regions=deployed.outputs.regions,
        keys=deployed.outputs.keys,
        own_tags=deployed.outputs.own_tags,
        account=deployed.outputs.account,
    )
    return judged(deployed.outputs, snapshot, began=0.0)


@pytest.fixture(scope="module")
def calm(deployed: Deployed) -> Calm:
    """Verify the stack with nothing in the way."""
    faults.clear(deployed.server)
    faults.forget_calls(deployed.server)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in deployed.environment.items():
            patch.setenv(name, value)
        aws = Aws(guard(readers()))
        run = judged_by(aws, deployed)
    sent = {(call.service, call.operation) for call in faults.calls(deployed.server)}
    assert run.exit_code == 0
    assert len(sent) > 50
    return Calm(aws, run, sorted(sent))


def by_fingerprint(run: Run) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in run.findings}


def under(fault: Fault, deployed: Deployed, calm: Calm) -> Run:
    faults.inject(deployed.server, fault)
    with pytest.MonkeyPatch.context() as patch:
        # A fault that lasts outlives every retry; waiting for them would only cost time.
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        run = judged_by(Remembering(calm.aws, fault.service, fault.operation), deployed)
    faults.clear(deployed.server)
    return run


@pytest.mark.parametrize("kind", CAUSES)
def test_failing_operation_makes_what_needs_it_unknown_and_nothing_else(
    kind: Kind, deployed: Deployed, calm: Calm, subtests: pytest.Subtests
) -> None:
    before = by_fingerprint(calm.run)
    for service, operation in calm.operations:
        with subtests.test(msg=f"{service}:{operation}"):
            fault = Fault(kind, service, operation)
            if operation == "GetCallerIdentity":
                with pytest.raises(LiveError):
                    under(fault, deployed, calm)
                faults.clear(deployed.server)
                continue
            run = under(fault, deployed, calm)
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
            # A fact that nobody needs would not be worth a call.
            needed = f"{service}:{operation}" not in NOT_JUDGED
            assert run.exit_code == (3 if needed else 0)


def test_slow_answers_change_nothing(deployed: Deployed, calm: Calm) -> None:
    faults.inject(deployed.server, Fault("delay", seconds=0.05))
    run = verify(deployed.outputs)
    faults.clear(deployed.server)
    assert {k: f.outcome for k, f in by_fingerprint(run).items()} == {
        k: f.outcome for k, f in by_fingerprint(calm.run).items()
    }


@pytest.mark.parametrize("kind", ["throttle", "server_error", "drop"])
def test_fault_that_passes_is_outlived(kind: Kind, deployed: Deployed) -> None:
    faults.inject(
        deployed.server,
        *(
            Fault(kind, service, operation, times=1)
            for service, operation in (
                ("ec2", "DescribeSecurityGroups"),
                ("kms", "GetKeyRotationStatus"),
                ("rds", "DescribeDBClusters"),
                ("s3", "GetPublicAccessBlock"),
            )
        ),
    )
    run = verify(deployed.outputs)
    faults.clear(deployed.server)
    assert run.exit_code == 0


@pytest.mark.parametrize("kind", CAUSES)
def test_command_under_a_fault_exits_3_and_says_why(kind: Kind, deployed: Deployed) -> None:
    faults.inject(deployed.server, Fault(kind, "kms", "GetKeyRotationStatus"))
    done = deployed.stackproof("verify")
    faults.clear(deployed.server)
    assert done.returncode == 3
    assert "kms:GetKeyRotationStatus" in " ".join(done.stdout.split())
