"""The state sight on what the real CLI exports, and on what a deployment without it writes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from stackproof.controls import judge
from stackproof.model import Fail, Pass, Stack, Unknown
from stackproof.sights.state import State, load_state
from stackproof.types.tokens import KMS_KEY, LOG_GROUP, SNS_TOPIC
from tests.integration.cli.conftest import REGION, Cli
from tests.integration.deployments import STACKPROOF

PROGRAM = """
import pulumi
import pulumi_aws as aws

key = aws.kms.Key(
    "key", description=pulumi.Output.secret("not for your eyes"), enable_key_rotation=True
)
logs = aws.cloudwatch.LogGroup("logs", kms_key_id=key.arn, retention_in_days=7)


class Place(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("shop:index:Place", name)
        aws.sns.Topic("notes", opts=pulumi.ResourceOptions(parent=self))


Place("place")
"""


@pytest.fixture(scope="module", params=["by the CLI", "without it"])
def state(
    request: pytest.FixtureRequest,
    cli: Callable[[Path, str], Cli],
    tmp_path_factory: pytest.TempPathFactory,
) -> State:
    folder = tmp_path_factory.mktemp("exported")
    (folder / "Pulumi.yaml").write_text("name: exported\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    pulumi = cli(folder, "dev")
    if request.param == "by the CLI":
        pulumi("up", "--yes", "--skip-preview")
        pulumi("stack", "export", "--show-secrets", "--file", "state.json")
    else:
        command = [STACKPROOF, "deploy", "dev", "--state", "state.json"]
        subprocess.run(command, cwd=folder, env=pulumi.env, check=True)
    return load_state(folder / "state.json")


@pytest.fixture(scope="module")
def stack(state: State) -> Stack:
    return state.stack


def test_only_real_resources_are_shown_with_their_places(stack: Stack) -> None:
    assert stack.types == {KMS_KEY, LOG_GROUP, SNS_TOPIC}
    for resource in stack:
        assert resource.id
        assert resource.arn
        assert (resource.account, resource.region) == ("123456789012", REGION)


def test_references_are_resolved(stack: Stack) -> None:
    [logs] = stack.all(LOG_GROUP)
    assert stack.follow_one(logs, "kms_key_id", KMS_KEY) == stack.all(KMS_KEY)[0]
    assert logs.references["kms_key_id"] == (stack.all(KMS_KEY)[0].urn,)


def test_secret_stays_hidden(stack: Stack) -> None:
    [key] = stack.all(KMS_KEY)
    assert isinstance(key.raw("description"), Unknown)
    assert "not for your eyes" not in str([asdict(one) for one in stack])


def test_controls_judge_it(stack: Stack) -> None:
    outcomes = {finding.control.id: finding.outcome for finding in judge(stack)}
    assert outcomes["kms-key-rotation"] == Pass()
    assert isinstance(outcomes["cloudwatch-log-retention"], Fail)


def test_each_resource_says_where_the_program_has_it(state: State) -> None:
    lines = PROGRAM.splitlines()
    told = {urn.rpartition("::")[2]: place for urn, place in state.sources.items()}
    assert {name: place.partition(":")[0] for name, place in told.items()} == dict.fromkeys(
        ("key", "logs", "notes"), "__main__.py"
    )
    for name, place in told.items():
        # A call over several lines is at its first one, or at that of its arguments.
        near = lines[int(place.partition(":")[2]) - 2 :][:3]
        assert any(f'"{name}"' in line for line in near), (name, place)
