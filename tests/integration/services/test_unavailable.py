"""What the embedded AWS can't do is said in one sentence that names the operation."""

from __future__ import annotations

import pytest

from stackproof.embedded import faults
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.server.control import Server
from stackproof.sights.live.unread import UNREAD, Unread
from stackproof.types.tokens import S3_BUCKET
from tests.integration.services.roundtrip import TAGS, World

CASES = {
    "iam": ("CreateUser", "aws:iam/user:User", {}),
    "ec2": ("CreateVpc", "aws:ec2/vpc:Vpc", {"cidr_block": "10.0.0.0/16"}),
    "logs": ("CreateLogGroup", "aws:cloudwatch/logGroup:LogGroup", {}),
    "apigatewayv2": ("CreateApi", "aws:apigatewayv2/api:Api", {"protocol_type": "HTTP"}),
}


@pytest.mark.parametrize("service", CASES)
def test_operation_that_is_not_there_is_named(server: Server, world: World, service: str) -> None:
    operation, type_, inputs = CASES[service]
    faults.inject(server, faults.Fault("unsupported", service, operation))
    try:
        with pytest.raises(EmbeddedError) as told:
            world.make(type_, **inputs)
    finally:
        faults.clear(server)
    sentence = f"{type_} was not created: {operation} is not available on the embedded AWS"
    assert str(told.value) == sentence


def test_properties_of_another_form_are_told_in_one_sentence(world: World) -> None:
    with pytest.raises(EmbeddedError) as told:
        world.make("aws:ec2/securityGroup:SecurityGroup", ingress=["tcp"])
    assert str(told.value).startswith(
        "aws:ec2/securityGroup:SecurityGroup was not created: the embedded AWS can't make sense "
        "of its properties (TypeError: "
    )


def test_type_that_nothing_reads_is_a_gap_where_its_arns_are_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(UNREAD, "aws:a/b:B", Unread("for the test", arns="s3:[^/]+"))
    monkeypatch.setitem(UNREAD, "aws:c/d:D", Unread("for the test", arns="s3:.+/.+"))
    world.make(S3_BUCKET, tags=TAGS)
    gaps = world.snapshot().gaps
    assert gaps["aws:a/b:B"].detail == "nothing reads aws:a/b:B: for the test"
    assert "aws:c/d:D" not in gaps
