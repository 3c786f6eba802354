"""Certificates that a listener chooses from by name: made, read back and deleted."""

from __future__ import annotations

from stackproof.types.tokens import LB, LB_LISTENER, LB_LISTENER_CERTIFICATE
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_listener_certificate_round_trip(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.0.0.0/16", tags=TAGS)
    subnets = [
        world.make(
            "aws:ec2/subnet:Subnet",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{number}.0/24",
            availability_zone=f"us-east-1{zone}",
            tags=TAGS,
        ).id
        for number, zone in enumerate("ab")
    ]
    balancer = world.make(LB, name="shop", subnets=subnets, tags=TAGS)
    first, second = (
        world.make("aws:acm/certificate:Certificate", domain_name=name, validation_method="DNS")
        for name in ("shop.example.com", "www.example.com")
    )
    listener = world.make(
        LB_LISTENER,
        load_balancer_arn=balancer.id,
        port=443,
        protocol="HTTPS",
        certificate_arn=first.id,
        default_actions=[
            {
                "type": "fixed-response",
                "fixed_response": {"content_type": "text/plain", "status_code": "200"},
            }
        ],
        tags=TAGS,
    )
    made = world.make(LB_LISTENER_CERTIFICATE, listener_arn=listener.id, certificate_arn=second.id)
    assert_shown(world, made)
    assert len(world.snapshot().stack().all(LB_LISTENER_CERTIFICATE)) == 1
    assert_gone(world, made)
