"""Names are translated between the wire and Python; a user's own words never are."""

from __future__ import annotations

import pytest

from stackproof.types.names import from_wire, to_wire

KEYS = {"X-Request-Id": "1", "detailType": "$.detail-type", "append:header.requestId": "x"}


@pytest.mark.parametrize(
    "wire",
    [
        {"environment": {"variables": KEYS}},
        {"inputTransformer": {"inputPaths": KEYS, "inputTemplate": "<detailType>"}},
        {"httpTarget": {"headerParameters": KEYS, "queryStringParameters": KEYS}},
        {"responseParameters": [{"statusCode": "500", "mappings": KEYS}]},
        {"requestParameters": KEYS},
    ],
)
def test_keys_of_the_users_own_survive_the_way_there_and_back(wire: dict[str, object]) -> None:
    python = from_wire(wire)
    assert to_wire(python) == wire
    assert repr(KEYS) in repr(python)


def test_settings_of_a_pipelines_action_keep_the_names_that_its_provider_gave() -> None:
    action = {"provider": "CodeBuild", "configuration": {"ProjectName": "app"}, "runOrder": 1}
    python = from_wire({"stages": [{"actions": [action]}]})
    (shown,) = python["stages"][0]["actions"]
    assert shown == {
        "provider": "CodeBuild",
        "configuration": {"ProjectName": "app"},
        "run_order": 1,
    }
    assert to_wire(python) == {"stages": [{"actions": [action]}]}


def test_configuration_of_anything_else_is_translated() -> None:
    wire = {"configuration": {"executeCommandConfiguration": {"kmsKeyId": "key"}}}
    python = from_wire(wire)
    assert python == {"configuration": {"execute_command_configuration": {"kms_key_id": "key"}}}
    assert to_wire(python) == wire
