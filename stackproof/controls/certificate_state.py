"""Certificates: they are issued, still hold, and are renewed before they end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.controls.dns_targets import certificates_of
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import (
    ACM_CERTIFICATE,
    ACM_CERTIFICATE_VALIDATION,
    API_DOMAIN,
    API_DOMAIN_V1,
    CLOUDFRONT_DISTRIBUTION,
    LB_LISTENER,
    LB_LISTENER_CERTIFICATE,
)

_AGAIN: Final = "Delete it and ask for another one, whose proof of the domain is in its DNS."
_WAITING: Final = "PENDING_VALIDATION"
# Where what serves by a certificate names it.
_USES: Final[Mapping[str, tuple[str, ...]]] = {
    LB_LISTENER: ("certificate_arn",),
    LB_LISTENER_CERTIFICATE: ("certificate_arn",),
    CLOUDFRONT_DISTRIBUTION: ("viewer_certificate.acm_certificate_arn",),
    API_DOMAIN: ("domain_name_configuration.certificate_arn",),
    API_DOMAIN_V1: ("certificate_arn", "regional_certificate_arn"),
}
_REFUSED: Final = ("FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "EXPIRED", "INACTIVE")


@control(
    "certificate-issued",
    title="Certificates are issued, and were not revoked",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ACM_CERTIFICATE,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-17", "CP-10")},
    cases=Cases(
        passing=Given(ACM_CERTIFICATE, {"domain_name": "pay.example.com", "status": "ISSUED"}),
        failing=tuple(Change("status", status) for status in _REFUSED),
        unknown=(Hide("status"),),
        not_applicable=(
            Change("status", _WAITING),
            Remove("status"),
            Change("status", ""),
        ),
    ),
)
def issued(certificate: Resource) -> Outcome:
    """Services take certificates only that are issued; browsers refuse revoked and ended ones.

    One that waits for its proof fails of itself after 72 hours, and none comes back from that.
    Source: AWS Certificate Manager API Reference, CertificateDetail, Status.
    """
    return _issued(certificate)


def _issued(certificate: Resource) -> Outcome:
    status = certificate.text("status")
    if not status:
        return NotApplicable("nobody has asked AWS for it yet")
    if status == _WAITING:
        return NotApplicable("it waits for the proof of its domain, for 72 hours at most")
    if status == "ISSUED":
        return Pass()
    return Fail("status", "ISSUED", status, _AGAIN)


@control(
    "certificate-in-use-issued",
    title="What serves by a certificate serves by one that is issued and not revoked",
    severity=Severity.HIGH,
    category=Category.HA,
    types=tuple(_USES),
    needs=(ACM_CERTIFICATE, ACM_CERTIFICATE_VALIDATION),
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-17", "CP-10")},
    cases=Cases(
        passing=Given(
            LB_LISTENER,
            {"protocol": "HTTPS", "certificate_arn": Ref("certificate", "arn")},
            (Neighbour("certificate", ACM_CERTIFICATE, {"status": "ISSUED"}),),
        ),
        failing=tuple(Change("status", status, of="certificate") for status in _REFUSED),
        unknown=(Hide("certificate_arn"), Hide("status", of="certificate")),
        absent=(Without("certificate"),),
        not_applicable=(
            Remove("certificate_arn"),
            Remove("status", of="certificate"),
            Change("status", _WAITING, of="certificate"),
        ),
    ),
)
def in_use_issued(user: Resource, stack: Stack) -> Outcome:
    """Its certificate may be of another stack, whose owner doesn't look here."""
    certificates = [
        certificate
        for path in _USES[user.type]
        for certificate in certificates_of(user, stack, path)
    ]
    if not certificates:
        return NotApplicable("it names no certificate of ACM")
    return each(certificates, _issued)


@control(
    "certificate-renews",
    title="No renewal of a certificate has failed or waits for somebody",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ACM_CERTIFICATE,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-17", "CP-10")},
    cases=Cases(
        passing=Given(
            ACM_CERTIFICATE,
            {
                "domain_name": "pay.example.com",
                "renewal_summaries": [{"renewal_status": "SUCCESS"}],
            },
        ),
        failing=(
            Change("renewal_summaries.0.renewal_status", "FAILED"),
            Change("renewal_summaries.0.renewal_status", _WAITING),
        ),
        unknown=(Hide("renewal_summaries"), Hide("renewal_summaries.0.renewal_status")),
        also_passing=(Change("renewal_summaries.0.renewal_status", "PENDING_AUTO_RENEWAL"),),
        not_applicable=(Remove("renewal_summaries"), Change("renewal_summaries", [])),
    ),
)
def renews(certificate: Resource) -> Outcome:
    """AWS begins 60 days before the end: what it can't prove then ends on that day.

    Source: AWS Certificate Manager User Guide, "Check a certificate's renewal status".
    """
    summaries = [*certificate.elements("renewal_summaries")]
    if not summaries:
        return NotApplicable("AWS has not begun to renew it")
    return each(summaries, _renewed)


def _renewed(summary: Block) -> Outcome:
    status = summary["renewal_status"]
    if status not in ("FAILED", _WAITING):
        return Pass()
    return Fail(
        summary.at("renewal_status"),
        "SUCCESS or PENDING_AUTO_RENEWAL",
        status,
        "Put back the DNS record that proves the domain, or answer AWS's e-mail.",
    )
