"""Values that the run knows as secret stand in no text that it keeps or shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.model import Resource
from stackproof.record.known_secrets import (
    Hiding,
    of_export,
    of_outputs,
    of_resources,
    secret_outputs,
)
from stackproof.sights.special import OUTPUT, SECRET, SIGNATURE

FUNCTION = "aws:lambda/function:Function"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
HELD = "Tr0ub4dor and three"
CONTAINERS = json.dumps([{"name": "web", "environment": [{"name": "MOTTO", "value": HELD}]}])


def resource(type_: str = FUNCTION, **data: Any) -> Resource:
    return Resource(data, type=type_, name="pay", urn="urn:pay", id="pay-1")


@pytest.mark.parametrize(
    ("held", "state"),
    [
        (resource(environment={"variables": {"MOTTO": HELD}}), {}),
        (resource(TASK, container_definitions=CONTAINERS), {}),
        (resource("aws:rds/cluster:Cluster", master_password=HELD), {}),
        (resource("aws:ssm/parameter:Parameter", value=HELD), {}),
        (resource(handler=HELD), {"urn:pay": {"handler"}}),
    ],
)
def test_values_that_a_record_keeps_no_more_than_a_digest_of_are_known(
    held: Resource, state: dict[str, set[str]]
) -> None:
    assert HELD in set(of_resources([held], state))


def test_what_stands_in_plain_elsewhere_is_no_secret() -> None:
    environment = {"variables": {"HANDLER": "app.handler", "ROLE": "arn:aws:iam::1:role/x"}}
    held = resource(environment={**environment, "LEVEL": "info"}, handler="app.handler")
    assert list(of_resources([held], {})) == []


def test_secrets_of_an_export_and_of_outputs_are_known() -> None:
    secret = {SIGNATURE: SECRET, "plaintext": json.dumps({"inner": HELD})}
    output = {SIGNATURE: OUTPUT, "secret": 1, "value": "abcdef"}
    outputs = {"login": {SIGNATURE: SECRET, "ciphertext": "v1:x"}, "vpc": "vpc-1"}
    exported = {
        "deployment": {
            "resources": [
                {"type": "pulumi:pulumi:Stack", "outputs": outputs},
                {"type": FUNCTION, "inputs": {"handler": secret}},
                {
                    "type": FUNCTION,
                    "inputs": {"x": output},
                },
            ]
        }
    }
    assert list(of_export(exported)) == [HELD, "abcdef"]
    assert secret_outputs(exported) == {"login"}
    values = {"login": HELD, "vpc": "vpc-1", "db_password": "hunter2!"}
    assert list(of_outputs(values, {"login"})) == [HELD, "hunter2!"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"it is {HELD}", "it is (hidden)"),
        (f"{{'A': '{HELD}'}}", "{'A': '(hidden)'}"),
        ("'Tr0ub4do...' is cut", "'(hidden)...' is cut"),
        ("...three' is cut", "...(hidden)' is cut"),
        ('it\'s "q\\nx-line"', 'it\'s "(hidden)"'),
        ("hunter22 is not hunter2", "hunter22 is not (hidden)"),
        ("nothing... at all", "nothing... at all"),
    ],
)
def test_values_are_hidden_also_in_quotes_and_where_they_are_cut(text: str, shown: str) -> None:
    assert Hiding([HELD, "q\nx-line", "hunter2", "x"])(text) == shown


def test_nothing_is_hidden_where_nothing_is_known() -> None:
    assert Hiding([])("a text...") == "a text..."
