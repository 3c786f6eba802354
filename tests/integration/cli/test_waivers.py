"""Waivers in a project of somebody else, from the preview under the pack to the live verdict."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.cli.conftest import REGION, STOPPED, Cli
from tests.integration.deployments import ROOT

PACK = str(ROOT / "policies")
STACKPROOF = str(Path(sys.executable).with_name("stackproof"))
CONTROL = "iam-secrets-limited"
NEXT_MONTH = date.today() + timedelta(days=30)

PROGRAM = f"""
import json

import pulumi
import pulumi_aws as aws

role = aws.iam.Role(
    "robots-dev",
    name="robots-dev",
    assume_role_policy=json.dumps(
        {{
            "Version": "2012-10-17",
            "Statement": [
                {{
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {{"Service": "ec2.amazonaws.com"}},
                }}
            ],
        }}
    ),
    tags={{"Project": "shop", "Environment": "dev", "ManagedBy": "pulumi", "Owner": "team"}},
)
aws.iam.RolePolicy(
    "robots-dev-read",
    name="robots-dev-read",
    role=role.name,
    policy=json.dumps(
        {{
            "Version": "2012-10-17",
            "Statement": [
                {{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}}
            ],
        }}
    ),
)
pulumi.export("region", "{REGION}")
pulumi.export("stack", pulumi.get_stack())
pulumi.export("project", "shop")
pulumi.export("environment", "dev")
pulumi.export("role", role.arn)
"""


@pytest.fixture(scope="module")
def shop(cli: Callable[[Path, str], Cli], tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "infra").mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nmain: infra/\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (folder / "infra/__main__.py").write_text(PROGRAM)
    return cli(folder, "dev")


def waive(shop: Cli, **changed: Any) -> None:
    """Accept what the program does, for a month, unless it is said otherwise."""
    entry = {
        "control": CONTROL,
        "resource": "robots-*",
        "stack": "dev",
        "reason": "The vendor does not say which.",
        "owner": "shipping",
        "until": NEXT_MONTH,
        **changed,
    }
    (shop.folder / "waivers.yaml").write_text(yaml.safe_dump([entry]))


@pytest.fixture(scope="module")
def deployed(shop: Cli) -> Iterator[Cli]:
    waive(shop)
    shop("up", "--yes", "--skip-preview", "--policy-pack", PACK)
    outputs = shop.json("stack", "output", "--json")
    (shop.folder / "flat-outputs.json").write_text(json.dumps(outputs))
    yield shop
    shop("destroy", "--yes", "--skip-preview")


def preview(shop: Cli, *arguments: str, code: int = 0) -> str:
    return shop("preview", "--policy-pack", PACK, *arguments, code=code)


def verify(shop: Cli, *arguments: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
    outputs = f"--outputs={shop.folder / 'flat-outputs.json'}"
    return subprocess.run(
        [STACKPROOF, "verify", outputs, *arguments],
        cwd=shop.folder / folder,
        env=shop.env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("called_in", ["", "infra"])
def test_waived_violation_is_listed_and_stops_nothing(shop: Cli, called_in: str) -> None:
    waive(shop)
    printed = preview(shop, *(["--cwd", called_in] if called_in else []))
    assert "[mandatory]" not in printed
    assert "- [advisory]  waived  (aws:iam/rolePolicy:RolePolicy: robots-dev-read)" in printed
    assert f"{CONTROL}: robots-dev-read (aws:iam/rolePolicy:RolePolicy), policy is " in printed
    assert f"waived by shipping (The vendor does not say which) until {NEXT_MONTH}" in printed


def test_expired_waiver_stops_the_preview_and_says_whose_it_was(shop: Cli) -> None:
    waive(shop, until=date(2020, 2, 29))
    printed = preview(shop, code=STOPPED)
    assert f"- [mandatory] [severity: high]  {CONTROL}  (" in printed
    assert "The waiver by shipping expired on 2020-02-29." in printed


def test_waiver_of_another_stack_waives_nothing(shop: Cli) -> None:
    waive(shop, stack="prod")
    assert f"- [mandatory] [severity: high]  {CONTROL}  (" in preview(shop, code=STOPPED)


def test_bad_file_stops_the_preview_with_its_sentences(shop: Cli) -> None:
    waive(shop, owner="", until="soon")
    printed = preview(shop, code=STOPPED)
    file = shop.folder / "waivers.yaml"
    assert f"{file}, waiver 1: owner is ''; it must be the name of who answers for it" in printed
    assert f"{file}, waiver 1: until is 'soon'; it must be the last day" in printed


def test_file_that_is_named_counts_in_place_of_the_projects(shop: Cli, tmp_path: Path) -> None:
    waive(shop)
    named = replace(shop, env={**shop.env, "STACKPROOF_WAIVERS": str(tmp_path / "none.yaml")})
    assert f"{tmp_path / 'none.yaml'} cannot be read: No such file" in preview(named, code=STOPPED)
    (tmp_path / "none.yaml").write_text("")
    assert f"- [mandatory] [severity: high]  {CONTROL}  (" in preview(named, code=STOPPED)


def test_project_of_another_name_waives_nothing(shop: Cli, tmp_path: Path) -> None:
    """The pack's own folder may be a project too, and its waivers are of that project."""
    (shop.folder / "waivers.yaml").unlink(missing_ok=True)
    for name in ("shop", "another"):
        folder = tmp_path / name
        (folder / "policies").mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        (folder / "waivers.yaml").write_text("- {owner: nobody}\n")
        (folder / "policies/PulumiPolicy.yaml").write_text("runtime: python\n")
        shutil.copy(ROOT / "policies/__main__.py", folder / "policies")
        pack = ("--policy-pack", str(folder / "policies"))
        assert "waiver 1: control is missing" not in shop("preview", *pack, code=STOPPED)


