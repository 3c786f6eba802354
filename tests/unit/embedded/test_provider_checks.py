from __future__ import annotations

import json
import re

import pytest

from stackproof.embedded.provider.servicer import Provider
from stackproof.embedded.provider.wire import SECRET, SIGNATURE, UNKNOWN_STRING
from stackproof.model import Unknown
from tests.unit.embedded.provider_world import URN, Aborted, Engine

LOOPBACK = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "AWS_ENDPOINT_URL is not set"),
        ({"AWS_ENDPOINT_URL": "https://sqs.us-east-1.amazonaws.com"}, "not on this machine"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1.example.com:5000"}, "not on this machine"),
    ],
)
def test_nothing_but_loopback_is_served(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(Aborted, match=sentence):
        Engine(Provider(environment)).configure(region="us-east-1")


def test_the_region_must_be_known() -> None:
    with pytest.raises(Aborted, match="no region is set for the AWS provider"):
        Engine(Provider(LOOPBACK)).configure()
    Engine(Provider({**LOOPBACK, "AWS_REGION": "us-west-2"})).configure()


def test_default_tags_that_are_no_tags_are_refused() -> None:
    with pytest.raises(Aborted, match="defaultTags of the AWS provider holds"):
        Engine(Provider(LOOPBACK)).configure(region="us-east-1", defaultTags="[1]")


def test_check_fills_in_defaults_and_a_name(engine: Engine) -> None:
    checked = engine.check({"policy": "{}"}).values
    assert checked["delaySeconds"] == 0
    assert re.fullmatch(r"thing-[0-9a-f]{7}", checked["name"])


def test_a_generated_name_is_kept_until_the_resource_is_replaced(engine: Engine) -> None:
    first = engine.check({}).values
    assert engine.check({}, first).values == first
    assert engine.check({}, {}).values["name"] != first["name"]


def test_a_name_that_the_program_no_longer_gives_is_not_kept(engine: Engine) -> None:
    assert engine.check({}, {"name": "chosen"}).values["name"] != "chosen"


def test_unknown_leaves_pass_through(engine: Engine) -> None:
    checked = engine.check({"name": UNKNOWN_STRING, "tags": {"Owner": UNKNOWN_STRING}}).values
    assert isinstance(checked["name"], Unknown)
    assert isinstance(checked["tags"]["Owner"], Unknown)


def test_secrets_stay_where_they_were(engine: Engine) -> None:
    nested = {"tags": {"Owner": {SIGNATURE: SECRET, "value": "x"}, "Team": "pay"}}
    assert engine.check(nested, secrets=["policy"]).secrets == {"tags"}
    assert engine.check({"policy": "p"}, secrets=["policy"]).secrets == {"policy"}


def test_default_tags_are_merged_where_a_type_has_tags(engine: Engine) -> None:
    tags = {"Owner": "default", "Team": "pay"}
    engine.configure(region="us-east-1", defaultTags=json.dumps({"tags": tags}))
    assert engine.check({"tags": {"Owner": "own"}}).values["tags"] == {**tags, "Owner": "own"}
    assert engine.check({}).values["tags"] == tags
    alias = URN.replace("aws:sqs/queue:Queue", "aws:kms/alias:Alias")
    assert "tags" not in engine.check({"name": "alias/a"}, urn=alias).values


def test_a_type_that_is_not_there_is_named(engine: Engine) -> None:
    urn = URN.replace("aws:sqs/queue:Queue", "aws:appsync/apiKey:ApiKey")
    with pytest.raises(Aborted) as told:
        engine.check({}, urn=urn)
    assert str(told.value) == ("aws:appsync/apiKey:ApiKey is not available on the embedded AWS")
