"""ACM certificates, Route 53 zones and records: what is declared is what AWS shows."""

from __future__ import annotations

from stackproof.embedded.frame.base import Cloud
from stackproof.embedded.server.control import Server
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown

OWNED_BY_STATE = ("allow_overwrite", "force_destroy")


def test_certificate_round_trip(world: World) -> None:
    certificate = world.make(
        "aws:acm/certificate:Certificate",
        domain_name="pay.example.com",
        validation_method="DNS",
        tags=TAGS,
    )
    proof = certificate["domain_validation_options"][0]
    assert proof["resource_record_type"] == "CNAME"
    assert_shown(world, certificate)
    world.change(certificate, tags=TAGS | {"Owner": "platform"})
    assert_shown(world, certificate)
    assert_gone(world, certificate)


def test_zone_and_records_round_trip(world: World) -> None:
    zone = world.make("aws:route53/zone:Zone", name="roundtrip.example.com", tags=TAGS)
    assert_shown(world, zone, hidden=("force_destroy",))
    text = world.make(
        "aws:route53/record:Record",
        zone_id=zone.id,
        name="proof",
        type="TXT",
        ttl=300,
        records=["one"],
        allow_overwrite=True,
    )
    assert text["fqdn"] == "proof.roundtrip.example.com"
    assert text.id == f"{zone.id}_proof.roundtrip.example.com_TXT"
    alias = world.make(
        "aws:route53/record:Record",
        zone_id=zone.id,
        name="roundtrip.example.com",
        type="A",
        aliases=[
            {
                "name": "lb-1.us-east-1.elb.amazonaws.com",
                "zone_id": "Z35SXDOTRQ7X7K",
                "evaluate_target_health": True,
            }
        ],
    )
    assert_shown(world, alias)
    world.change(text, records=["two"], ttl=60)
    assert_gone(world, text)
    assert_gone(world, alias)
    world.change(zone, comment="changed")
    assert_shown(world, zone, hidden=("force_destroy",))
    assert_gone(world, zone)


def test_zone_of_a_stack_in_another_region_shows_its_tags(server: Server) -> None:
    world = World(Cloud(server.endpoint, "us-west-2"))
    zone = world.make("aws:route53/zone:Zone", name="elsewhere.example.com", tags=TAGS)
    assert_shown(world, zone, hidden=("force_destroy",))
    assert_gone(world, zone)
