"""Route 53: hosted zones that are signed, and the keys that sign them."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
)
from stackproof.types.tokens import ROUTE53_DNSSEC, ROUTE53_KEY_SIGNING_KEY


@creator
class KeySigningKey(Creator):
    """A key that signs a zone."""

    type = ROUTE53_KEY_SIGNING_KEY
    replace_on = frozenset({"hosted_zone_id", "key_management_service_arn", "name"})
    defaults: ClassVar[Properties] = {"status": "ACTIVE"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the key to the zone."""
        zone, name = inputs["hosted_zone_id"], inputs["name"]
        aws.client("route53").create_key_signing_key(
            CallerReference=uuid4().hex,
            HostedZoneId=zone,
            KeyManagementServiceArn=inputs["key_management_service_arn"],
            Name=name,
            Status=inputs["status"],
        )
        return Created(f"{zone},{name}")

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Let the key sign, or sign no more."""
        if changed(old, new, "status"):
            zone, name = id_.split(",")
            route53, active = aws.client("route53"), new["status"] == "ACTIVE"
            change = (
                route53.activate_key_signing_key if active else route53.deactivate_key_signing_key
            )
            change(HostedZoneId=zone, Name=name)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the key away, which must not sign any more."""
        zone, name = id_.split(",")
        route53 = aws.client("route53")
        with already_gone("NoSuchHostedZone", "NoSuchKeySigningKey"):
            if state["status"] == "ACTIVE":
                route53.deactivate_key_signing_key(HostedZoneId=zone, Name=name)
            route53.delete_key_signing_key(HostedZoneId=zone, Name=name)


@creator
class HostedZoneDnsSec(Creator):
    """Whether a zone is signed."""

    type = ROUTE53_DNSSEC
    replace_on = frozenset({"hosted_zone_id"})
    defaults: ClassVar[Properties] = {"signing_status": "SIGNING"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Sign the zone, or don't."""
        self._sign(aws, inputs["hosted_zone_id"], inputs)
        return Created(inputs["hosted_zone_id"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Sign the zone, or sign it no more."""
        if changed(old, new, "signing_status"):
            self._sign(aws, id_, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Sign the zone no more."""
        with already_gone("NoSuchHostedZone", "DNSSECNotFound"):
            aws.client("route53").disable_hosted_zone_dnssec(HostedZoneId=id_)

    def _sign(self, aws: Cloud, zone: str, inputs: Properties) -> None:
        route53, signed = aws.client("route53"), inputs["signing_status"] == "SIGNING"
        change = route53.enable_hosted_zone_dnssec if signed else route53.disable_hosted_zone_dnssec
        change(HostedZoneId=zone)
