"""A small program through the real CLI: made, changed, replaced, looked up, refused, destroyed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import REGION, Cli
from tests.integration.deployments import STACKPROOF

PROGRAM = """
import pulumi
import pulumi_aws as aws

settings = pulumi.Config()
west = aws.Provider("west", region="us-west-2", default_tags={"tags": {"Team": "west"}})
logs = aws.cloudwatch.LogGroup(
    "logs",
    name="chosen",
    retention_in_days=settings.require_int("days"),
    log_group_class=settings.require("class"),
)
topic = aws.sns.Topic("topic", name=settings.get("topic"))
key = aws.kms.Key(
    "key",
    description=settings.require("described"),
    opts=pulumi.ResourceOptions(ignore_changes=["description"]),
)
alias = aws.kms.Alias("alias", name="alias/small", target_key_id=key.key_id)
elsewhere = aws.kms.Key(
    "elsewhere",
    description=pulumi.Output.secret("not for your eyes"),
    opts=pulumi.ResourceOptions(provider=west),
)
found = aws.kms.Key.get("found", key.key_id)
pulumi.export("topic", topic.arn)
pulumi.export("retention", logs.retention_in_days)
pulumi.export("elsewhere", elsewhere.arn)
pulumi.export("team", elsewhere.tags_all["Team"])
pulumi.export("found", found.description)
pulumi.export("hidden", elsewhere.description)
pulumi.export("account", aws.get_caller_identity_output().account_id)
"""

BROKEN = """
import pulumi_aws as aws

aws.appsync.ApiKey("key", api_id="api")
"""

LOGS = "aws:cloudwatch/logGroup:LogGroup::logs"
TOPIC = "aws:sns/topic:Topic::topic"
KEY = "aws:kms/key:Key::key"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What an `up` printed, and what there was after it."""

    printed: str
    outputs: dict[str, Any]
    ids: dict[str, str]


def _deploy(small: Cli) -> Deployed:
    printed = small("up", "--yes", "--skip-preview")
    return Deployed(printed, small.json("stack", "output", "--json"), small.ids())


@pytest.fixture(scope="module")
def small(cli: Callable[[Path, str], Cli], tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("small")
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    settings = f"config: {{aws:region: {REGION}, small:days: 7, small:class: STANDARD}}\n"
    (folder / "Pulumi.dev.yaml").write_text(settings)
    (folder / "__main__.py").write_text(PROGRAM)
    made = cli(folder, "dev")
    made.configure(**{"small:described": "before"})
    return made


@pytest.fixture(scope="module")
def before(small: Cli) -> Deployed:
    return _deploy(small)


@pytest.fixture(scope="module")
def after(small: Cli, before: Deployed) -> Deployed:
    changes = {"days": "14", "class": "INFREQUENT_ACCESS", "topic": "named", "described": "after"}
    small.configure(**{f"small:{name}": value for name, value in changes.items()})
    return _deploy(small)


def test_outputs_are_those_of_real_resources(
    before: Deployed, client: Callable[[str], Any]
) -> None:
    assert before.outputs["retention"] == 7
    assert before.outputs["account"] == "123456789012"
    topics = [topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]]
    assert topics == [before.outputs["topic"]]


def test_a_generated_name_is_the_logical_one_with_seven_digits(before: Deployed) -> None:
    name = before.outputs["topic"].rpartition(":")[2]
    stem, _, ending = name.partition("-")
    assert (stem, len(ending)) == ("topic", 7)


def test_a_provider_brings_its_region_and_tags(before: Deployed) -> None:
    assert before.outputs["elsewhere"].startswith("arn:aws:kms:us-west-2:")
    assert before.outputs["team"] == "west"


def test_a_resource_is_found_by_its_id(before: Deployed) -> None:
    assert before.outputs["found"] == "before"


def test_a_secret_is_shown_nowhere(before: Deployed, small: Cli) -> None:
    assert before.outputs["hidden"] == "[secret]"
    assert "not for your eyes" not in before.printed + small("stack", "export")


def test_what_can_be_changed_in_place_stays_the_same_resource(
    before: Deployed, after: Deployed, client: Callable[[str], Any]
) -> None:
    assert after.outputs["retention"] == 14
    assert after.ids[KEY] == before.ids[KEY]


def test_what_cannot_be_changed_is_replaced(
    before: Deployed, after: Deployed, client: Callable[[str], Any]
) -> None:
    assert after.ids[TOPIC] != before.ids[TOPIC]
    assert after.ids[TOPIC].endswith(":named")
    topics = [topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]]
    assert topics == [after.ids[TOPIC]]


def test_a_replacement_that_keeps_its_chosen_name_comes_after_the_deletion(
    after: Deployed, client: Callable[[str], Any]
) -> None:
    (group,) = client("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["logGroupClass"]) == ("chosen", "INFREQUENT_ACCESS")


def test_ignored_changes_are_not_made(after: Deployed, client: Callable[[str], Any]) -> None:
    found = client("kms").describe_key(KeyId=after.ids[KEY])["KeyMetadata"]
    assert found["Description"] == "before"


def ours(small: Cli, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STACKPROOF, *arguments],
        cwd=small.folder,
        env=small.env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stack_is_verified_by_its_name(after: Deployed, small: Cli) -> None:
    ran = ours(small, "verify", "--stack", "dev", "--format", "json")
    said = json.loads(ran.stdout)
    assert said["run"]["stack"] == "dev"
    assert set(said["run"]["regions"]) == {REGION, "us-west-2"}
    assert said["accounting"]["counts"]["judged"] == 5
    failed = {(f["control"], f["urn"]) for f in said["findings"] if f["outcome"] == "fail"}
    stack = "urn:pulumi:dev::small::aws:kms/key:Key"
    assert ("kms-key-rotation", f"{stack}::elsewhere") in failed
    assert ran.returncode == 1
    assert "not for your eyes" not in ran.stdout + ran.stderr
    assert [file.name for file in small.folder.glob("*.json")] == []
    parity = ours(small, "parity", "--stack", "dev")
    assert "vanished (0)" in parity.stdout


def test_a_stack_that_is_not_there_is_said_in_a_sentence(after: Deployed, small: Cli) -> None:
    ran = ours(small, "verify", "--stack", "nowhere")
    assert ran.returncode == 3
    assert "--stack nowhere`: error: no stack named 'nowhere' found" in ran.stderr
    both = ours(small, "verify", "--stack", "dev", "--outputs", "flat-outputs.json")
    assert both.returncode == 2
    assert "--stack asks the Pulumi CLI for what --outputs and --state say" in both.stderr


def test_a_type_that_is_not_there_is_one_line(small: Cli, after: Deployed) -> None:
    program = small.folder / "__main__.py"
    program.write_text(BROKEN)
    try:
        printed = small("preview", code=255)
    finally:
        program.write_text(PROGRAM)
    sentence = "aws:appsync/apiKey:ApiKey is not available on the embedded AWS"
    assert sentence in printed
    assert "Traceback" not in printed
