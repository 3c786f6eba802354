"""Certificates, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import ACM_CERTIFICATE

_CERTIFICATE_ARN = r"arn:[^:]+:acm:{region}:\d+:certificate/.+"


def certificate_properties(item: Mapping[str, Any]) -> dict[str, Any]:
    """Translate DescribeCertificate's answer, its tags left out."""
    options = item.get("DomainValidationOptions") or ()
    records = [(option, option.get("ResourceRecord") or {}) for option in options]
    logging = (item.get("Options") or {}).get("CertificateTransparencyLoggingPreference")
    method = next((option.get("ValidationMethod") for option in options), None)
    return {
        "arn": item["CertificateArn"],
        "domain_name": item["DomainName"],
        "subject_alternative_names": list(item.get("SubjectAlternativeNames") or ()),
        "key_algorithm": str(item.get("KeyAlgorithm", "")).replace("-", "_"),
        "status": item.get("Status"),
        "type": item.get("Type"),
        "validation_method": method or ("NONE" if item.get("Type") == "IMPORTED" else None),
        "renewal_eligibility": item.get("RenewalEligibility"),
        "renewal_summaries": _renewals(item.get("RenewalSummary")),
        "not_after": str(item["NotAfter"]) if item.get("NotAfter") else None,
        "options": {"certificate_transparency_logging_preference": logging} if logging else None,
        "domain_validation_options": [
            {
                "domain_name": option["DomainName"],
                "resource_record_name": record.get("Name"),
                "resource_record_type": record.get("Type"),
                "resource_record_value": record.get("Value"),
            }
            for option, record in records
        ],
    }


def _renewals(summary: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Translate what AWS says of a managed renewal, which is missing until the first begins."""
    if not summary:
        return []
    return [
        {
            "renewal_status": summary.get("RenewalStatus"),
            "renewal_status_reason": summary.get("RenewalStatusReason"),
        }
    ]


def _certificates(scope: Scope) -> Iterable[Mapping[str, Any]]:
    # A certificate is known by its ARN (tags, outputs, the listener that uses it).
    arns = scope.named(_CERTIFICATE_ARN.format(region=scope.region))
    return ({"CertificateArn": arn} for arn in arns)


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["CertificateArn"]
    yield Resource(
        data=certificate_properties(item) | {"tags": scope.tags_of(arn)},
        type=ACM_CERTIFICATE,
        name=item["DomainName"],
        id=arn,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(ACM_CERTIFICATE,),
        listing=Ask("acm", "DescribeCertificate", "Certificate"),
        targets=_certificates,
        get_parameters=lambda id_, state: {"CertificateArn": id_},
        key=lambda item, scope: Key(item["CertificateArn"], item["CertificateArn"]),
        build=_build,
        arn_service="acm",
        referenced=True,
    ),
)
