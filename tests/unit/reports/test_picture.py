"""The picture of a stack: where things stand, what is marked, what is folded."""

from __future__ import annotations

from typing import Any

from stackproof import model
from stackproof.record import record_of
from stackproof.record.form import Record, Resource
from stackproof.record.pointing import pointing
from stackproof.reports.picture import Picture, picture_of
from tests.unit.reports.made import FAIL, finding, run

REGION = "eu-west-1"


def thing(type_: str, name: str, arn: str | None = "", **facts: Any) -> Resource:
    return Resource(
        status=facts.pop("status", "judged"),
        type=type_,
        urn=None,
        name=name,
        id=name,
        arn=f"arn:aws:x:::{name}" if arn == "" else arn,
        region=REGION,
        facts=facts,
    )


def _read(resource: Resource) -> model.Resource:
    return model.Resource(resource.facts, id=resource.id, arn=resource.arn)


def drawn(*resources: Resource, record: Record | None = None) -> Picture:
    base = record or record_of(run())
    pointed = pointing(resources, [_read(one) for one in resources])
    made = picture_of(base.model_copy(update={"resources": pointed}))
    assert made is not None
    return made


def subnet(name: str, zone: str) -> Resource:
    return thing("aws:ec2/subnet:Subnet", name, availability_zone=zone)


def server(name: str, *subnets: str) -> Resource:
    return thing("aws:ec2/instance:Instance", name, subnet_ids=list(subnets))


def test_things_stand_in_the_zones_of_their_subnets() -> None:
    made = drawn(
        *(subnet("subnet-1", "eu-west-1a"), subnet("subnet-2", "eu-west-1b")),
        *(server("i-001", "subnet-1"), server("i-002", "subnet-1", "subnet-2"), server("i-003")),
    )
    zones = [box.zone for box in made.boxes if box.label == "ec2.Instance"]
    assert zones == ["eu-west-1a", "several zones", "no zone"]
    assert [zone for zone, _ in made.columns] == [
        *("eu-west-1a", "eu-west-1b", "several zones", "no zone")
    ]
    assert [tier for tier, *_ in made.rows] == ["compute", "network"]


def test_what_fails_is_marked_and_what_could_not_be_read_is_unknown() -> None:
    record = record_of(run(finding(FAIL)))
    ledger = thing("aws:s3/bucket:Bucket", "ledger", record.findings[0].arn)
    hidden = thing("aws:sqs/queue:Queue", "orders", status="unreadable")
    states = {box.label: box.state for box in drawn(ledger, hidden, record=record).boxes}
    assert states == {"s3.Bucket": "fail", "sqs.Queue": "unknown"}


def test_settings_are_their_thing_s_and_lines_say_what_points_where() -> None:
    function = thing("aws:lambda/function:Function", "payments", bucket="ledger")
    bucket = thing("aws:s3/bucket:Bucket", "ledger")
    policy = thing("aws:s3/bucketPolicy:BucketPolicy", "ledger-policy", None, bucket="ledger")
    made = drawn(function, bucket, policy)
    assert [box.label for box in made.boxes] == ["lambda.Function", "s3.Bucket"]
    assert [(a.label, b.label) for a, b in made.lines] == [("lambda.Function", "s3.Bucket")]


def test_a_thousand_resources_stay_readable_and_none_is_lost() -> None:
    many = [thing(f"aws:iam/type{n % 50}:Type{n % 50}", f"thing-{n}") for n in range(1000)]
    made = drawn(*many)
    assert len(made.boxes) == 10
    assert sum(len(box.members) for box in made.boxes) == 1000
    assert made.boxes[-1].label == "41 more types"


def test_no_box_covers_another() -> None:
    many = [thing(f"aws:sns/t{n}:T{n}", f"thing-{n}", availability_zone="") for n in range(9)]
    places = [(box.x, box.y) for box in drawn(*many).boxes]
    assert len(set(places)) == len(places) == 9


def test_nothing_is_drawn_of_nothing() -> None:
    assert picture_of(record_of(run())) is None
