"""Certificates: they renew by themselves, and their keys hold."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, expect_that
from stackproof.model import (
    Category,
    Cause,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import ACM_CERTIFICATE

PUBLIC = {"domain_name": "pay.example.com", "validation_method": "DNS"}
IMPORTED = (Remove("validation_method"), Change("certificate_body", "-----BEGIN CERTIFICATE-----"))
STRONG_KEYS = (
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)


@control(
    "certificate-dns-validated",
    title="Certificates prove their domain through DNS, so that they renew by themselves",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ACM_CERTIFICATE,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-12",)},
    cases=Cases(
        passing=Given(ACM_CERTIFICATE, PUBLIC),
        failing=(Change("validation_method", "EMAIL"), Remove("validation_method")),
        unknown=(Hide("validation_method"),),
        not_applicable=(
            IMPORTED,
            (Remove("validation_method"), Change("type", "IMPORTED")),
            (Remove("validation_method"), Change("certificate_authority_arn", "arn:aws:acm-pca")),
        ),
    ),
)
def dns_validated(certificate: Resource) -> Outcome:
    """A certificate proven by e-mail expires when nobody reads the mail."""
    if _imported(certificate) or certificate.raw("certificate_authority_arn"):
        return NotApplicable("not a public certificate of ACM")
    return expect(certificate, "validation_method", "DNS", fix="Set validation_method to DNS.")


@control(
    "certificate-strong-key",
    title="Certificates have RSA keys of at least 2048 bits or elliptic-curve keys",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ACM_CERTIFICATE,
    frameworks={Framework.FSBP: ("ACM.2",), Framework.PCI: ("4.2.1",)},
    cases=Cases(
        passing=Given(ACM_CERTIFICATE, {**PUBLIC, "key_algorithm": "RSA_2048"}),
        failing=(Change("key_algorithm", "RSA_1024"),),
        unknown=(Hide("key_algorithm"), (*IMPORTED, Remove("key_algorithm"))),
        also_passing=(Remove("key_algorithm"), Change("key_algorithm", "EC_prime256v1")),
    ),
)
def strong_key(certificate: Resource) -> Outcome:
    """ACM makes RSA keys of 2048 bits by default; an imported key is known only when it is in."""
    if not certificate["key_algorithm"] and _imported(certificate):
        raise UnresolvedError(Unknown(Cause.NOT_KNOWN_AT_PREVIEW, "key_algorithm"))
    return expect_that(
        certificate,
        "key_algorithm",
        lambda algorithm: not algorithm or algorithm in STRONG_KEYS,
        expected="RSA_2048 or stronger, or an elliptic curve",
        fix="Ask for a certificate with key_algorithm RSA_2048 or EC_prime256v1.",
    )


@control(
    "certificate-transparency-logged",
    title="Public certificates are recorded in certificate transparency logs",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=ACM_CERTIFICATE,
    cases=Cases(
        passing=Given(
            ACM_CERTIFICATE,
            {**PUBLIC, "options": {"certificate_transparency_logging_preference": "ENABLED"}},
        ),
        failing=(Change("options.certificate_transparency_logging_preference", "DISABLED"),),
        unknown=(Hide("options.certificate_transparency_logging_preference"),),
        also_passing=(Remove("options"),),
        not_applicable=(IMPORTED,),
    ),
)
def transparency_logged(certificate: Resource) -> Outcome:
    """On by default; browsers distrust certificates that no log knows."""
    if _imported(certificate) or certificate.raw("certificate_authority_arn"):
        return NotApplicable("not a public certificate of ACM")
    return expect_that(
        certificate,
        "options.certificate_transparency_logging_preference",
        lambda preference: preference != "DISABLED",
        expected="ENABLED",
        fix="Remove the option or set it to ENABLED.",
    )


def _imported(certificate: Resource) -> bool:
    body, type_ = certificate.raw("certificate_body"), certificate.raw("type")
    return body is not None or type_ == "IMPORTED"
