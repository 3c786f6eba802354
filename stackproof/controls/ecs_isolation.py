"""Task definitions: tasks have a network, a process space and a file system to themselves."""

from __future__ import annotations

from stackproof.controls.ecs_containers import TASK
from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each, expect, expect_that
from stackproof.model import (
    Block,
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import ECS_TASK_DEFINITION


@control(
    "ecs-task-own-network",
    title="Tasks have a network interface of their own (awsvpc)",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.SECURITY_HUB: ("ECS.17",), Framework.NIST: ("AC-4(21)", "SC-7")},
    cases=Cases(
        passing=TASK,
        failing=(
            Change("network_mode", "host"),
            Change("network_mode", "bridge"),
            Remove("network_mode"),
        ),
        unknown=(Hide("network_mode"),),
    ),
)
def own_network(task: Resource) -> Outcome:
    """Only then do security groups tell one task from another; ECS's default is bridge."""
    return expect(task, "network_mode", "awsvpc", fix="Set network_mode to awsvpc.")


@control(
    "ecs-task-no-host-namespaces",
    title="Tasks do not share the process or IPC namespace of their host",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.3",), Framework.NIST: ("AC-6", "CM-5(1)")},
    cases=Cases(
        passing=TASK,
        failing=(
            Change("pid_mode", "host"),
            Change("ipc_mode", "host"),
            (Change("pid_mode", "task"), Hide("pid_mode"), Change("ipc_mode", "host")),
        ),
        unknown=((Change("pid_mode", "task"), Hide("pid_mode")),),
        also_passing=(Change("pid_mode", "task"), Change("ipc_mode", "none")),
    ),
)
def no_host_namespaces(task: Resource) -> Outcome:
    """A container that sees its host's processes can signal and trace them."""
    return worst(*(attempt(_not_host, task, name) for name in ("pid_mode", "ipc_mode")))


def _not_host(task: Resource, name: str) -> Outcome:
    return expect_that(
        task, name, lambda mode: mode != "host", expected="not host", fix=f"Remove {name}."
    )


_EFS = "efs_volume_configuration"
_ON_EFS = f"volumes.0.{_EFS}"


@control(
    "ecs-task-efs-encrypted-in-transit",
    title="Tasks mount file systems by TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ECS_TASK_DEFINITION,
    frameworks={
        Framework.FSBP: ("ECS.18",),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8", "SC-8(1)"),
    },
    cases=Cases(
        passing=Given(
            ECS_TASK_DEFINITION,
            {
                "volumes": [
                    {
                        "name": "uploads",
                        _EFS: {"file_system_id": "fs-1", "transit_encryption": "ENABLED"},
                    },
                    {"name": "scratch"},
                ]
            },
        ),
        failing=(
            Change(f"{_ON_EFS}.transit_encryption", "DISABLED"),
            Remove(f"{_ON_EFS}.transit_encryption"),
        ),
        unknown=(
            Hide("volumes"),
            Hide(_ON_EFS),
            Hide(f"{_ON_EFS}.transit_encryption"),
        ),
        not_applicable=(Remove(_ON_EFS), Remove("volumes")),
    ),
)
def efs_by_tls(task: Resource) -> Outcome:
    """What customers upload goes over the network in plain text otherwise; that is the default.

    Source: Amazon ECS API Reference, EFSVolumeConfiguration, transitEncryption.
    """
    return each(task.elements("volumes"), _by_tls)


def _by_tls(volume: Block) -> Outcome:
    if not volume[_EFS]:
        return NotApplicable("no file system of EFS")
    path = f"{_EFS}.transit_encryption"
    return expect(volume, path, "ENABLED", fix=f"Set {path} to ENABLED.")
