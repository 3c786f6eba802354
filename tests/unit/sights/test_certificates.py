"""What AWS says of a certificate's state and of its renewal reaches the controls."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.model import Fail, NotApplicable, Outcome, Pass, Resource, Sight, Stack
from stackproof.sights.live.readers.acm import certificate_properties
from stackproof.types.tokens import ACM_CERTIFICATE

# AWS Certificate Manager API Reference, DescribeCertificate.
_ANSWER: dict[str, Any] = {
    "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
    "DomainName": "pay.example.com",
    "KeyAlgorithm": "RSA-2048",
    "Status": "ISSUED",
    "Type": "AMAZON_ISSUED",
}


def _judged(id_: str, **answer: Any) -> Outcome:
    certificate = Resource(
        data=certificate_properties(_ANSWER | answer), type=ACM_CERTIFICATE, name="pay"
    )
    found = judge(Stack((certificate,), Sight.LIVE))
    return next(finding.outcome for finding in found if finding.control.id == id_)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("ISSUED", Pass),
        ("PENDING_VALIDATION", NotApplicable),
        *((bad, Fail) for bad in ("FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "EXPIRED")),
        ("INACTIVE", Fail),
    ],
)
def test_each_state_is_decided(status: str, outcome: type[Outcome]) -> None:
    assert isinstance(_judged("certificate-issued", Status=status), outcome)


@pytest.mark.parametrize(
    ("renewal", "outcome"),
    [
        ("SUCCESS", Pass),
        ("PENDING_AUTO_RENEWAL", Pass),
        ("PENDING_VALIDATION", Fail),
        ("FAILED", Fail),
    ],
)
def test_each_state_of_a_renewal_is_decided(renewal: str, outcome: type[Outcome]) -> None:
    summary = {"RenewalStatus": renewal, "DomainValidationOptions": []}
    assert isinstance(_judged("certificate-renews", RenewalSummary=summary), outcome)


def test_what_was_never_renewed_is_not_judged() -> None:
    assert isinstance(_judged("certificate-renews"), NotApplicable)
