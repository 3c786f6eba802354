"""Where nobody names a region, each sight says that it looked into one only, and claims no more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.embedded.server.control import copied, environment
from stackproof.embedded.server.state import Server

REGION, OTHER = "us-east-1", "eu-west-1"
TOLD = f"names no region: what is regional was looked for in {REGION} only"
SUITE = ("-m", "stackproof.suite", "--pyargs", "stackproof.scenarios", "-n", "0", "-k", "no_such")


@pytest.fixture(scope="module", autouse=True)
def server(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A system of two regions: in the one that nobody names its queue isn't encrypted."""
    with copied(blank) as running, pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        for name, value in environment(running, REGION, home=home).items():
            patch.setenv(name, value)
        for region, encrypted in ((REGION, "true"), (OTHER, "false")):
            sqs: Any = boto3.client("sqs", region)
            attributes = {"SqsManagedSseEnabled": encrypted}
            sqs.create_queue(QueueName="pay", Attributes=attributes, tags={"Project": "till"})
        yield running


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose outputs name a queue, and no region."""
    (tmp_path / "Pulumi.yaml").write_text("name: till\nruntime: yaml\n")
    (tmp_path / "flat-outputs.json").write_text('{"queue_name": "pay"}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stackproof(*arguments: str) -> str:
    return CliRunner().invoke(main, arguments, catch_exceptions=False).output


def suite(*arguments: str) -> str:
    command = [sys.executable, *SUITE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("command", "has_all"),
    [
        (("verify", "--tag=Project=till"), True),
        (("verify", "--scope=account"), True),
        (("verify",), False),
    ],
)
def test_a_region_that_was_guessed_is_told(command: tuple[str, ...], has_all: bool) -> None:
    assert TOLD in stackproof(*command)
    for named in (f"--region={REGION}", *(["--all-regions"] if has_all else [])):
        assert TOLD not in stackproof(*command, named)


@pytest.mark.parametrize("scope", ["--tag=Project=till", "--scope=account"])
def test_the_suite_tells_it_in_its_header(scope: str) -> None:
    assert TOLD in suite(scope)


@pytest.mark.parametrize("command", [("parity",), ("explain", "pay"), ("explain", "nobody")])
def test_what_takes_no_region_tells_it_as_well(project: Path, command: tuple[str, ...]) -> None:
    assert TOLD in stackproof(*command)
    (project / "flat-outputs.json").write_text(json.dumps({"queue_name": "pay", "region": REGION}))
    assert TOLD not in stackproof(*command)


def test_tags_alone_claim_no_more_than_was_looked_for() -> None:
    tags = ("verify", "--tag=Project=till", "--format=json")
    assert "everything was seen" not in json.loads(stackproof(*tags))["run"]["verdict"]
    assert "pay" in stackproof(*tags, f"--region={OTHER}")


def test_no_region_at_all_is_refused_with_what_would_name_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    told = stackproof("verify", "--tag=Project=till")
    assert "Project=till names no region; give --region NAME" in told
    assert "or --all-regions" in told
