"""Property bags of Pulumi's provider protocol, against the encoders of Pulumi's own SDK."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from stackproof.embedded.provider import wire
from stackproof.model import Cause, Unknown

NOT_KNOWN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def struct(**values: Any) -> Struct:
    return json_format.ParseDict(values, Struct())


def plain_json(bag: Struct) -> Mapping[str, Any]:
    decoded: Mapping[str, Any] = json_format.MessageToDict(bag)
    return decoded


def signed(signature: str, **fields: Any) -> dict[str, Any]:
    return {wire.SIGNATURE: signature, **fields}


def sent_by_the_sdk(inputs: dict[str, Any]) -> Struct:
    return asyncio.run(rpc.serialize_properties(inputs, {}))


def test_plain_values_keep_their_types() -> None:
    values = {
        "name": "db",
        "multiAz": True,
        "port": 5432,
        "ratio": 0.75,
        "finalSnapshotIdentifier": None,
        "azs": ["a", "b"],
        "tags": {"Name": "db"},
        "empty": {"list": [], "dict": {}},
    }
    assert wire.from_struct(struct(**values)) == (values, frozenset())


def test_integral_numbers_become_integers_and_others_stay_as_they_are() -> None:
    numbers = wire.from_struct(struct(port=443.0, ratio=0.5, huge=1e300, negative=-1.0)).values
    assert {name: type(number) for name, number in numbers.items()} == {
        "port": int,
        "ratio": float,
        "huge": float,
        "negative": int,
    }


def test_booleans_do_not_become_numbers() -> None:
    assert wire.from_struct(struct(on=True, off=False)).values["on"] is True
    assert plain_json(wire.to_struct({"on": True, "one": 1}))["on"] is True


@pytest.mark.parametrize("sentinel", sorted(wire.UNKNOWNS))
def test_each_sentinel_is_an_unknown_leaf_at_any_depth(sentinel: str) -> None:
    bag = wire.from_struct(struct(id=sentinel, subnets=["a", sentinel], rule={"group": sentinel}))
    assert bag.values == {
        "id": NOT_KNOWN,
        "subnets": ["a", NOT_KNOWN],
        "rule": {"group": NOT_KNOWN},
    }


def test_an_unknown_leaf_goes_back_as_the_sentinel_of_the_sdk() -> None:
    sent = wire.to_struct({"arn": NOT_KNOWN, "subnets": [NOT_KNOWN]})
    assert plain_json(sent) == {"arn": rpc.UNKNOWN, "subnets": [rpc.UNKNOWN]}


def test_secrets_are_unwrapped_and_named_by_their_top_level_property() -> None:
    secret = signed(wire.SECRET, value="hunter2")
    bag = wire.from_struct(
        struct(
            password=secret,
            environment={"variables": {"KEY": secret}},
            list=["open", secret],
            nested=signed(wire.SECRET, value={"inner": secret}),
            open="yes",
        )
    )
    assert bag.values == {
        "password": "hunter2",
        "environment": {"variables": {"KEY": "hunter2"}},
        "list": ["open", "hunter2"],
        "nested": {"inner": "hunter2"},
        "open": "yes",
    }
    assert bag.secrets == {"password", "environment", "list", "nested"}


def test_a_secret_that_is_not_known_is_both() -> None:
    bag = wire.from_struct(struct(password=signed(wire.SECRET, value=wire.UNKNOWN_STRING)))
    assert bag == ({"password": NOT_KNOWN}, frozenset({"password"}))


def test_marked_properties_are_secrets_for_the_sdk() -> None:
    sent = wire.to_struct({"password": "hunter2", "name": "db"}, secrets={"password", "absent"})
    received = rpc.deserialize_properties(sent)
    assert received["name"] == "db"
    assert rpc.is_rpc_secret(received["password"])
    assert rpc.unwrap_rpc_secret(received["password"]) == "hunter2"


@pytest.mark.parametrize(
    ("asset", "signature", "content"),
    [
        (pulumi.FileAsset("site.html"), wire.ASSET, {"path": "site.html"}),
        (pulumi.StringAsset("hello"), wire.ASSET, {"text": "hello"}),
        (pulumi.FileArchive("code.zip"), wire.ARCHIVE, {"path": "code.zip"}),
    ],
)
def test_assets_are_dicts_that_go_back_unharmed(
    asset: object, signature: str, content: dict[str, str]
) -> None:
    sent = sent_by_the_sdk({"source": asset})
    bag = wire.from_struct(sent)
    assert bag.values == {"source": signed(signature, **content)}
    assert wire.to_struct(bag.values) == sent


def test_archives_of_assets_keep_their_members() -> None:
    archive = pulumi.AssetArchive({"main.py": pulumi.StringAsset("pass")})
    bag = wire.from_struct(sent_by_the_sdk({"code": archive}))
    assert bag.values["code"]["assets"] == {"main.py": signed(wire.ASSET, text="pass")}


def test_secrets_and_unknowns_of_the_sdk_are_understood() -> None:
    inputs = {"password": rpc.wrap_rpc_secret("hunter2"), "subnet": rpc.UNKNOWN}
    bag = wire.from_struct(sent_by_the_sdk(inputs))
    assert bag == ({"password": "hunter2", "subnet": NOT_KNOWN}, frozenset({"password"}))


def test_output_values_are_their_value_or_unknown() -> None:
    bag = wire.from_struct(
        struct(
            known=signed(wire.OUTPUT, value="a", dependencies=["urn"]),
            secret=signed(wire.OUTPUT, value="b", secret=True),
            later=signed(wire.OUTPUT),
        )
    )
    assert bag.values == {"known": "a", "secret": "b", "later": NOT_KNOWN}
    assert bag.secrets == {"secret"}


def test_resource_references_are_the_id_or_else_the_urn() -> None:
    bag = wire.from_struct(
        struct(
            bucket=signed(wire.RESOURCE, urn="urn:bucket", id="my-bucket"),
            component=signed(wire.RESOURCE, urn="urn:component"),
            later=signed(wire.RESOURCE, urn="urn:later", id=""),
        )
    )
    assert bag.values == {"bucket": "my-bucket", "component": "urn:component", "later": NOT_KNOWN}


@pytest.mark.parametrize(
    "form", [signed("made up"), signed(wire.SECRET), signed(wire.RESOURCE, id="x")]
)
def test_a_form_outside_the_protocol_is_refused_with_its_place(form: dict[str, Any]) -> None:
    with pytest.raises(wire.WireError, match=r"^rules\[0\]\.group has a form"):
        wire.from_struct(struct(rules=[{"group": form}]))


@pytest.mark.parametrize("value", [datetime.datetime(2026, 1, 1), b"raw", {1, 2}, object()])
def test_a_value_that_is_not_plain_data_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(wire.WireError, match=rf"^a\.b\[1\] is a {type(value).__name__}, which"):
        wire.to_struct({"a": {"b": ["fine", value]}})


def test_a_refused_secret_is_not_shown() -> None:
    with pytest.raises(wire.WireError) as caught:
        wire.to_struct({"password": b"hunter2"}, secrets={"password"})
    assert "hunter2" not in str(caught.value)


def test_keys_come_in_alphabetical_order_at_every_level() -> None:
    names = "kafbecjdhgi"
    values = wire.from_struct(struct(**{name: dict.fromkeys(names, 1) for name in names})).values
    assert list(values) == sorted(names)
    assert list(values["a"]) == sorted(names)


def test_an_absent_bag_is_an_empty_one() -> None:
    assert wire.from_struct(Struct()) == ({}, frozenset())


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False),
    st.text().filter(lambda text: text not in wire.UNKNOWNS),
    st.just(NOT_KNOWN),
)
NAMES = st.text(min_size=1).filter(lambda name: name != wire.SIGNATURE)
PLAIN = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(NAMES, st.tuples(PLAIN, st.booleans()), max_size=4))
def test_plain_data_and_secrets_survive_the_round_trip(
    properties: dict[str, tuple[Any, bool]],
) -> None:
    values = {name: value for name, (value, _) in properties.items()}
    secrets = {name for name, (_, secret) in properties.items() if secret}
    bag = wire.from_struct(wire.to_struct(values, secrets))
    assert bag == (values, frozenset(secrets))
