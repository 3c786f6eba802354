"""The outputs file: found where people put it, read in both its forms, refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackproof.outputs import VARIABLE, Outputs, OutputsError, find, load

BASE = {"region": "eu-west-1", "account_id": "123456789012"}
# Ids, ARNs, names, paths and CIDR blocks: neither comma nor space, nor the start of JSON text.
IDS = st.text(st.sampled_from("abz09-_/.:*@=+"), min_size=1, max_size=12)


def made(folder: Path, **values: Any) -> Outputs:
    path = folder / "flat-outputs.json"
    path.write_text(json.dumps(BASE | values))
    return load(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


@given(st.lists(IDS))
def test_list_is_the_same_in_every_form(folder: Path, ids: list[str]) -> None:
    forms = (ids, json.dumps(ids), ",".join(ids), ", ".join(ids))
    for form in forms:
        assert made(folder, subnet_ids=form).list("subnet_ids") == ids


@given(st.dictionaries(IDS, IDS))
def test_map_is_the_list_of_its_values_in_either_form(folder: Path, ids: dict[str, str]) -> None:
    for form in (ids, json.dumps(ids)):
        outputs = made(folder, bucket_names=form)
        assert outputs["bucket_names"] == ids
        assert outputs.list("bucket_names") == list(ids.values())
        assert outputs.keys >= set(ids.values())


@given(st.lists(IDS, min_size=2))
def test_keys_are_the_same_in_every_form(folder: Path, ids: list[str]) -> None:
    plain = made(folder, subnet_ids=ids).keys
    assert plain >= set(ids)
    assert made(folder, subnet_ids=json.dumps(ids)).keys == plain
    assert made(folder, subnet_ids=",".join(ids)).keys == plain


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("greeting", "a,b"),
        ("remarks", "first, then the second"),
        ("secret_names", "[secret]"),
        ("notes", "{not json"),
        ("vpc_id", "vpc-1"),
    ],
)
def test_text_that_is_no_list_stays_text(name: str, value: str, tmp_path: Path) -> None:
    assert made(tmp_path, **{name: value})[name] == value


def test_json_text_of_an_object_is_read(tmp_path: Path) -> None:
    outputs = made(tmp_path, endpoints='{"writer": "db-1", "ports": [5432]}')
    assert outputs["endpoints"] == {"writer": "db-1", "ports": [5432]}
    assert "db-1" in outputs.keys


def test_regions_are_the_own_one_first_then_those_of_arns_names_and_addresses(
    tmp_path: Path,
) -> None:
    outputs = made(
        tmp_path,
        replica_arn="arn:aws:rds:us-east-1:123456789012:cluster:replica",
        backup_region="ap-southeast-2",
        zones=["eu-west-1a", "eu-west-1b"],
        role_arn="arn:aws:iam::123456789012:role/a",
        url="https://sqs.us-west-2.amazonaws.com/1/q",
    )
    assert outputs.regions == ("eu-west-1", "ap-southeast-2", "us-east-1", "us-west-2")


def test_own_tags_need_both_project_and_environment(tmp_path: Path) -> None:
    both = made(tmp_path, project="pay", environment="dev")
    assert both.own_tags == {"Project": "pay", "Environment": "dev"}
    assert made(tmp_path, project="pay").own_tags == {}


def test_account_may_be_missing_or_a_number(tmp_path: Path) -> None:
    assert made(tmp_path, account_id=None).account is None
    assert made(tmp_path, account_id=123456789012).account == "123456789012"


OUTPUT = {"OutputKey": "BucketName", "OutputValue": "pay-logs", "Description": "logs"}
STACK_ID = "arn:aws:cloudformation:us-west-2:123456789012:stack/pay/0b1f"
STACK = {
    "StackName": "pay",
    "StackId": STACK_ID,
    "Outputs": [OUTPUT, {"OutputKey": "SubnetIds", "OutputValue": "subnet-1,subnet-2"}],
}
FORMS = {
    "terraform": {
        "BucketName": {"sensitive": False, "type": "string", "value": "pay-logs"},
        "SubnetIds": {"sensitive": False, "type": ["list"], "value": ["subnet-1", "subnet-2"]},
        "Password": {"sensitive": True, "type": "string", "value": "hunter2"},
    },
    "describe-stacks": {"Stacks": [STACK, {"StackName": "empty"}]},
    "one stack": STACK,
    "its outputs": STACK["Outputs"],
    "cdk": {"pay": {"BucketName": "pay-logs", "SubnetIds": "subnet-1,subnet-2"}},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_outputs_of_other_tools_are_read(form: object, tmp_path: Path) -> None:
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps(form))
    outputs = load(path)
    assert outputs["BucketName"] == "pay-logs"
    assert outputs.list("SubnetIds") == ["subnet-1", "subnet-2"]
    assert {"pay-logs", "subnet-1", "subnet-2"} <= outputs.keys
    assert "pay-logs" in outputs.names
    assert "hunter2" not in outputs.keys


def test_stack_of_cloudformation_says_where_it_is_and_names_nothing_by_that(
    tmp_path: Path,
) -> None:
    path = tmp_path / "stacks.json"
    other = {**STACK, "StackName": "till", "StackId": STACK_ID.replace("/pay/", "/till/")}
    path.write_text(json.dumps({"Stacks": [STACK, other]}))
    outputs = load(path)
    assert outputs.regions == ("us-west-2",)
    assert outputs.account == "123456789012"
    assert outputs["till.BucketName"] == "pay-logs"
    assert not any(key.startswith("arn:aws:cloudformation") for key in outputs.keys)


def test_maps_of_a_pulumi_program_stay_maps(tmp_path: Path) -> None:
    told = {"buckets": {"logs": "pay-logs"}, "queues": {"jobs": "pay-jobs"}}
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps(told))
    assert load(path)["buckets"] == {"logs": "pay-logs"}
    assert load(path).keys == {"pay-logs", "pay-jobs"}


@pytest.mark.parametrize(
    "told", [{"Stacks": []}, {"Stacks": [{"StackName": "a"}]}, [{"a": 1}], [], [1]], ids=repr
)
def test_stacks_that_put_nothing_out_are_said_to(told: object, tmp_path: Path) -> None:
    path = tmp_path / "stacks.json"
    path.write_text(json.dumps(told))
    with pytest.raises(OutputsError, match=r"stacks\.json holds no outputs"):
        load(path)


def test_missing_output_is_named_with_its_file(tmp_path: Path) -> None:
    outputs = made(tmp_path)
    with pytest.raises(OutputsError, match=r"flat-outputs\.json has no output 'vpc_id'; export"):
        outputs["vpc_id"]
    assert outputs.get("vpc_id", "none") == "none"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe{\x00", "is not JSON"),
        (b'{"region": ', "is not JSON"),
        (b'{"a": ' + b"[" * 100_000, "is not JSON (nested too deeply)"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "is not JSON"),
        (b"[]", "must be one JSON object"),
        (b"{}", "holds no outputs"),
        (b'{"region": "Ireland"}', "region is 'Ireland', which is not an AWS region's name"),
        (b'{"region": 7}', "which is not an AWS region's name"),
        (b'{"region": "eu-west-1", "account_id": "1234"}', "account_id is '1234'"),
    ],
)
def test_unusable_file_is_refused_by_name(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "flat-outputs.json"
    path.write_bytes(content)
    with pytest.raises(OutputsError) as refused:
        load(path)
    assert expected in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "flat-outputs.json"
    path.write_text(json.dumps(BASE), encoding=encoding)
    assert load(path)["region"] == "eu-west-1"


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "1" * 5_000 + "]"], ids=["deep", "long"])
def test_text_that_only_begins_as_a_list_does_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "flat-outputs.json"
    path.write_text(json.dumps({**BASE, "names": text, "half": "a\ud800"}))
    assert load(path)["names"] == text
    assert load(path)["half"] == "a\N{REPLACEMENT CHARACTER}"


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputsError, match="cannot be read: Is a directory"):
        load(tmp_path)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and no variable that names a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


@pytest.mark.requirement("7.1")
def test_option_comes_before_variable_before_usual_places(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("option.json", "variable.json", "flat-outputs.json"):
        (here / name).write_text("{}")
    (here / "cfn-outputs").mkdir()
    (here / "cfn-outputs/flat-outputs.json").write_text("{}")
    assert find() == Path("flat-outputs.json")
    monkeypatch.setenv(VARIABLE, "variable.json")
    assert find() == Path("variable.json")
    assert find(Path("option.json")) == Path("option.json")
    monkeypatch.setenv(VARIABLE, "")
    (here / "flat-outputs.json").unlink()
    assert find() == Path("cfn-outputs/flat-outputs.json")


def test_named_file_that_is_not_there_is_an_error_even_beside_a_usual_one(here: Path) -> None:
    (here / "flat-outputs.json").write_text("{}")
    with pytest.raises(OutputsError, match=r"no outputs file other\.json; write it with"):
        find(Path("other.json"))


def test_no_file_anywhere_says_how_to_make_one(here: Path) -> None:
    with pytest.raises(OutputsError) as refused:
        find()
    assert "pulumi stack output --json > flat-outputs.json" in str(refused.value)
    assert VARIABLE in str(refused.value)


def test_settings_are_decoded_and_name_nothing(tmp_path: Path) -> None:
    path = tmp_path / "flat-outputs.json"
    told = {"owner": "platform-team", "zones": '["eu-west-1a", "eu-west-1b"]', "logs": False}
    path.write_text(json.dumps({"vpc_id": "vpc-1", "settings": told}))
    outputs = load(path)
    assert outputs.settings == told | {"zones": ["eu-west-1a", "eu-west-1b"]}
    assert outputs.keys == {"vpc-1"}
    assert outputs.regions == ()


def test_output_that_only_has_the_name_of_settings_is_one_like_others(tmp_path: Path) -> None:
    path = tmp_path / "flat-outputs.json"
    path.write_text(json.dumps({"settings": "settings-bucket"}))
    outputs = load(path)
    assert outputs.keys == {"settings-bucket"}
    with pytest.raises(OutputsError, match="which is no map"):
        _ = outputs.settings


def test_key_that_stands_twice_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "flat-outputs.json"
    path.write_text('{"queue": "a", "more": {"queue": 1}, "queue": "b"}')
    with pytest.raises(OutputsError, match="the key 'queue' stands there twice"):
        load(path)
