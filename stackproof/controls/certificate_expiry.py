"""Certificates: none is about to end."""

from __future__ import annotations

from typing import Annotated

from stackproof import clock
from stackproof.controls.registry import control
from stackproof.controls.support.checks import day_of
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import ACM_CERTIFICATE


@control(
    "certificate-not-expiring",
    title="Certificates are renewed a month before they end",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ACM_CERTIFICATE,
    frameworks={
        Framework.FSBP: ("ACM.1",),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-17", "SC-28(3)"),
    },
    cases=Cases(
        passing=Given(
            ACM_CERTIFICATE,
            {"domain_name": "pay.example.com", "not_after": "2999-01-01 12:00:00+00:00"},
        ),
        failing=(
            Change("not_after", "2026-01-01T12:00:00Z"),
            Change("not_after", "2020-01-01 12:00:00+00:00"),
        ),
        unknown=(Hide("not_after"), Change("not_after", "soon")),
        not_applicable=(Remove("not_after"), Change("not_after", "")),
    ),
)
def not_expiring(
    certificate: Resource, *, minimum_days: Annotated[int, Range(1, 365, "days")] = 30
) -> Outcome:
    """ACM renews 60 days before, where it can: one that is nearer to its end can't be renewed.

    Imported ones are renewed by their owner. Source: AWS Certificate Manager User Guide, "Managed
    certificate renewal".
    """
    end = certificate.text("not_after")
    if not end:
        return NotApplicable("nothing was issued that ends: see certificate-issued")
    left = (day_of(end, "not_after") - clock.today()).days
    if left >= minimum_days:
        return Pass()
    return Fail(
        "not_after",
        f"at least {minimum_days} days from now",
        f"{end[:10]}, {left} days from now",
        "Mend what keeps ACM from renewing it (the DNS record of its proof), or import a new one.",
    )
