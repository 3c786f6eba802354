"""Roles trust the service that is to take them on."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import consumers, judged, needed
from stackproof.model import Category, Framework, Outcome, Resource, Severity, Stack
from stackproof.reasoning.permissions.table.trust import TRUST


@control(
    "role-trusts-its-service",
    title="The roles that resources name trust the service that takes them on",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=consumers(TRUST),
    needs=needed(TRUST),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(TRUST[0]),
)
def role_trusts_its_service(user: Resource, stack: Stack) -> dict[str, Outcome]:
    """A role that its service may not assume gives nothing, whatever its policies allow."""
    return judged(TRUST, user, stack)
