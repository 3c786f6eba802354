"""Faults that pass are outlived, faults that last are told: by the command, as a user sees it."""

from __future__ import annotations

import pytest

from stackproof.embedded import faults
from stackproof.embedded.faults import Fault, Kind
from stackproof.model import Outcome
from stackproof.verify import Run, verify
from tests.integration.deployments import Deployed

LASTING: tuple[Kind, ...] = ("deny", "throttle", "server_error", "drop", "unsupported")


def outcomes(run: Run) -> dict[str, Outcome]:
    return {finding.fingerprint: finding.outcome for finding in run.findings}


def test_slow_answers_change_nothing(deployed: Deployed) -> None:
    before = verify(deployed.outputs)
    faults.inject(deployed.server, Fault("delay", seconds=0.05))
    run = verify(deployed.outputs)
    faults.clear(deployed.server)
    assert outcomes(run) == outcomes(before)


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
    run = verify(deployed.outputs, waived=deployed.waived)
    faults.clear(deployed.server)
    assert run.exit_code == 0


@pytest.mark.parametrize("kind", LASTING)
def test_command_under_a_fault_exits_3_and_says_why(kind: Kind, deployed: Deployed) -> None:
    faults.inject(deployed.server, Fault(kind, "kms", "GetKeyRotationStatus"))
    done = deployed.stackproof("verify")
    faults.clear(deployed.server)
    assert done.returncode == 3
    assert "kms:GetKeyRotationStatus" in " ".join(done.stdout.split())