def test_verified_stack_shows_what_is_waived(deployed: Cli) -> None:
    waive(deployed)
    done = verify(deployed, folder="infra")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"WAIVED  {CONTROL} on robots-dev-read: waived by shipping (The vendor" in done.stdout
    assert "1 waived" in done.stdout
    assert "everything holds, but for 1 waived failure" in done.stdout
    assert "WARNING" not in done.stdout
    document = json.loads(verify(deployed, "--format", "json").stdout)
    assert document["summary"]["waived"] == 1
    assert document["warnings"] == []
    [waived] = [f for f in document["findings"] if f["outcome"] == "waived"]
    assert (waived["control"], waived["name"]) == (CONTROL, "robots-dev-read")
    assert f"until {NEXT_MONTH}" in waived["message"]


def test_expired_waiver_fails_the_verification(deployed: Cli) -> None:
    waive(deployed, until=date(2020, 2, 29))
    done = verify(deployed)
    assert done.returncode == 1
    assert "The waiver by shipping expired on 2020-02-29." in done.stdout


def test_waiver_that_matches_nothing_is_warned_of(deployed: Cli, tmp_path: Path) -> None:
    waive(deployed, resource="robot")
    (deployed.folder / "waivers.yaml").rename(tmp_path / "other.yaml")
    other = f"--waivers={tmp_path / 'other.yaml'}"
    warning = f"waiver 1 ({CONTROL} on robot, shipping) matches nothing"
    done = verify(deployed, other)
    assert done.returncode == 1
    assert f"WARNING {warning}" in done.stdout
    [said] = json.loads(verify(deployed, other, "--format", "json").stdout)["warnings"]
    assert said.startswith(warning)


def test_bad_file_is_no_verification(deployed: Cli) -> None:
    waive(deployed, control="iam-secrets-limit")
    done = verify(deployed)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == (
        f"Error: {deployed.folder / 'waivers.yaml'}, waiver 1: there is no control "
        f"'iam-secrets-limit'; did you mean '{CONTROL}'? [SP1401]\n"
    )
