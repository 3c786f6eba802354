"""The policy pack through the real CLI: what it stops, what it says, and how it is configured."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackproof.record.nightly.preview import PreviewError, declared
from stackproof.settings.settings import EVERYTHING
from tests.integration.cli.conftest import REGION, STOPPED, Cli
from tests.integration.deployments import ROOT
from tests.unit.own.project import CONTROL, STREAM, write

PACK = str(ROOT / "policies")
# The key's ARN is not known at preview; whoever looks at it first learns nothing of encryption.
PROGRAM = """
import pulumi
import pulumi_aws as aws

settings = pulumi.Config()
tags = {"Project": "shop", "Environment": "prod", "ManagedBy": "pulumi", "Owner": "team"}
if settings.get_bool("bare"):
    tags = {"Project": "shop"}
key = aws.kms.Key("key", enable_key_rotation=True, tags=tags)
aws.rds.Cluster(
    "main-prod",
    engine="aurora-postgresql",
    kms_key_id=key.arn,
    storage_encrypted=settings.require_bool("encrypted"),
    master_username="orders",
    manage_master_user_password=True,
    master_user_secret_kms_key_id=key.arn,
    copy_tags_to_snapshot=True,
    backup_retention_period=7,
    tags=tags,
)
if settings.get_bool("open"):
    group = aws.ec2.SecurityGroup("doors", description="Doors", tags=tags)
    aws.vpc.SecurityGroupIngressRule(
        "ssh",
        description="From everywhere",
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=22,
        to_port=22,
        cidr_ipv4="0.0.0.0/0",
    )
if settings.get_bool("named"):
    aws.sns.Topic("notes", kms_master_key_id=key.id, tags=tags)
