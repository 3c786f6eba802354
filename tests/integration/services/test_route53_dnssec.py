"""Signed hosted zones: made, changed, read back, deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stackproof.types.tokens import (
    KMS_KEY,
    ROUTE53_DNSSEC,
    ROUTE53_KEY_SIGNING_KEY,
    ROUTE53_ZONE,
    VPC,
)
from tests.integration.services.roundtrip import World, assert_gone, assert_shown


def test_zone_is_signed_by_its_key(world: World) -> None:
    zone = world.make(ROUTE53_ZONE, name="shop.example")
    kms = world.make(KMS_KEY, customer_master_key_spec="ECC_NIST_P256", key_usage="SIGN_VERIFY")
    key = world.make(
        ROUTE53_KEY_SIGNING_KEY,
        hosted_zone_id=zone.id,
        key_management_service_arn=kms["arn"],
        name="first",
    )
    assert key["ds_record"].endswith(key["digest_value"])
    signing = world.make(ROUTE53_DNSSEC, hosted_zone_id=zone.id)
    assert_shown(world, key)
    assert_shown(world, signing)
    assert signing["signing_status"] == "SIGNING"
    world.change(signing, signing_status="NOT_SIGNING")
    assert_shown(world, signing)
    world.change(key, status="INACTIVE")
    assert_shown(world, key)
    assert_gone(world, key)


def test_private_zones_cannot_be_signed(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.0.0.0/16")
    zone = world.make(ROUTE53_ZONE, name="shop.internal", vpcs=[{"vpc_id": vpc.id}])
    with pytest.raises(ClientError, match="private hosted zones"):
        world.cloud.client("route53").get_dnssec(HostedZoneId=zone.id)
