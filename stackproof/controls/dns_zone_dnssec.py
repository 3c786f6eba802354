"""Hosted zones: what public ones answer can be told from what somebody else answers."""

from __future__ import annotations

from functools import partial
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect, some
from stackproof.model import (
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
from stackproof.reasoning.dns_names import is_public
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import ROUTE53_DNSSEC, ROUTE53_KEY_SIGNING_KEY, ROUTE53_ZONE

_FIX: Final = (
    "Add an aws.route53.KeySigningKey with an ECC_NIST_P256 key of us-east-1 and an "
    "aws.route53.HostedZoneDnsSec, and its DS record to the parent zone."
)


@control(
    "dns-zone-dnssec",
    title="Public hosted zones are signed",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=ROUTE53_ZONE,
    needs=(ROUTE53_DNSSEC, ROUTE53_KEY_SIGNING_KEY),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("SC-20",)},
    cases=Cases(
        passing=Given(
            ROUTE53_ZONE,
            {"name": "example.com", "name_servers": ["ns-1.example"]},
            (
                Neighbour(
                    "signing",
                    ROUTE53_DNSSEC,
                    {"hosted_zone_id": Ref("subject"), "signing_status": "SIGNING"},
                ),
                Neighbour(
                    "key",
                    ROUTE53_KEY_SIGNING_KEY,
                    {
                        "hosted_zone_id": Ref("subject"),
                        "name": "first",
                        "key_management_service_arn": "arn:aws:kms:us-east-1:1:key/1",
                        "status": "ACTIVE",
                    },
                ),
            ),
        ),
        failing=(
            Without("signing"),
            Without("key"),
            Change("signing_status", "NOT_SIGNING", of="signing"),
            Change("signing_status", "ACTION_NEEDED", of="signing"),
            Change("status", "INACTIVE", of="key"),
            Change("status", "ACTION_NEEDED", of="key"),
            Change("hosted_zone_id", "Z0123456789", of="signing"),
        ),
        unknown=(
            Hide("hosted_zone_id", of="signing"),
            Hide("signing_status", of="signing"),
            Hide("status", of="key"),
            Hide("vpcs"),
        ),
        absent=(Without("signing"),),
        also_passing=((Remove("signing_status", of="signing"), Remove("status", of="key")),),
        not_applicable=(
            (Without("signing"), Change("vpcs", [{"vpc_id": "vpc-1"}])),
            (Without("signing"), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def signed(zone: Resource, stack: Stack) -> Outcome:
    """Whoever slips in answers of their own leads visitors, and who issues certificates, astray.

    That the parent zone has the DS record stands at whoever keeps it. Source: Amazon Route 53
    Developer Guide, "Configuring DNSSEC signing in Amazon Route 53".
    """
    if not is_public(zone, stack):
        return NotApplicable("a private zone, which can't be signed")
    unsigned = Fail("signing_status", "SIGNING", None, _FIX)
    signing = some(
        referrers(zone, stack, ROUTE53_DNSSEC, "hosted_zone_id"),
        partial(_is, "signing_status", "SIGNING"),
        unsigned,
    )
    if not isinstance(signing, Pass):
        return signing
    return some(
        referrers(zone, stack, ROUTE53_KEY_SIGNING_KEY, "hosted_zone_id"),
        partial(_is, "status", "ACTIVE"),
        Fail("key_signing_key.status", "ACTIVE", None, _FIX),
    )


def _is(path: str, wanted: str, part: Resource) -> Outcome:
    # Both default to it.
    return Pass() if part[path] in (None, "") else expect(part, path, wanted, fix=_FIX)
