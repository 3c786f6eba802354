"""The life of a blueprint's stack through the real CLI, and what the engine makes of the same.

A test class per stack inherits these tests; the stack is previewed, deployed, refreshed and
destroyed once.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from stackproof import outputs
from stackproof.embedded.server.control import Server, environment
from stackproof.model import Finding, Resource
from stackproof.parity.accounting import Status
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, guard, take
from stackproof.sights.state import State, load_state
from stackproof.types.names import to_camel
from stackproof.verify import accounting_of, compared, compared_with, snapshot_of
from tests.integration.cli.conftest import Cli, Clients
from tests.integration.cli.inventory import inventory
from tests.integration.deployments import ROOT, Deployments

Inventory = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack: what it says of itself, and what AWS shows of it."""

    outputs: outputs.Outputs
    live: Snapshot


class Lifecycle:
    """Tests of one stack: its name, its regions, and how many resources AWS shows at least.

    `kept` is what AWS keeps on purpose when the stack is destroyed, by listing.
    """

    stack: ClassVar[str]
    regions: ClassVar[tuple[str, ...]]
    resources: ClassVar[int]
    kept: ClassVar[Inventory] = {}

    @classmethod
    def tamper(cls, client: Clients, exported: outputs.Outputs) -> set[tuple[str, str]]:
        """Change the stack behind Pulumi's back; tell the ids and properties that were changed."""
        raise NotImplementedError

    @classmethod
    def unlock(cls, client: Clients, exported: outputs.Outputs) -> None:
        """Do what an operator has to do by hand before the stack may be destroyed."""

    @staticmethod
    def empty_logs(s3: Any, bucket: str) -> None:
        """Empty a bucket of logs that is kept; S3 writes there who asks, destroyers as well."""
        for logged in s3.list_buckets()["Buckets"]:
            s3.put_bucket_logging(Bucket=logged["Name"], BucketLoggingStatus={})
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for written in page.get("Versions", ()):
                s3.delete_object(Bucket=bucket, Key=written["Key"], VersionId=written["VersionId"])

    @pytest.fixture(scope="class")
    @classmethod
    def project(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A copy of the project whose Python is the one on PATH: ours."""
        folder = tmp_path_factory.mktemp(cls.stack)
        settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
        settings["runtime"] = "python"
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
        for file in (*ROOT.glob(f"Pulumi.{cls.stack}.yaml"), *ROOT.glob("waivers.yaml")):
            shutil.copy(file, folder)
        shutil.copytree(ROOT / "infra", folder / "infra")
        return folder

    @pytest.fixture(scope="class")
    @classmethod
    def pulumi(cls, cli: Callable[[Path, str], Cli], project: Path) -> Cli:
        return cli(project, cls.stack)

    @pytest.fixture(scope="class")
    @classmethod
    def empty(cls, pulumi: Cli, client: Clients) -> Inventory:
        return inventory(client, cls.regions)

    @pytest.fixture(scope="class")
    @classmethod
    def previewed(cls, pulumi: Cli, empty: Inventory, client: Clients) -> tuple[str, Inventory]:
        printed = pulumi("preview", "--policy-pack", str(ROOT / "policies"))
        return printed, inventory(client, cls.regions)

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(
        cls,
        pulumi: Cli,
        previewed: tuple[str, Inventory],
        cloud_server: Server,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Deployed:
        pulumi("up", "--yes", "--skip-preview")
        said = tmp_path_factory.mktemp("cli") / "flat-outputs.json"
        said.write_text(json.dumps(pulumi.json("stack", "output", "--json")))
        return _look(said, cloud_server)

    @pytest.fixture(scope="class")
    @classmethod
    def known(cls, pulumi: Cli, deployed: Deployed) -> State:
        """What the CLI wrote down of the stack that nobody has touched yet."""
        file = pulumi.folder / "state.json"
        file.write_text(json.dumps(pulumi.json("stack", "export")))
        return load_state(file)

    @pytest.fixture(scope="class")
    @classmethod
    def destroyed(cls, pulumi: Cli, deployed: Deployed, client: Clients) -> Inventory:
        cls.unlock(client, deployed.outputs)
        pulumi("destroy", "--yes", "--skip-preview")
        return inventory(client, cls.regions)

    @pytest.fixture(scope="class")
    @classmethod
    def by_engine(cls, deployments: Deployments) -> Deployed:
        made = deployments.untouched(cls.stack)
        return _look(made.outputs.path, made.server)

    def test_the_pack_lets_it_pass_and_a_preview_creates_nothing(
        self, empty: Inventory, previewed: tuple[str, Inventory]
    ) -> None:
        printed, there = previewed
        assert re.search(r"\+ \d+ to create", printed)
        assert "mandatory" not in printed.lower()
        assert there == empty

    def test_the_outputs_name_what_is_there(self, deployed: Deployed) -> None:
        assert deployed.live.gaps == {}
        assert len(deployed.live.resources) >= self.resources
        assert deployed.outputs["stack"] == self.stack

    def test_a_refresh_of_what_nobody_touched_changes_nothing(
        self, pulumi: Cli, deployed: Deployed
    ) -> None:
        printed = pulumi("refresh", "--preview-only", "--expect-no-changes")
        assert not re.search(r"\d+ to (update|delete|create)", printed)

    def test_parity_and_refresh_show_exactly_what_was_changed_behind_its_back(
        self,
        pulumi: Cli,
        deployed: Deployed,
        known: State,
        client: Clients,
        cloud_server: Server,
    ) -> None:
        before = _state(pulumi)
        reach = environment(cloud_server, "us-east-1", home=pulumi.folder)
        assert self._parity(deployed, known, reach) == ([], [])
        tampered = self.tamper(client, deployed.outputs)
        drifted, strange = self._parity(deployed, known, reach)
        assert {(finding.resource.id, to_camel(finding.facet)) for finding in drifted} == tampered
        assert strange == []
        pulumi("refresh", "--yes", "--skip-preview")
        after = _state(pulumi)
        assert before.keys() == after.keys()
        changed = {
            (made["id"], name)
            for was, made in ((before[urn]["inputs"], after[urn]) for urn in after)
            for name in {*was, *made["inputs"]}
            if _content(was.get(name)) != _content(made["inputs"].get(name))
        }
        assert changed == tampered

    @staticmethod
    def _parity(
        deployed: Deployed, known: State, reach: Mapping[str, str]
    ) -> tuple[list[Finding], list[Resource]]:
        """Compare AWS with the state: what vanished or drifted, and what is in no state."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in reach.items():
                patch.setenv(name, value)
            snapshot = snapshot_of(deployed.outputs, known)
        accounting = accounting_of(deployed.outputs, known, snapshot)
        comparison = compared_with(known, snapshot)
        assert comparison is not None
        assert comparison.compared > 2 * comparison.unshown
        assert accounting.counts[Status.UNREADABLE] == 0
        findings = compared(accounting, snapshot, comparison)
        return findings, list(comparison.unmanaged)

    def test_destroy_leaves_nothing_behind_but_what_is_kept_on_purpose(
        self, pulumi: Cli, empty: Inventory, destroyed: Inventory
    ) -> None:
        left = {
            listing: sorted(_TIME.sub("*", name) for name in {*destroyed[listing]} - {*before})
            for listing, before in empty.items()
        }
        assert {listing: names for listing, names in left.items() if names} == self.kept
        assert pulumi.ids() == {}

    def test_the_engine_makes_the_same_as_the_cli(
        self, deployed: Deployed, by_engine: Deployed
    ) -> None:
        first, second = _plain(deployed.live), _plain(by_engine.live)
        assert first.total() >= self.resources
        assert (first - second, second - first) == (Counter(), Counter())
        assert by_engine.outputs.values.keys() == deployed.outputs.values.keys()

    def test_the_engine_writes_down_the_same(self, known: State, deployments: Deployments) -> None:
        written = load_state(deployments.untouched(self.stack).state)
        assert _shape(written) == _shape(known)


def _shape(state: State) -> dict[str | None, Any]:
    """Give what a state says of each resource, without what AWS makes up."""
    return {
        held.urn: (held.type, held.region, held.arn is None, set(state.inputs[str(held.urn)]))
        for held in state.stack
    }


def _state(pulumi: Cli) -> dict[str, Any]:
    # Decrypted, for what is encrypted looks different at every encryption.
    exported = pulumi.json("stack", "export", "--show-secrets")["deployment"]["resources"]
    return {r["urn"]: {"inputs": {}, **r} for r in exported if "id" in r}


def _content(value: Any) -> Any:
    # For a refresh the CLI sends archives by their hash alone, and keeps them as they come back.
    return value["hash"] if isinstance(value, dict) and "hash" in value else value


def _look(outputs_file: Path, server: Server) -> Deployed:
    import boto3

    said = outputs.load(outputs_file)
    aws = Aws(guard(readers()), server.endpoint, boto3.Session("another", "hand"))
    live = take(aws, readers(), regions=said.regions, keys=said.keys, own_tags=said.own_tags)
    return Deployed(said, live)


# When an automated snapshot was made.
_TIME = re.compile(r"\d{4}(-\d\d){4}$")
# What AWS makes up for each resource, and so differs between two deployments of the same.
_RANDOM = re.compile(
    r"""
      \b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b  # UUIDs
    | \b[a-z]+-[0-9a-f]{8,17}\b                      # ids of EC2
    | \b[0-9a-f]{6,64}\b                             # parts of ARNs and host names
    | \b[A-Z0-9]{13,26}\b                            # ids of zones and databases
    | \b[a-z0-9]{36}\b                               # scalable targets
    | \bcluster-(ro-)?[a-z0-9]{12}\b                 # host names of databases
    | \b[A-Za-z0-9]{48}\b                            # versions of backup plans
    | (?<="unique_id":\ ")\w+                        # ids of instance profiles
    | (?<=:secret:)[\w!/-]+                          # names of secrets in their ARNs
    | \b\d+(\.\d+){3}\b(?!/)                         # addresses
    | \d{4}-\d\d-\d\d[T ][\d:.+]+Z?                  # times
    | (?<=task-definition/)[\w-]+:\d+ | (?<="revision":\ )\d+
    """,
    re.VERBOSE,
)


def _plain(live: Snapshot) -> Counter[str]:
    """Give resources as text that says nothing of when and under which ids they were made.

    What waits for its deletion is left out: keys of what was deployed before.
    """
    found = [r for r in live.resources if r.identity not in live.dying]
    # Ids of APIs and their parts are letters only, like words: known by what has them.
    ids = [str(r.id) for r in found if r.type.startswith("aws:apigatewayv2/") and r.id]
    random = re.compile(
        "|".join([_RANDOM.pattern, *(rf"\b{re.escape(id_)}\b" for id_ in ids)]), re.X
    )
    return Counter(
        random.sub("#", f"{r.type} {json.dumps(r.data, sort_keys=True, default=str)}")
        for r in found
    )
