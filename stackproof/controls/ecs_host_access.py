"""Task definitions: what of their host containers are given."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from stackproof.controls.ecs_containers import HIDDEN, TASK, UNREADABLE, containers
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Hide
from stackproof.types.tokens import ECS_TASK_DEFINITION

# What Docker gives each container. Sources: Docker Docs, "Runtime privilege and Linux
# capabilities"; Kubernetes Docs, "Pod Security Standards", Baseline.
_BY_DEFAULT: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
# The only one that Fargate takes, where no other task shares the machine.
_ON_FARGATE: Final = "SYS_PTRACE"
_ADDED: Final = "container_definitions.1.linuxParameters"


def _adds(*names: str) -> Change:
    return Change(_ADDED, {"capabilities": {"add": list(names)}})


@control(
    "ecs-containers-no-host-capabilities",
    title="Containers get no capabilities beyond those of every container",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-6", "CM-7")},
    cases=Cases(
        passing=TASK,
        failing=(
            _adds("SYS_ADMIN"),
            _adds("ALL"),
            _adds("CHOWN", "NET_ADMIN"),
            _adds("CAP_SYS_MODULE"),
            _adds("SYS_PTRACE"),
            (_adds("SYS_PTRACE"), Change("requires_compatibilities", ["EC2", "FARGATE"])),
        ),
        unknown=HIDDEN + UNREADABLE,
        also_passing=(
            _adds("NET_BIND_SERVICE"),
            Change(_ADDED, {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True}),
            (_adds("SYS_PTRACE"), Change("requires_compatibilities", ["FARGATE"])),
        ),
    ),
)
def no_host_capabilities(task: Resource) -> Outcome:
    """With SYS_ADMIN, NET_ADMIN or ALL who breaks in is soon root on the host.

    Sources: Amazon ECS API Reference, KernelCapabilities; Amazon ECS Developer Guide, "Amazon ECS
    task and container security best practices".
    """
    allowed = _BY_DEFAULT
    if task.values("requires_compatibilities") == ["FARGATE"]:
        allowed = _BY_DEFAULT | {_ON_FARGATE}
    return each(containers(task), lambda container: _only(allowed, container))


def _only(allowed: frozenset[str], container: Block) -> Outcome:
    path = "linuxParameters.capabilities.add"
    added = [str(name).upper().removeprefix("CAP_") for name in container.values(path)]
    beyond = [name for name in added if name not in allowed]
    if not beyond:
        return Pass()
    fix = f"Take {', '.join(beyond)} out; give the task what it needs in another way."
    return Fail(container.at(path), "none that Docker doesn't give by default", beyond, fix)


# Source: CIS Docker Benchmark, "Ensure sensitive host system directories are not mounted on
# containers" and "Ensure that the Docker socket is not mounted inside any containers".
_SYSTEM: Final = re.compile(
    r"/"
    r"|/(bin|boot|dev|etc|home|lib|lib64|proc|root|run|sbin|sys|usr|var)"
    r"|/(boot|etc|proc|root|sys|var/lib/(docker|containerd|ecs))(/.*)?"
    r"|/var/(lib|run)"
    r"|(/var)?/run/(docker|containerd|crio)(/.*)?"
    r"|.*/(docker|containerd|crio|podman)\.sock"
    r"|/dev/(k?mem|port|sd|nvme|xvd|vd|dm-|mapper).*"
)
# Read-only these tell of processes and hardware, as agents that watch a host need it, and of
# what a host's configuration makes public: its time zone, its certificate authorities.
_READABLE: Final = re.compile(r"/(proc|sys)(/.*)?|/etc/.+")
# What in a host's configuration holds passwords, keys and tokens, and so what these stand in.
_PRIVATE: Final = re.compile(
    r"/etc/(g?shadow-?|sudoers(\.d)?|security|ssh|krb5\.keytab|kubernetes|docker|ecs|containerd"
    r"|crypttab|NetworkManager|wireguard|letsencrypt)(/.*)?"
    r"|/etc/(ssl|pki|pki/tls)"
    r"|/etc/(ssl|pki/tls)/private(/.*)?"
)
_VOLUME: Final = Change("volumes", [{"name": "data", "host_path": "/srv/data"}])
_MOUNT: Final = "container_definitions.1.mountPoints"


def _from(path: str) -> Change:
    return Change("volumes", [{"name": "host", "host_path": path}])


def _mounted(*, read_only: bool) -> Change:
    mount = {"sourceVolume": "host", "containerPath": "/host", "readOnly": read_only}
    return Change(_MOUNT, [mount])


@control(
    "ecs-task-no-system-paths",
    title="Tasks mount no system directories, sockets or disks of their host",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-6", "CM-7")},
    cases=Cases(
        passing=TASK,
        failing=(
            _from("/"),
            _from("/var/run/docker.sock"),
            _from("/run//containerd/containerd.sock"),
            _from("/etc/"),
            _from("/srv/../root/.ssh"),
            _from("/proc"),
            (_from("/proc"), _mounted(read_only=False)),
            *(
                (_from(path), _mounted(read_only=True))
                for path in (
                    "/",
                    "/etc",
                    "/etc/shadow",
                    "/etc/ssh/ssh_host_rsa_key",
                    "/etc/ssl",
                    "/etc/ssl/certs/../private",
                    "/etc/ecs/ecs.config",
                    "/root/.aws",
                    "/var/run/docker.sock",
                    "/var/lib/docker/volumes",
                    "/var/lib/ecs/data",
                )
            ),
            _from("/etc/app/config"),
            (_from("/etc/app/config"), _mounted(read_only=False)),
            Change(
                "volumes",
                [
                    {
                        "name": "host",
                        "docker_volume_configuration": {
                            "driver": "local",
                            "driver_opts": {"type": "none", "o": "bind", "device": "/etc"},
                        },
                    }
                ],
            ),
            Change(_ADDED, {"devices": [{"hostPath": "/dev/nvme0n1"}]}),
        ),
        unknown=(
            Hide("volumes"),
            (_from("/"), Hide("volumes.0.host_path")),
            (_from("/proc"), *HIDDEN),
            (_from("/etc/localtime"), *HIDDEN),
            *UNREADABLE,
        ),
        also_passing=(
            _VOLUME,
            (_from("/proc"), _mounted(read_only=True)),
            *(
                (_from(path), _mounted(read_only=True))
                for path in (
                    "/sys/fs/cgroup",
                    "/etc/localtime",
                    "/etc/os-release",
                    "/etc/passwd",
                    "/etc/ssl/certs",
                    "/etc/pki/ca-trust/extracted",
                    "/etc/app/config",
                )
            ),
            Change("volumes", [{"name": "scratch"}]),
            Change("volumes", [{"name": "scratch", "host_path": ""}]),
            Change(_ADDED, {"devices": [{"hostPath": "/dev/fuse"}]}),
        ),
    ),
)
def no_system_paths(task: Resource) -> Outcome:
    """Who writes there, or asks Docker, is root on the host and reads all its other tasks.

    Who only reads has its passwords and keys, or the data of its other tasks; what is public of
    /proc, /sys and /etc may be mounted with readOnly.
    Source: Amazon ECS Developer Guide, "Use bind mounts with Amazon ECS".
    """
    return worst(
        Pass(),
        each(task.elements("volumes"), lambda volume: _of_volume(volume, task)),
        each(_devices(task), lambda device: _spared(device.at("hostPath"), device["hostPath"])),
    )


def _of_volume(volume: Block, task: Resource) -> Outcome:
    name = str(volume["name"])
    path, source = "host_path", volume["host_path"]
    docker = "docker_volume_configuration.driver_opts"
    if not source and "bind" in str(volume.get(f"{docker}.o") or ""):
        path, source = f"{docker}.device", volume.get(f"{docker}.device")
    outcome = _spared(volume.at(path), source)
    if isinstance(outcome, Pass) or not _is_public(source):
        return outcome
    if _only_read(name, task):
        return Pass()
    expected = "mounted with readOnly in each container, or no path of the system"
    fix = "Set readOnly to true in its mountPoints, or mount a directory that holds nothing else."
    return Fail(volume.at(path), expected, source, fix)


def _spared(path: str, source: object) -> Outcome:
    if not of_system(source):
        return Pass()
    fix = "Mount a volume of its own (EFS, or a directory that holds nothing else)."
    return Fail(path, "no directory, socket or disk of the system", source, fix)


def of_system(source: object) -> bool:
    """Tell whether a path is a directory, a socket or a disk of a host's system."""
    return bool(source) and _SYSTEM.fullmatch(_plain(source)) is not None


def _is_public(source: object) -> bool:
    """Tell whether anybody may read what is at a path of a host's system."""
    path = _plain(source)
    return _READABLE.fullmatch(path) is not None and _PRIVATE.fullmatch(path) is None


def _plain(source: object) -> str:
    return re.sub("^//+", "/", posixpath.normpath(str(source)))


def _only_read(name: str, task: Resource) -> bool:
    """Tell whether containers mount a volume, and none of them to write."""
    mounts = [
        mount
        for container in containers(task)
        for mount in container.blocks("mountPoints")
        if mount["sourceVolume"] == name
    ]
    return bool(mounts) and all(mount["readOnly"] is True for mount in mounts)


def _devices(task: Resource) -> Iterator[Block | Unknown]:
    for container in containers(task):
        for parameters in container.blocks("linuxParameters"):
            yield from parameters.elements("devices")
