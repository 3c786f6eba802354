"""Batch: what of their host jobs are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackproof.controls.ecs_host_access import of_system
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json
from stackproof.reasoning.secret_places import settings_of
from stackproof.types.tokens import BATCH_JOB_DEFINITION

_CONTAINER: Final = "container_properties"
_WRITTEN: Final = (_CONTAINER, "ecs_properties", "node_properties")
_PODS: Final = "eks_properties"
_FIX: Final = "Leave it out; give the job a volume of its own."
_INSIDE_PODS: Final = "eks_properties.pod_properties"


@control(
    "batch-job-no-host-access",
    title="Jobs of Batch are not privileged and mount nothing of their host's system",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=BATCH_JOB_DEFINITION,
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-6", "CM-7")},
    cases=Cases(
        passing=Given(
            BATCH_JOB_DEFINITION,
            {
                _CONTAINER: Json(
                    {
                        "privileged": False,
                        "volumes": [{"name": "data", "host": {"sourcePath": "/srv/data"}}],
                    }
                ),
                _PODS: {
                    "pod_properties": {
                        "containers": [{"security_context": {"privileged": False}}],
                        "volumes": [{"name": "data", "host_path": {"path": "/srv/data"}}],
                    }
                },
            },
        ),
        failing=(
            Change(f"{_CONTAINER}.privileged", True),
            Change(f"{_CONTAINER}.volumes.0.host.sourcePath", "/var/run/docker.sock"),
            Change(f"{_INSIDE_PODS}.containers.0.security_context.privileged", True),
            Change(f"{_INSIDE_PODS}.volumes.0.host_path.path", "/etc"),
            (
                Hide(_PODS),
                Change("node_properties", Json({"nodeRangeProperties": [{"privileged": True}]})),
            ),
            Change("ecs_properties", Json({"taskProperties": [{"pidMode": "host"}]})),
        ),
        unknown=(
            Hide(_CONTAINER),
            Hide(_PODS),
            Hide(f"{_INSIDE_PODS}.volumes.0.host_path.path"),
            Change(_CONTAINER, "{"),
        ),
        also_passing=(Change(_CONTAINER, None),),
    ),
)
def no_host_access(definition: Resource) -> Outcome:
    """A privileged job, or one that reaches Docker, is root on a machine of all others' jobs.

    Source: AWS Batch API Reference, ContainerProperties, EcsTaskProperties and EksHostPath.
    """
    return worst(Pass(), each(_settings(definition), _judged))


def _settings(definition: Resource) -> Iterator[tuple[str, str, Any] | Unknown]:
    for property_ in (*_WRITTEN, _PODS):
        try:
            written = property_ in _WRITTEN
            value = settings_of(definition, property_) if written else definition[property_]
        except UnresolvedError as error:
            yield error.unknown
            continue
        yield from _leaves(property_, property_, value)


def _leaves(path: str, name: str, value: Any) -> Iterator[tuple[str, str, Any] | Unknown]:
    if isinstance(value, Unknown):
        yield value.at(path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            # Only the path of a host's directory is one of the host.
            of_host = name in ("host_path", "host") and key in ("path", "sourcePath")
            yield from _leaves(f"{path}.{key}", "sourcePath" if of_host else key, item)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _leaves(f"{path}[{index}]", name, item)
    else:
        yield path, name, value


def _judged(setting: tuple[str, str, Any]) -> Outcome:
    path, name, value = setting
    match name:
        case "privileged" if value is True:
            return Fail(path, "false", value, _FIX)
        case "pidMode" | "ipcMode" if value == "host":
            return Fail(path, "not host", value, _FIX)
        case "sourcePath" if of_system(value):
            return Fail(path, "no directory, socket or disk of the system", value, _FIX)
    return Pass()
