"""What an exported state file becomes, and what is said about one that is no good."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import Cause, Fail, Sight, Stack, Unknown
from stackproof.sights.state import State, StateError, load_state, read_state
from stackproof.types.tokens import (
    EC2_INSTANCE,
    LAMBDA_FUNCTION,
    LOG_METRIC_FILTER,
    RDS_CLUSTER,
    RDS_SUBNET_GROUP,
    VPC,
)
from stackproof.types.tokens import SECRET as SECRET_TYPE

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x:y"}
SHOWN_SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
PREFIX = "urn:pulumi:dev::shop::"
PROVIDER = f"{PREFIX}pulumi:providers:aws::default"


def record(type_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"{PREFIX}{type_}::{name}", "type": type_, "custom": True, **more}


def read(folder: Path, *records: dict[str, Any], version: int = 3) -> Stack:
    file = folder / "state.json"
    deployment = {"manifest": {}, "resources": list(records)}
    file.write_text(json.dumps({"version": version, "deployment": deployment}))
    return read_state(file)


def test_outputs_win_over_inputs(tmp_path: Path) -> None:
    stack = read(
        tmp_path,
        record(
            RDS_CLUSTER,
            "main",
            id="shop-main",
            inputs={"engine": "aurora", "backupRetentionPeriod": 7, "__defaults": []},
            outputs={"backupRetentionPeriod": 1, "arn": "arn:aws:rds:eu-west-1:1234:cluster:main"},
        ),
    )
    [cluster] = stack
    assert stack.sight is Sight.STATE
    assert cluster["engine"] == "aurora"
    assert cluster["backup_retention_period"] == 1
    assert "__defaults" not in cluster.data
    assert (cluster.name, cluster.id, cluster.account) == ("main", "shop-main", "1234")
    assert cluster.region == "eu-west-1"
    assert cluster.arn == "arn:aws:rds:eu-west-1:1234:cluster:main"


def test_region_is_the_providers_when_the_resource_does_not_say(tmp_path: Path) -> None:
    provider = record("pulumi:providers:aws", "default", id="p1", inputs={"region": "eu-west-3"})
    cluster = record(RDS_CLUSTER, "main", provider=f"{PROVIDER}::p1")
    own = record(RDS_CLUSTER, "own", provider=f"{PROVIDER}::p1", outputs={"region": "us-east-1"})
    stack = read(tmp_path, provider, cluster, own)
    assert [(r.name, r.region) for r in stack] == [("main", "eu-west-3"), ("own", "us-east-1")]


def test_aws_managed_arn_has_neither_region_nor_account(tmp_path: Path) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    [policy] = read(tmp_path, record("aws:iam/policy:Policy", "x", outputs={"arn": arn}))
    assert (policy.region, policy.account) == (None, None)


@pytest.mark.parametrize("secret", [SECRET, SHOWN_SECRET], ids=["encrypted", "shown"])
def test_secrets_are_unknown_and_never_in_the_stack(tmp_path: Path, secret: object) -> None:
    [cluster] = read(
        tmp_path,
        record(RDS_CLUSTER, "main", outputs={"masterPassword": secret, "a": [{"b": secret}]}),
    )
    unknown = Unknown(Cause.UNREADABLE, detail="secret")
    assert cluster.raw("master_password") == unknown
    assert cluster.raw("a") == [{"b": unknown}]
    assert "hunter2" not in str(asdict(cluster))


def test_special_values_are_what_they_stand_for(tmp_path: Path) -> None:
    outputs = {
        "code": {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": "1", "path": "./f"},
        "bundle": {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "assets": {"b": 1, "a": 2}},
        "reference": {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x", "id": "x-1"},
        "output": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 3},
        "pending": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"},
        "strange": {SIGNATURE: "new"},
    }
    [held] = read(tmp_path, record("aws:lambda/function:Function", "f", outputs=outputs))
    assert held["code"] == "./f"
    assert held["bundle"] == ["a", "b"]
    assert held["reference"] == "x-1"
    assert held["output"] == 3
    assert isinstance(held.raw("pending"), Unknown)
    assert isinstance(held.raw("strange"), Unknown)


def test_components_providers_and_pending_deletes_are_left_out(tmp_path: Path) -> None:
    stack = read(
        tmp_path,
        {**record("pulumi:pulumi:Stack", "dev"), "custom": False},
        {**record("infra:components:Database", "db"), "custom": False},
        record("pulumi:providers:aws", "default", id="p1"),
        record(RDS_CLUSTER, "old", delete=True),
        record(RDS_CLUSTER, "main"),
    )
    assert [resource.name for resource in stack] == ["main"]


def test_references_come_from_property_dependencies(tmp_path: Path) -> None:
    group = record(RDS_SUBNET_GROUP, "data", id="shop-data")
    cluster = record(
        RDS_CLUSTER,
        "main",
        inputs={"dbSubnetGroupName": SECRET},
        propertyDependencies={"dbSubnetGroupName": [group["urn"]], "engine": []},
    )
    stack = read(tmp_path, group, cluster, version=4)
    [main] = stack.all(RDS_CLUSTER)
    assert main.references == {"db_subnet_group_name": (group["urn"],)}
    found = stack.follow_one(main, "db_subnet_group_name", RDS_SUBNET_GROUP)
    assert found is not None
    assert found.name == "data"


def test_settings_of_ecs_that_share_an_id_are_known_by_their_names(tmp_path: Path) -> None:
    names = ("containerInsights", "awsvpcTrunking")
    kind, root = "aws:ecs/accountSettingDefault:AccountSettingDefault", "arn:aws:iam::1:root"
    said = [record(kind, n, id=root, outputs={"name": n, "value": "enabled"}) for n in names]
    assert [resource.id for resource in read(tmp_path, *said)] == [*names]


def test_an_empty_stack_has_no_resources(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text('{"version": 3, "deployment": {"manifest": {}}}')
    assert len(read_state(file)) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON (line 1"),
        (b"\xff\xfe", "is not JSON"),
        (b"\xff\xfe{", "is no text"),
        (b"\xff{", "byte 1 is no text in UTF-8"),
        (b"[]", "has no 'deployment'"),
        (b'{"version": 3}', "has no 'deployment'"),
        (b'{"version": 3, "checkpoint": {}}', "is a checkpoint of a file backend"),
        (b'{"version": 9, "deployment": {}}', "has version 9; versions 3 and 4"),
        (b'{"version": 3, "deployment": {"resources": {"a": 1}}}', "is no list of resources"),
        (b'{"version": 3, "deployment": {"pending_operations": [1]}}', "no list of operations"),
        (b'{"version": 3, "deployment": {"resources": [{}]}}', "deployment.resources[0] is no"),
        (
            b'{"version":3,"deployment":{"resources":[{"urn":"u","type":"t","inputs":[1]}]}}',
            "deployment.resources[0] is no resource",
        ),
        (
            b'{"version":3,"deployment":{"resources":[{"urn":"u","type":"t",'
            b'"propertyDependencies":["x"]}]}}',
            "deployment.resources[0] is no resource",
        ),
        (b'{"version": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"version": ' + b"1" * 5_000 + b"}", "a number of more than 4,300 digits"),
        (
            b'{"version":3,"deployment":{"resources":[{"urn":"u","type":"t","custom":true,"inputs":'
            + b'{"a":' * 900
            + b"1"
            + b"}" * 900
            + b"}]}}",
            "nested too deeply",
        ),
    ],
)
def test_bad_file_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    with pytest.raises(StateError) as caught:
        read_state(file)
    assert sentence in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_and_halves_of_characters_do_no_harm(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "state.json"
    held = record(RDS_CLUSTER, "main", id="half-\ud800")
    text = json.dumps({"version": 3, "deployment": {"resources": [held]}})
    file.write_text(text, encoding=encoding)
    [cluster] = read_state(file)
    assert cluster.id == "half-\N{REPLACEMENT CHARACTER}"


def test_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"cannot be read \(No such file"):
        read_state(tmp_path / "none.json")


def test_empty_texts_are_not_set_at_any_depth_but_for_the_users_own(tmp_path: Path) -> None:
    function = record(
        LAMBDA_FUNCTION,
        "f",
        inputs={"description": ""},
        outputs={
            "kmsKeyArn": "",
            "fileSystemConfig": {"arn": "", "localMountPath": "/mnt"},
            "environment": {"variables": {"FLAG": ""}},
            "tags": {"Empty": ""},
        },
    )
    older = record("aws:s3/bucketV2:BucketV2", "b", outputs={"policy": "", "acl": ""})
    own, bucket = read(tmp_path, function, older)
    assert own.data == {
        "file_system_config": {"local_mount_path": "/mnt"},
        "environment": {"variables": {"FLAG": ""}},
        "tags": {"Empty": ""},
    }
    assert bucket.data == {}


def test_what_says_something_when_it_is_empty_stays(tmp_path: Path) -> None:
    [held] = read(tmp_path, record(LOG_METRIC_FILTER, "all", outputs={"pattern": ""}))
    assert held["pattern"] == ""
    [alone] = read(tmp_path, record(EC2_INSTANCE, "i", outputs={"publicIp": "", "keyName": ""}))
    assert alone.data == {"public_ip": ""}


def test_secret_without_a_policy_is_judged_to_have_none(tmp_path: Path) -> None:
    stack = read(tmp_path, record(SECRET_TYPE, "key", id="s-1", outputs={"policy": ""}))
    (outcome,) = (
        catalogue()["secretsmanager-policy-not-public"]
        .outcomes(stack.all(SECRET_TYPE)[0], stack)
        .values()
    )
    assert not isinstance(outcome, (Fail, Unknown))


def exported(folder: Path, **deployment: Any) -> State:
    file = folder / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": deployment}))
    return load_state(file)


def test_operations_that_are_pending_are_said_by_their_urns(tmp_path: Path) -> None:
    new, old = record(VPC, "new"), record(VPC, "old", id="vpc-1")
    state = exported(
        tmp_path,
        resources=[old],
        pending_operations=[
            {"resource": new, "type": "creating"},
            {"resource": old, "type": "updating"},
        ],
    )
    creating, updating = state.notes
    assert f"creating {new['urn']}: it may exist in AWS without the state" in creating
    assert f"{old['urn']} (updating)" in updating
    assert [resource.name for resource in state.stack] == ["old"]


def test_what_waits_for_its_deletion_is_said_by_its_urn(tmp_path: Path) -> None:
    waiting = record(VPC, "old", id="vpc-1", delete=True)
    provider = record("pulumi:providers:aws", "default", id="p1", delete=True)
    (note,) = exported(tmp_path, resources=[waiting, provider]).notes
    assert f"that {waiting['urn']} waits for its deletion" in note


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ({"pendingReplacement": True}, "was deleted and waits to be made anew"),
        ({"initErrors": ["no healthy target"]}, "was made and did not come up"),
    ],
)
def test_what_is_half_made_is_said_by_its_urn(
    tmp_path: Path, mark: dict[str, Any], expected: str
) -> None:
    half = record(VPC, "half", id="vpc-1", **mark)
    state = exported(tmp_path, resources=[half, record(VPC, "whole", id="vpc-2")])
    (note,) = state.notes
    assert f"that {half['urn']} {expected}" in note
    assert [resource.name for resource in state.stack] == ["half", "whole"]


def test_state_without_loose_ends_has_no_notes(tmp_path: Path) -> None:
    resources = [record(VPC, "new")]
    assert exported(tmp_path, resources=resources, pending_operations=None).notes == []


def test_what_the_program_only_reads_is_foreign(tmp_path: Path) -> None:
    stack = read(
        tmp_path, record(VPC, "own", id="vpc-1"), record(VPC, "read", id="vpc-2", external=True)
    )
    assert [resource.id for resource in stack] == ["vpc-1"]
    assert [resource.id for resource in stack.foreign] == ["vpc-2"]
