"""Pipelines, builds and deployments may do their work."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import consumers, judged, needed
from stackproof.model import Category, Framework, Outcome, Resource, Severity, Stack
from stackproof.reasoning.permissions.table.builds import BUILDS
from stackproof.reasoning.permissions.table.delivery import PIPELINES
from stackproof.reasoning.permissions.table.deployments import DEPLOYMENTS


@control(
    "pipeline-may-deliver",
    title="Pipelines may use their artifacts, sources, projects and deployments",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(PIPELINES),
    needs=needed(PIPELINES),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(PIPELINES[0]),
)
def pipeline_may_deliver(pipeline: Resource, stack: Stack) -> dict[str, Outcome]:
    """It stops at that action, also on the day of the urgent repair."""
    return judged(PIPELINES, pipeline, stack)


@control(
    "build-may-run",
    title="Builds may use their logs, artifacts, images and secrets",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(BUILDS),
    needs=needed(BUILDS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(BUILDS[0]),
)
def build_may_run(project: Resource, stack: Stack) -> dict[str, Outcome]:
    """A build that may not log fails before its first command."""
    return judged(BUILDS, project, stack)


@control(
    "deployment-may-run",
    title="Deployments may change the services and groups that they are for",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(DEPLOYMENTS),
    needs=needed(DEPLOYMENTS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(next(pair for pair in DEPLOYMENTS if pair.names)),
)
def deployment_may_run(group: Resource, stack: Stack) -> dict[str, Outcome]:
    """The new version is not taken into service, and the old one is not brought back."""
    return judged(DEPLOYMENTS, group, stack)
