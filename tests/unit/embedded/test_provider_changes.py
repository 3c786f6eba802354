from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from stackproof.embedded import reading
from stackproof.embedded.provider.wire import SECRET, SIGNATURE, UNKNOWN_STRING, Bag, from_struct
from stackproof.model import Cause, Unknown
from tests.unit.embedded.provider_world import Aborted, Engine, Thing

STATE = {"name": "a", "delaySeconds": 1, "arn": "arn:1", "region": "us-east-1"}


def test_a_preview_creates_nothing(engine: Engine, thing: Thing) -> None:
    id_, made = engine.create({"name": "a", "policy": UNKNOWN_STRING}, preview=True)
    assert (id_, made.values["name"], "arn" in made.values) == ("", "a", False)
    engine.update({"name": "a"}, STATE, {"name": "a", "delaySeconds": 2}, preview=True)
    assert thing.regions == []


def test_a_preview_of_a_change_keeps_what_aws_computed(engine: Engine) -> None:
    was = {"name": "a", "delaySeconds": 1, "policy": "{}"}
    told = engine.update(was, {**STATE, **was}, {"name": "a", "delaySeconds": 2}, preview=True)
    assert told.values == {**STATE, "delaySeconds": 2}


def test_a_new_resource_has_its_inputs_outputs_region_and_all_tags(engine: Engine) -> None:
    id_, made = engine.create({"name": "a", "tags": {"A": "1"}})
    assert id_ == "id-1"
    assert made.values == {
        "name": "a",
        "tags": {"A": "1"},
        "tagsAll": {"A": "1"},
        "arn": "arn:aws:sqs:::thing",
        "token": "made-up",
        "region": "us-east-1",
    }


def test_a_resource_is_made_and_changed_and_deleted_in_its_region(
    engine: Engine, thing: Thing
) -> None:
    there = {"region": "eu-west-1"}
    engine.create(there)
    engine.update(there, there, there)
    request = provider_pb2.DeleteRequest(id="id-1", urn="urn:pulumi:d::p::aws:sqs/queue:Queue::t")
    request.properties.update(there)
    engine.provider.Delete(request, engine.context)
    assert thing.regions == ["eu-west-1"] * 3


def test_secret_inputs_and_outputs_stay_secret(engine: Engine) -> None:
    inputs = {"policy": "p", "tags": {"A": {SIGNATURE: SECRET, "value": "1"}}}
    _, made = engine.create(inputs, secrets=["policy"])
    assert made.secrets == {"policy", "tags", "tagsAll", "token"}
    assert engine.update({}, {}, {"name": "a"}).secrets == {"token"}


def test_no_secret_is_told_in_an_error(engine: Engine) -> None:
    with pytest.raises(Aborted) as told:
        engine.create({"policy": "refused", "password": "hunter2"}, secrets=["password"])
    assert str(told.value) == "refused with [secret]"


def test_a_function_that_is_not_there_is_named(engine: Engine) -> None:
    request = provider_pb2.InvokeRequest(tok="aws:appsync/getApi:getApi")
    with pytest.raises(
        Aborted, match="aws:appsync/getApi:getApi is not available on the embedded AWS"
    ):
        engine.provider.Invoke(request, engine.context)


class TestRead:
    @pytest.fixture
    def live(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What AWS shows of the resource."""
        shown: dict[str, Any] = {"name": "a", "delay_seconds": 1, "arn": "arn:1"}
        monkeypatch.setattr(reading, "is_readable", lambda type_: True)
        monkeypatch.setattr(reading.Reading, "_live", lambda *_: shown or None)
        return shown

    def test_nothing_changed(self, engine: Engine, live: dict[str, Any]) -> None:
        live |= {"tags": {}, "kms_master_key_id": "default"}
        told = engine.read(STATE, {"name": "a", "delaySeconds": 1})
        assert from_struct(told.properties).values == STATE
        assert from_struct(told.inputs).values == {"name": "a", "delaySeconds": 1}

    def test_what_was_changed_is_in_inputs_and_outputs(
        self, engine: Engine, live: dict[str, Any]
    ) -> None:
        live |= {"delay_seconds": 5, "tags": {"New": "tag"}}
        told = engine.read(STATE, {"name": "a", "delaySeconds": 1})
        changed = {"name": "a", "delaySeconds": 5, "tags": {"New": "tag"}}
        assert from_struct(told.inputs).values == changed
        expected = {**STATE, **changed, "tagsAll": {"New": "tag"}}
        assert from_struct(told.properties).values == expected

    def test_what_was_taken_away_is_gone_from_both(
        self, engine: Engine, live: dict[str, Any]
    ) -> None:
        live["delay_seconds"] = None
        told = engine.read(STATE, {"name": "a", "delaySeconds": 1})
        assert from_struct(told.inputs).values == {"name": "a"}
        assert "delaySeconds" not in from_struct(told.properties).values

    def test_what_aws_never_shows_stays_and_stays_secret(
        self, engine: Engine, live: dict[str, Any]
    ) -> None:
        state, inputs = {**STATE, "password": "x"}, {"password": "x"}
        told = engine.read(state, inputs, secrets=["password"])
        assert from_struct(told.properties) == Bag(state, frozenset({"password"}))
        assert from_struct(told.inputs) == Bag(inputs, frozenset({"password"}))

    def test_a_gone_resource_has_no_id(self, engine: Engine, live: dict[str, Any]) -> None:
        live.clear()
        assert engine.read(STATE, {"name": "a"}).id == ""

    def test_an_id_alone_brings_all_that_aws_shows(
        self, engine: Engine, live: dict[str, Any]
    ) -> None:
        of_get: dict[str, Any] = {}
        for inputs in (of_get, None):
            told = engine.read({}, inputs)
            assert told.id == "id-1"
            shown = {"name": "a", "delaySeconds": 1, "arn": "arn:1"}
            assert from_struct(told.properties).values == shown

    def test_what_could_not_be_seen_is_an_error(self, engine: Engine, live: dict[str, Any]) -> None:
        live["delay_seconds"] = Unknown(Cause.ACCESS_DENIED, detail="sqs:GetQueueAttributes")
        with pytest.raises(Aborted) as told:
            engine.read(STATE, {"name": "a"})
        assert str(told.value) == (
            "delay_seconds of aws:sqs/queue:Queue id-1 could not be read: "
            "access denied (sqs:GetQueueAttributes)"
        )

    def test_what_the_emulator_lacks_stays_as_it_was(
        self, engine: Engine, live: dict[str, Any]
    ) -> None:
        live["delay_seconds"] = Unknown(Cause.UNSUPPORTED)
        assert from_struct(engine.read(STATE, {"name": "a"}).properties).values == STATE

    def test_a_type_without_a_reader_stays_as_it_was(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("stackproof.sights.live.readers.readers", lambda: ())
        told = engine.read(STATE, {"name": "a"})
        assert from_struct(told.properties).values == STATE
        with pytest.raises(Aborted, match="cannot be looked up"):
            engine.read({}, None)
