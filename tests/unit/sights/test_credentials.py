"""Credentials and settings that can't be used end in one sentence, in commands and in the suite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.exit_codes import COULD_NOT
from stackproof.sights.live import clients
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws

pytest_plugins = ["pytester"]
WHO = Ask("sts", "GetCallerIdentity")
ROLE = "role_arn = arn:aws:iam::111122223333:role/r"

# A profile, and what its sentence must say.
PROFILES = {
    "sso": (
        "sso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n"
        "[sso-session s]\nsso_start_url = https://x.invalid/start\nsso_region = us-east-1",
        "log in with `aws sso login`",
    ),
    "old-sso": (
        "sso_start_url = https://x.invalid/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = r",
        "log in with `aws sso login`",
    ),
    "login": ("login_session = arn:aws:iam::111122223333:user/me", "botocore[crt]"),
    "process-fails": ('credential_process = sh -c "echo no vault >&2; exit 3"', "no vault"),
    "process-missing": ("credential_process = /none/such", "look at credential_process"),
    "process-prints-words": ("credential_process = echo hello", "look at credential_process"),
    "process-prints-a-list": ("credential_process = echo []", "look at credential_process"),
    "process-without-keys": (
        'credential_process = echo {\\"Version\\":1}',
        "run the profile's credential_process by hand",
    ),
    "web-identity": (f"web_identity_token_file = /none/token\n{ROLE}", "/none/token"),
    "mfa": (
        f"source_profile = keys\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n{ROLE}\n"
        "[profile keys]\naws_access_key_id = AKIA\naws_secret_access_key = x",
        "a code of the MFA device is needed",
    ),
    "partial": ("aws_access_key_id = AKIA", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    "no-source": (f"source_profile = nobody\n{ROLE}", "look at the profile"),
    "instance": (f"credential_source = Ec2InstanceMetadata\n{ROLE}", "look at the profile"),
}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Take away all credentials and settings of this machine and this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    outputs = {"region": "us-east-1", "account_id": "111122223333"}
    (tmp_path / "flat-outputs.json").write_text(json.dumps(outputs))
    clients._session.cache_clear()
    yield tmp_path
    clients._session.cache_clear()


def refused() -> str:
    """Verify, and give the sentence that it ends in."""
    result = CliRunner().invoke(main, ["verify"])
    assert result.exit_code == COULD_NOT, result.output
    sentence = result.output.strip().splitlines()[-1]
    assert sentence.startswith("Error: "), "nothing is asked of nobody before it"
    assert "Traceback" not in result.output
    return sentence


@pytest.mark.filterwarnings("ignore::getpass.GetPassWarning")
@pytest.mark.parametrize("name", PROFILES)
def test_profile_that_cannot_be_used_is_said(
    name: str, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, says = PROFILES[name]
    (alone / "config").write_text(f"[profile {name}]\n{settings}\n")
    monkeypatch.setenv("AWS_PROFILE", name)
    assert says in refused()


def test_profile_that_does_not_exist_is_said(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "The config profile (nobody) could not be found; set AWS_PROFILE" in refused()


def test_no_credentials_at_all_are_said(alone: Path) -> None:
    assert "no AWS credentials were found" in refused()


def test_suite_says_it_as_well(
    alone: Path, monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    (alone / "test_any.py").write_text("def test_any(live): pass\n")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.chdir(alone)
    result = pytester.runpytest_inprocess(
        "--outputs", str(alone / "flat-outputs.json"), "-p", "no:cacheprovider", alone
    )
    assert result.ret == COULD_NOT
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    result.stderr.fnmatch_lines("Exit: *The config profile (nobody) could not be found*")


@pytest.mark.parametrize(
    "endpoint",
    [
        "localhost:5000",
        "http://[::1",
        "http://",
        "http://a b:1",
        "ftp://127.0.0.1",
        "http://a:b",
        "http://127.0.0.1:9?x=1",
        "http://127.0.0.1:9/?x=1",
        "http://127.0.0.1:9?",
        "http://127.0.0.1:9#x",
    ],
)
def test_endpoint_that_is_no_url_is_said_before_anything_is_sent(
    endpoint: str, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert "is not the URL of a server; set AWS_ENDPOINT_URL" in refused()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://u:SECRETPW@127.0.0.1:1",
        "http://u:SECRETPW@127.0.0.1:1?x=1",
        "u:SECRETPW@127.0.0.1:1",
        "http://u:SECRET PW@127.0.0.1:1",
        "http://u:SECRET/PW@127.0.0.1:1",
    ],
)
def test_password_in_an_endpoint_is_said_nowhere(
    endpoint: str, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    said = refused()
    assert "127.0.0.1:1" in said
    assert "SECRET" not in said


def test_password_in_an_endpoint_is_sent_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://u:SECRETPW@127.0.0.1:1/aws")
    aws = Aws(frozenset(), session=boto3.Session("x", "y"))
    assert aws.endpoint == "http://127.0.0.1:1/aws"
    sent_to = aws.client("sts", "us-east-1").meta.endpoint_url
    assert sent_to == "http://u:SECRETPW@127.0.0.1:1/aws"


def test_password_in_the_endpoint_of_one_service_is_not_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://u:SECRETPW@")
    with pytest.raises(LiveError) as caught:
        Aws(frozenset(), session=boto3.Session("x", "y")).client("sts", "us-east-1")
    assert "SECRETPW" not in str(caught.value)


def test_variable_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "abc")
    with pytest.raises(LiveError, match="AWS_MAX_ATTEMPTS is 'abc', which is no whole number"):
        Aws(frozenset(), session=boto3.Session("x", "y")).client("sts", "us-east-1")


def test_endpoint_of_one_service_that_is_no_url_is_said(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "127.0.0.1")
    with pytest.raises(LiveError, match="the settings for sts cannot be used"):
        Aws(frozenset()).fetch(WHO, "us-east-1")
