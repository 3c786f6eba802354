"""Several accounts: each is asked by its own profile or role, and none is lost among the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.embedded.faults import Fault, calls, clear, forget_calls, inject
from stackproof.embedded.server.state import Server
from stackproof.types.tokens import KMS_KEY

SHOP, BANK = "111111111111", "222222222222"
ROLES = {account: f"arn:aws:iam::{account}:role/audit" for account in (SHOP, BANK)}
SENTENCE = "the AWS credentials could not be had: AssumeRole was refused (AccessDenied"


@pytest.fixture(scope="module", autouse=True)
def accounts(server: Server) -> dict[str, str]:
    """Two accounts with a key of the same name each, the bank's without rotation."""
    sts, keys = boto3.client("sts"), {}
    for account, role in ROLES.items():
        held = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        kms = boto3.client(
            "kms",
            aws_access_key_id=held["AccessKeyId"],
            aws_secret_access_key=held["SecretAccessKey"],
            aws_session_token=held["SessionToken"],
        )
        keys[account] = kms.create_key(Tags=[])["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName="alias/pay", TargetKeyId=keys[account])
        if account == SHOP:
            kms.enable_key_rotation(KeyId=keys[account])
    return keys


@pytest.fixture
def run(
    accounts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run `stackproof verify` on an outputs file that names the keys, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    config = {"select": [{"id": "kms-key-rotation"}]}
    (tmp_path / "stackproof.yaml").write_text(json.dumps(config))
    (tmp_path / "Pulumi.yaml").write_text("name: pay\nruntime: python\n")
    (tmp_path / "flat-outputs.json").write_text(json.dumps(dict(accounts)))

    def verify(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["verify", *arguments], catch_exceptions=False)

    return verify


def roles(*accounts: str) -> list[str]:
    return [f"--assume-role={ROLES[account]}" for account in accounts]


def test_each_account_is_judged_by_its_role_and_failures_keep_their_account(run: Any) -> None:
    done = run(*roles(SHOP, BANK), "--external-id=till", "--format=json")
    assert done.exit_code == 1
    told = json.loads(done.output)
    assert told["verdict"] == f"2 targets: 1 verified, 1 failed ({BANK})"
    by = {one["run"]["account"]: one for one in told["runs"]}
    assert by[SHOP]["summary"]["fail"] == 0
    assert [f["arn"].split(":")[4] for f in by[BANK]["findings"]] == [BANK]
    assert ROLES[BANK] in by[BANK]["run"]["stack"]


def test_role_that_cannot_be_assumed_is_not_lost_among_green_ones(
    run: Any, server: Server, tmp_path: Path
) -> None:
    inject(server, Fault("deny", "sts", "AssumeRole", resource=BANK))
    try:
        both = run(*roles(BANK, SHOP), "--report", "r.xml", "--report", "r.csv")
        alone = run(*roles(BANK))
        rows = run(*roles(SHOP, BANK), "--format=csv").output.splitlines()
    finally:
        clear(server)
    assert both.exit_code == alone.exit_code == 3
    assert SENTENCE in both.output
    assert SENTENCE in alone.output
    last = both.output.strip().splitlines()[-1]
    assert last == f"2 targets: 1 verified, 1 not verified (role {ROLES[BANK]})"
    assert "<error" in (tmp_path / "r.1.xml").read_text()
    assert "<error" not in (tmp_path / "r.2.xml").read_text()
    assert SENTENCE in (tmp_path / "r.1.csv").read_text()
    assert len([row for row in rows if row.startswith("stack,account")]) == 1
    assert any(BANK in row and SENTENCE in row for row in rows)


def test_a_target_that_refuses_is_shown_by_whom_it_was_asked(
    run: Any, server: Server, tmp_path: Path
) -> None:
    kinds = ("txt", "csv", "md", "html", "xml")
    inject(server, Fault("deny", "sts", "AssumeRole", resource=BANK))
    try:
        run(*roles(BANK, SHOP), *(f"--report=r.{kind}" for kind in kinds))
        told = json.loads(run(*roles(BANK, SHOP), "--format=json").output)["runs"][0]["run"]
    finally:
        clear(server)
    assert (told["endpoint"], told["emulated"]) == (server.endpoint, True)
    for kind in kinds:
        assert server.endpoint in (tmp_path / f"r.1.{kind}").read_text(), kind


def test_a_target_that_nobody_was_asked_about_names_nobody(run: Any, tmp_path: Path) -> None:
    kinds = ("txt", "csv", "md", "html")
    run("--profile=nobody", "--profile=none", *(f"--report=r.{kind}" for kind in kinds))
    for kind in kinds:
        assert "not known who answered" in (tmp_path / f"r.1.{kind}").read_text(), kind


def test_role_is_assumed_with_the_external_id_and_nothing_is_asked_twice(
    run: Any, server: Server
) -> None:
    forget_calls(server)
    run(*roles(SHOP), "--external-id=till")
    assert [call.operation for call in calls(server)].count("AssumeRole") == 1


def test_profiles_are_asked_one_by_one(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text(
        f"[profile base]\naws_access_key_id=a\naws_secret_access_key=b\n"
        f"[profile shop]\nrole_arn={ROLES[SHOP]}\nsource_profile=base\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    done = run("--profile=shop", "--profile=nobody", "--format=json")
    assert done.exit_code == 3
    first, second = json.loads(done.output)["runs"]
    assert first["run"]["account"] == SHOP
    assert second["run"]["stack"] == "profile nobody"
    assert "set AWS_PROFILE to one that" in second["run"]["verdict"]
    by = run("--profile=base", *roles(SHOP), "--format=json")
    assert json.loads(by.output)["run"]["account"] == SHOP


def test_profile_in_use_may_assume_a_role_by_itself(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models cut to what readers ask must leave what botocore asks for credentials."""
    config = tmp_path / "config"
    config.write_text(
        f"[profile base]\naws_access_key_id=a\naws_secret_access_key=b\n"
        f"[profile shop]\nrole_arn={ROLES[SHOP]}\nsource_profile=base\n"
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "shop")
    assert json.loads(run("--format=json").output)["run"]["account"] == SHOP


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--external-id=x"], "--external-id is for --assume-role ARN"),
        (["--assume-role=audit"], "'audit' is not the ARN of a role"),
        (["--profile=a", "--profile=b", *roles(SHOP)], "--assume-role assumes by one --profile"),
        (["--only=state", "--profile=a"], "--only state asks nobody"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    run: Any, arguments: list[str], expected: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert expected in done.output


def test_state_of_two_accounts_is_seen_whole_by_a_role_of_each(
    run: Any, accounts: dict[str, str], tmp_path: Path
) -> None:
    resources = [
        {
            "urn": f"urn:pulumi:dev::pay::{KMS_KEY}::{account}",
            "type": KMS_KEY,
            "custom": True,
            "id": arn.rpartition("/")[2],
            "outputs": {"arn": arn, "keyId": arn.rpartition("/")[2]},
        }
        for account, arn in accounts.items()
    ]
    state = {"version": 3, "deployment": {"manifest": {}, "resources": resources}}
    (tmp_path / "state.json").write_text(json.dumps(state))
    (tmp_path / "flat-outputs.json").unlink()
    given = ("--state=state.json", "--external-id=till", "--format=json")
    alone = run(*roles(SHOP), *given)
    assert alone.exit_code == 3
    verdict = json.loads(alone.output)["run"]["verdict"]
    assert f"resources could not be seen: kms.Key {BANK}" in verdict
    both = json.loads(run(*roles(SHOP, BANK), *given).output)
    assert both["verdict"] == f"2 targets: 1 verified, 1 failed ({BANK})"
    by = {one["run"]["account"]: one for one in both["runs"]}
    assert by[SHOP]["accounting"]["counts"]["unreadable"] == 0


def test_what_outputs_name_beside_is_told_where_nobody_looks(run: Any) -> None:
    alone = json.loads(run(*roles(SHOP), "--external-id=till", "--format=json").output)
    assert f"names 1 thing of account {BANK}" in " ".join(alone["warnings"])
    both = json.loads(run(*roles(SHOP, BANK), "--external-id=till", "--format=json").output)
    assert not any("of account" in said for one in both["runs"] for said in one["warnings"])
