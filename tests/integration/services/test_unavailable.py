"""What the embedded AWS can't do is said in one sentence that names the operation."""

from __future__ import annotations

import pytest

from stackproof.embedded import faults
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.server.control import Server
from tests.integration.services.roundtrip import World

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