"""

# What this small program is not about.
ASIDE = {
    "rds-cluster-reader-in-another-zone": "disabled",
    "rds-cluster-recovery-objectives": "disabled",
    "rds-cluster-forces-tls": "disabled",
    "data-store-no-egress-to-internet": "disabled",
    "sns-topic-tls-only": "disabled",
}


@pytest.fixture(scope="module")
def project(cli: Callable[[Path, str], Cli], tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    return cli(folder, "dev")


def judged(
    project: Cli,
    *command: str,
    code: int,
    encrypted: bool = True,
    open_: bool = False,
    named: bool = False,
    bare: bool = False,
    config: dict[str, Any] | None = None,
) -> str:
    settings = {"encrypted": encrypted, "open": open_, "named": named, "bare": bare}
    project.configure(**{f"shop:{name}": str(on).lower() for name, on in settings.items()})
    file = project.folder / "policies.json"
    file.write_text(json.dumps({**ASIDE, **(config or {})}))
    pack = ("--policy-pack", PACK, "--policy-pack-config", str(file))
    return project(*command, *pack, code=code)


def lines_of(printed: str, policy: str) -> list[str]:
    """Give the lines of the first violation that the CLI shows for a policy."""
    lines = [line.strip() for line in printed.splitlines()]
    start = next(number for number, line in enumerate(lines) if f"  {policy}  (" in line)
    return lines[start : start + 8]


def test_good_program_passes_and_says_what_is_left_to_verify(project: Cli) -> None:
    printed = judged(project, "preview", code=0, named=True)
    assert "[mandatory]" not in printed
    shown = lines_of(printed, "verified-live")
    assert shown[0].startswith("- [advisory]")
    assert "sns-topic-encrypted" in printed
    assert "notes (aws:sns/topic:Topic), kms_master_key_id: not known at preview" in printed
    assert "will be verified live" in printed


@pytest.mark.requirement("6.1")
def test_failure_beside_an_unknown_stops_the_preview_and_says_how_to_fix_it(project: Cli) -> None:
    printed = judged(project, "preview", code=STOPPED, encrypted=False)
    shown = lines_of(printed, "rds-cluster-storage-encrypted")
    assert shown[0].startswith("- [mandatory]")
    assert shown[2:7] == [
        "control:    rds-cluster-storage-encrypted",
        "resource:   main-prod (aws:rds/cluster:Cluster)",
        "property:   storage_encrypted",
        "expected:   true",
        "actual:     false",
    ]
    assert shown[7].startswith("how to fix: ")


def test_failure_that_needs_neighbours_stops_the_preview(project: Cli) -> None:
    printed = judged(project, "preview", code=STOPPED, open_=True)
    shown = lines_of(printed, "security-group-no-internet-to-admin-ports")
    assert shown[0].startswith("- [mandatory]")
    assert "control:    security-group-no-internet-to-admin-ports" in "\n".join(shown)


def test_missing_tags_stop_the_preview_once_for_each_resource(project: Cli) -> None:
    printed = judged(project, "preview", code=STOPPED, bare=True)
    shown = lines_of(printed, "tags-required")
    assert shown[0].startswith("- [mandatory]")
    assert shown[5:8] == [
        "expected:   tags Project, Environment, ManagedBy, Owner",
        'actual:     ["Project"]',
        "how to fix: Add the tags Environment, ManagedBy, Owner.",
    ]
    assert printed.count("control:    tags-required") == 2


def test_nothing_bad_is_created_without_a_preview(project: Cli) -> None:
    printed = judged(project, "up", "--yes", "--skip-preview", code=STOPPED, encrypted=False)
    assert "rds-cluster-storage-encrypted" in printed
    assert not any("Cluster" in name for name in project.ids())


def test_configuration_lowers_a_level(project: Cli) -> None:
    config = {"rds-cluster-storage-encrypted": "advisory"}
    printed = judged(project, "preview", code=0, encrypted=False, config=config)
    assert lines_of(printed, "rds-cluster-storage-encrypted")[0].startswith("- [advisory]")


def test_configuration_gives_every_policy_a_level(project: Cli) -> None:
    everything = {"all": "disabled", "rds-cluster-storage-encrypted": "mandatory"}
    printed = judged(
        project, "preview", code=STOPPED, encrypted=False, bare=True, open_=True, config=everything
    )
    assert printed.count("[mandatory]") == 1
    assert lines_of(printed, "rds-cluster-storage-encrypted")[0].startswith("- [mandatory]")
    printed = judged(project, "preview", code=0, encrypted=False, config={"all": "advisory"})
    assert lines_of(printed, "rds-cluster-storage-encrypted")[0].startswith("- [advisory]")


def test_configuration_changes_a_parameter(project: Cli) -> None:
    config = {"rds-cluster-backup-retention": {"minimum_days": 30}}
    printed = judged(project, "preview", code=STOPPED, config=config)
    assert "expected:   at least 30 days" in printed
    assert "actual:     7" in printed


@pytest.mark.parametrize(
    ("config", "sentences"),
    [
        (
            {
                "rds-cluster-backup-retention": {"minimum_days": "many"},
                "rds-instance-backup-retention": {"minimum_days": 0},
                "security-group-no-internet-to-admin-ports": {"ports": []},
            },
            (
                "rds-cluster-backup-retention: minimum_days: Invalid type. Expected: integer",
                "rds-instance-backup-retention: minimum_days: Must be greater than or equal to 1",
                "security-group-no-internet-to-admin-ports: ports: Array must have at least 1",
            ),
        ),
        (
            {"rds-cluster-backup-retention": {"days": 3}},
            ("'rds-cluster-backup-retention' has no parameter 'days'",),
        ),
        ({"rds-cluster-backup": "advisory"}, ("there is no policy 'rds-cluster-backup'",)),
        (
            {"all": {"enforcementLevel": "advisory", "minimum_days": 3}},
            ("'all' gives every policy its level and has no parameters",),
        ),
    ],
    ids=["value", "parameter", "policy", "all"],
)
def test_bad_configuration_stops_with_a_sentence(
    project: Cli, config: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    printed = judged(project, "preview", code=STOPPED, config=config)
    for sentence in sentences:
        assert sentence in printed


def test_nightly_is_told_all_that_a_preview_found(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in project.env.items():
        monkeypatch.setenv(name, value)
    project.configure(**{"shop:encrypted": "false"})
    with pytest.raises(PreviewError, match="there is no policy pack in"):
        declared("dev", project.folder, EVERYTHING, ())
    starter = ROOT / "stackproof" / "starter"
    (project.folder / "policies").mkdir()
    shutil.copy(starter / "PulumiPolicy.yaml", project.folder / "policies")
    shutil.copy(starter / "pack.txt", project.folder / "policies" / "__main__.py")
    found = {(f.control, f.outcome) for f in declared("dev", project.folder, EVERYTHING, ())}
    assert ("rds-cluster-storage-encrypted", "fail") in found
    assert ("kms-key-rotation", "pass") in found
    assert "unknown" in {outcome for _, outcome in found}
    with pytest.raises(PreviewError, match=r"`pulumi preview --stack none`: error: "):
        declared("none", project.folder, EVERYTHING, ())


def test_own_control_that_ends_its_process_ends_the_preview_with_its_name(
    project: Cli, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(project.folder, folder)
    exits = "    import sys\n    sys.exit(0)\n"
    text = CONTROL.replace(STREAM, "aws:kms/key:Key").replace("encryption_type", "description")
    head, _, last = text.replace('"KMS"', "None").partition("    return expect")
    write(folder, f"{head}{exits}    return expect{last}", "keys.py")
    printed = judged(replace(project, folder=folder), "preview", code=STOPPED)
    assert "ours-stream-encrypted  (aws:kms/key:Key: key)" in printed
    assert re.search(r"control 'ours-stream-encrypted' raised SystemExit at keys.py:\d+\)", printed)
    assert "[SP4006]" in printed


BROKEN_PACKS = {
    "making": (
        "from stackproof.policy_pack import policies\n"
        "import sys\n"
        "sys.modules['stackproof.policy_pack.policies'].Accepted = None\n"
        "policies()\n"
    ),
    "answering": (
        "from stackproof.policy_pack import policies, requests, serve\n"
        "requests.alone.__code__ = (lambda request: 1 // 0).__code__\n"
        "serve('stackproof', policies())\n"
    ),
    # Else the thread that answers would end alone, and the engine would wait for ever.
    "ending": (
        "from stackproof.policy_pack import policies, requests, serve\n"
        "requests.alone.__code__ = (lambda request: __import__('sys').exit(0)).__code__\n"
        "serve('stackproof', policies())\n"
    ),
}


@pytest.mark.parametrize("when", BROKEN_PACKS)
def test_our_own_error_stops_the_preview_with_one_sentence(
    when: str, project: Cli, tmp_path: Path
) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text(BROKEN_PACKS[when])
    home = tmp_path / "home"
    apart = replace(project, env={**project.env, "XDG_STATE_HOME": str(home)})
    printed = apart("preview", "--policy-pack", str(tmp_path), code=STOPPED)
    (file,) = (home / "stackproof" / "defects").iterdir()
    assert "this is a defect of stackproof, and says nothing about the stack" in printed
    assert str(file) in printed
    assert "[SP9001]" in printed
    assert "Traceback" not in printed
    assert "Traceback" in file.read_text()
