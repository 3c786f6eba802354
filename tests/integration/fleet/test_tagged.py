"""What carries a tag, and what belongs to it: found by tags alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import copied, environment
from stackproof.embedded.server.state import Server

REGION = "us-east-1"
TRUST = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture(scope="module", autouse=True)
def server(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An account with two teams: one function's world each, and what has tags nowhere but there."""
    with copied(blank) as running, pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        for name, value in environment(running, REGION, home=home).items():
            patch.setenv(name, value)
        for team in ("shop", "bank"):
            _made_by(team)
        yield running


def _made_by(team: str) -> None:
    tags = [{"Key": "Team", "Value": team}, {"Key": "Stage", "Value": "prod"}]
    ec2: Any = boto3.client("ec2")
    vpc = ec2.create_vpc(
        CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
    )["Vpc"]["VpcId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
    topic = boto3.client("sns").create_topic(Name=f"{team}-alarms", Tags=tags)["TopicArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    # The tagging API knows no roles: their own listing has their tags.
    boto3.client("iam").create_role(
        RoleName=f"{team}-role", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=tags
    )


def verify(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(main, ["verify", *arguments], catch_exceptions=False)


def types(document: dict[str, Any]) -> set[str]:
    return {one["type"].rpartition(":")[2] for one in document["findings"]}


def names(document: dict[str, Any]) -> str:
    return " ".join(f"{one['name']} {one['id']} {one['arn']}" for one in document["findings"])


def test_things_with_the_tag_and_what_belongs_to_them_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = ("--tag=Team=shop", "--tag=Stage=prod")
    done = verify(tmp_path, *tags, "--format=json", monkeypatch=monkeypatch)
    told = json.loads(done.output)
    assert done.exit_code == 1
    assert told["run"]["stack"] == "what is tagged Team=shop Stage=prod"
    assert types(told) >= {"Vpc", "Subnet", "Topic", "TopicSubscription", "Role"}
    assert "shop-role" in names(told)
    assert "bank" not in names(told)


def test_tag_that_nothing_carries_is_no_green_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = verify(tmp_path, "--tag=Team=nobody", "--region=us-east-1", monkeypatch=monkeypatch)
    assert done.exit_code == 3
    assert "nothing in us-east-1 carries Team=nobody" in done.output


def test_tags_that_could_not_be_read_leave_things_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    inject(server, Fault("deny", "resourcegroupstaggingapi"))
    try:
        done = verify(tmp_path, "--tag=Team=shop", "--format=json", monkeypatch=monkeypatch)
    finally:
        clear(server)
    outcomes = {one["outcome"] for one in json.loads(done.output)["findings"]}
    assert "unknown" in outcomes
    assert done.exit_code in (1, 3)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--tag=Team"], "'Team' is no tag; write KEY=VALUE"),
        (["--tag==shop"], "'=shop' is no tag"),
        (["--tag=Team=a", "--tag=Team=b"], "Team is given with two values"),
        (["--tag=Team=a", "--stack=dev"], "--scope account and --tag say what is verified"),
        (["--tag=Team=a", "--scope=account"], "leave out --tag and --settle"),
        (["--all-regions"], "--all-regions is for --scope account and --tag"),
    ],
)
def test_tags_that_say_nothing_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
) -> None:
    done = verify(tmp_path, *arguments, monkeypatch=monkeypatch)
    assert done.exit_code == 2
    assert expected in done.output
