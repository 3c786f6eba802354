"""Nightly runs by the real command line: records, what changed, gates, and what is never lost."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from stackproof.embedded.server.control import Server, copied, isolated
from stackproof.exit_codes import COULD_NOT, FAILED, USAGE, VERIFIED
from tests.integration.deployments import STACKPROOF

PROGRAM = """
import pulumi
import pulumi_aws as aws

key = aws.kms.Key("key", enable_key_rotation=True, description="Of the night")
parameter = aws.ssm.Parameter("greeting", type="String", value="PLANTED-in-a-value")
role = aws.iam.Role(
    "runs",
    assume_role_policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
    '"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}',
    tags={"ApiToken": "PLANTED-in-a-tag", "Owner": "payments"},
)
pulumi.export("region", "us-east-1")
pulumi.export("key_id", key.id)
pulumi.export("role_name", role.name)
pulumi.export("parameter", parameter.name)
"""
# Few controls, so that it is quick; the state's file of the second stack isn't there.
SETTINGS = """
select: ["kms-*", "iam-*"]
nightly:
  history: evidence
  budgets: [{severity: critical, days: 7}]
  stacks:
    - {name: night, stack: dev, outputs: flat-outputs.json, state: state.json}
    - {name: lost, state: lost.json}
"""


@dataclass(frozen=True, slots=True)
class Project:
    folder: Path
    environment: Mapping[str, str]
    server: Server

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [STACKPROOF, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def client(self, service: str) -> Any:
        session: Any = boto3.Session("another", "hand", region_name="us-east-1")
        return session.client(service, endpoint_url=self.server.endpoint)


@pytest.fixture(scope="module")
def project(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("night")
    (folder / "Pulumi.yaml").write_text("name: night\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "stackproof.yaml").write_text(SETTINGS)
    home = tmp_path_factory.mktemp("home")
    with copied(blank) as server:
        environment = isolated({"PATH": "/usr/bin:/bin"}, server, "us-east-1", home=home)
        made = Project(folder, environment, server)
        done = made("deploy", "dev", "--outputs", "flat-outputs.json", "--state", "state.json")
        assert done.returncode == 0, done.stderr
        yield made


def test_two_nights_and_what_changed_between_them(project: Project) -> None:
    first = project("nightly", "night", "--reports", "reports")
    told = (project.folder / "reports" / "night.json").read_text("utf-8")
    record = json.loads(told)
    assert {f["sight"] for f in record["findings"]} == {"declared", "state", "live"}, first.stdout
    assert record["run"]["stack"] == "night"
    assert record["changes"] is None
    assert record["scenarios"], record["errors"]
    assert record["errors"] == []

    outputs = json.loads((project.folder / "flat-outputs.json").read_text("utf-8"))
    project.client("kms").disable_key_rotation(KeyId=outputs["key_id"])
    project.client("iam").update_role(RoleName=outputs["role_name"], MaxSessionDuration=7200)

    second = project("nightly", "--only-new")
    assert second.returncode == FAILED, second.stdout + second.stderr
    lines = second.stdout.splitlines()
    assert any("new failures (1): medium kms-key-rotation on " in line for line in lines)
    assert any("drifted (2): medium resource-as-declared on " in line for line in lines)
    changed = next(line for line in lines if "properties that changed" in line)
    assert "enable_key_rotation from true to false" in changed
    assert "max_session_duration from 3600 to 7200" in changed
    # What could not be looked at is not lost among the others.
    assert any(line.startswith("lost: not verified: ") and "lost.json" in line for line in lines)
    assert lines[-1] == "2 stacks: 1 failed (night), 1 not verified (lost)"

    assert project("diff", "night~1", "night").returncode == FAILED
    assert "as they were written" in project("history", "verify").stdout
    lost = project("nightly", "lost")
    assert lost.returncode == COULD_NOT

    project("baseline", "night")
    third = project("nightly", "night", "--baseline", "baseline.json")
    assert third.returncode == VERIFIED, third.stdout
    assert "let through, as known or not new" in third.stdout

    waiver = "control: kms-key-rotation, resource: '*', owner: us, until: 2027-12-31"
    (project.folder / "stackproof.yaml").write_text(
        f"{SETTINGS}waivers: [{{{waiver}, reason: The key is going to be replaced.}}]\n"
    )
    project("nightly", "night", "--baseline", "baseline.json", "--reports", "reports")
    record = json.loads((project.folder / "reports" / "night.json").read_text("utf-8"))
    rotation = {f["outcome"] for f in record["findings"] if f["control"] == "kms-key-rotation"}
    assert rotation == {"pass", "waived"}
    assert [(one["control"], one["owner"]) for one in record["waivers"]] == [
        ("kms-key-rotation", "us")
    ]

    # Nothing of what was planted is in anything that was written, printed or kept.
    project("history", "export", "exported")
    kept = [p for p in project.folder.rglob("*") if p.is_file() and _written(p, project.folder)]
    assert len(kept) > 6
    for path in kept:
        assert b"PLANTED" not in path.read_bytes(), path
    asked = project("history", "query", "SELECT body FROM resources", "--format", "json")
    assert len(json.loads(asked.stdout)) > 6
    for done in (first, second, third, asked):
        assert "PLANTED" not in done.stdout + done.stderr


def _written(path: Path, folder: Path) -> bool:
    return path.relative_to(folder).parts[0] in ("reports", "evidence", "exported", "baseline.json")


def test_what_is_wrongly_asked_is_said(project: Project) -> None:
    unknown = project("nightly", "nobody")
    assert (unknown.returncode, "those there are: lost, night" in unknown.stderr) == (USAGE, True)
    none = project("diff", "nobody", "night")
    assert none.returncode == COULD_NOT
    assert "there is no record 'nobody'" in none.stderr
