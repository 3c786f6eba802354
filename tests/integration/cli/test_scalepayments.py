"""The whole of scalepayments-dev through the real CLI, and what the engine makes of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from stackproof import outputs
from stackproof.embedded.server.control import Server
from stackproof.model import Resource
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, guard, take
from tests.integration.cli.conftest import ROOT, Cli
from tests.integration.cli.inventory import inventory

STACK = "scalepayments-dev"
Client = Callable[[str], Any]
Inventory = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack: what it says of itself, and what AWS shows of it."""

    outputs: outputs.Outputs
    live: Snapshot


def _look(outputs_file: Path, server: Server) -> Deployed:
    import boto3

    said = outputs.load(outputs_file)
    aws = Aws(guard(readers()), server.endpoint, boto3.Session("another", "hand"))
    live = take(aws, readers(), regions=said.regions, keys=said.keys, own_tags=said.own_tags)
    return Deployed(said, live)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose Python is the one on PATH: ours."""
    folder = tmp_path_factory.mktemp("scalepayments")
    settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    settings["runtime"] = "python"
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
    shutil.copy(ROOT / f"Pulumi.{STACK}.yaml", folder)
    shutil.copytree(ROOT / "infra", folder / "infra")
    return folder


@pytest.fixture(scope="module")
def payments(cli: Callable[[Path, str], Cli], project: Path) -> Cli:
    return cli(project, STACK)


@pytest.fixture(scope="module")
def empty(payments: Cli, client: Client) -> Inventory:
    return inventory(client)


@pytest.fixture(scope="module")
def previewed(payments: Cli, empty: Inventory, client: Client) -> tuple[str, Inventory]:
    return payments("preview"), inventory(client)


@pytest.fixture(scope="module")
def deployed(
    payments: Cli, previewed: tuple[str, Inventory], cloud_server: Server, tmp_path_factory: Any
) -> Deployed:
    payments("up", "--yes", "--skip-preview")
    said = tmp_path_factory.mktemp("cli") / "flat-outputs.json"
    said.write_text(json.dumps(payments.json("stack", "output", "--json")))
    return _look(said, cloud_server)


@pytest.fixture(scope="module")
def destroyed(payments: Cli, deployed: Deployed, client: Client) -> Inventory:
    payments("destroy", "--yes", "--skip-preview")
    return inventory(client)


@pytest.fixture(scope="module")
def by_engine(
    project: Path, payments: Cli, destroyed: Inventory, cloud_server: Server, tmp_path_factory: Any
) -> Deployed:
    said = tmp_path_factory.mktemp("engine") / "flat-outputs.json"
    ran = subprocess.run(
        ["stackproof", "deploy", STACK, "--outputs", str(said)],
        cwd=project,
        env=payments.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return _look(said, cloud_server)


def test_a_preview_creates_nothing(empty: Inventory, previewed: tuple[str, Inventory]) -> None:
    printed, there = previewed
    assert re.search(r"\+ \d+ to create", printed)
    assert there == empty


def test_the_outputs_name_what_is_there(deployed: Deployed) -> None:
    vpcs = [r.id for r in deployed.live.resources if r.type == "aws:ec2/vpc:Vpc"]
    assert vpcs == [deployed.outputs["vpc_id"]]
    assert deployed.live.gaps == {}


def test_a_refresh_of_what_nobody_touched_changes_nothing(
    payments: Cli, deployed: Deployed
) -> None:
    printed = payments("refresh", "--preview-only", "--expect-no-changes")
    assert not re.search(r"\d+ to (update|delete|create)", printed)


def test_a_refresh_shows_exactly_what_was_changed_behind_its_back(
    payments: Cli, deployed: Deployed, client: Client
) -> None:
    before = _state(payments)
    key = deployed.outputs["database_kms_key_id"]
    group = deployed.outputs["flow_log_group_name"]
    client("kms").disable_key_rotation(KeyId=key)
    client("logs").put_retention_policy(logGroupName=group, retentionInDays=1)
    vpc = deployed.outputs["vpc_id"]
    client("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Intruder", "Value": "was here"}])
    payments("refresh", "--yes", "--skip-preview")
    after = _state(payments)
    assert before.keys() == after.keys()
    changed = {
        (made["id"], name)
        for was, made in ((before[urn]["inputs"], after[urn]) for urn in after)
        for name in {*was, *made["inputs"]}
        if was.get(name) != made["inputs"].get(name)
    }
    assert changed == {(key, "enableKeyRotation"), (group, "retentionInDays"), (vpc, "tags")}


def test_destroy_leaves_nothing_behind(
    payments: Cli, empty: Inventory, destroyed: Inventory
) -> None:
    left = {name: sorted({*destroyed[name]} - {*empty[name]}) for name in destroyed}
    assert {name: names for name, names in left.items() if names} == {}
    assert payments.ids() == {}


def test_the_engine_makes_the_same_as_the_cli(deployed: Deployed, by_engine: Deployed) -> None:
    first, second = _plain(deployed.live.resources), _plain(by_engine.live.resources)
    assert first.total() > 150
    assert (first - second, second - first) == (Counter(), Counter())
    assert by_engine.outputs.values.keys() == deployed.outputs.values.keys()


def _state(payments: Cli) -> dict[str, Any]:
    # Decrypted, for what is encrypted looks different at every encryption.
    exported = payments.json("stack", "export", "--show-secrets")["deployment"]["resources"]
    return {r["urn"]: {"inputs": {}, **r} for r in exported if "id" in r}


# What AWS makes up for each resource, and so differs between two deployments of the same.
_RANDOM = re.compile(
    r"""
      \b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b  # UUIDs
    | \b[a-z]+-[0-9a-f]{8,17}\b                      # ids of EC2
    | \b[0-9a-f]{6,64}\b                             # parts of ARNs and host names
    | \b[A-Z0-9]{13,26}\b                            # ids of zones and databases
    | \b[a-z0-9]{36}\b                               # scalable targets
    | \bcluster-(ro-)?[a-z0-9]{12}\b                 # host names of databases
    | (?<=:secret:)[\w!/-]+                          # names of secrets in their ARNs
    | \b\d+(\.\d+){3}\b(?!/)                         # addresses
    | \d{4}-\d\d-\d\d[T ][\d:.+]+Z?                  # times
    | (?<=task-definition/)[\w-]+:\d+ | (?<="revision":\ )\d+
    """,
    re.VERBOSE,
)


def _plain(resources: Iterable[Resource]) -> Counter[str]:
    """Give resources as text that says nothing of when and under which ids they were made."""
    return Counter(
        _RANDOM.sub("#", f"{r.type} {json.dumps(r.data, sort_keys=True, default=str)}")
        for r in resources
    )
