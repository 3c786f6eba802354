"""Who answers is a fact of the clients: AWS, an emulator on this machine, or somebody else."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path

import boto3
import pytest

from stackproof.endpoints import AWS_DOMAINS, emulated, is_aws, is_loopback, told, usual, who
from stackproof.sights.live.clients import Clients
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.urls import public


def test_domains_are_those_of_every_partition() -> None:
    text = (resources.files("botocore") / "data" / "partitions.json").read_text()
    known = {
        partition["outputs"][name]
        for partition in json.loads(text)["partitions"]
        for name in ("dnsSuffix", "dualStackDnsSuffix")
    }
    assert known == set(AWS_DOMAINS)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://sts.us-east-1.amazonaws.com", True),
        ("https://s3.cn-north-1.amazonaws.com.cn/", True),
        ("https://vpce-1.s3.us-east-1.vpce.amazonaws.com", True),
        ("https://ec2.eu-west-1.api.aws", True),
        ("https://STS.AMAZONAWS.COM.", True),
        ("https://sts.amazonaws.com.example.org", False),
        ("https://amazonaws.com@example.org", False),
        ("https://notamazonaws.com", False),
        ("http://localstack:4566", False),
        ("", False),
        ("http://[::1", False),
    ],
)
def test_own_endpoints_of_aws_are_told_by_their_domain(url: str, right: bool) -> None:
    assert is_aws(url) is right


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.255.255.254", "2130706433", "0x7f000001", "0177.0.0.1"),
        *("localhost", "LOCALHOST", "localhost.", "a.localhost", "[::1]", "[0:0:0:0:0:0:0:1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "u:p@127.1"),
    ],
)
def test_loopback_is_this_machine_however_it_is_written(host: str) -> None:
    assert is_loopback(f"http://{host}:5000")
    assert emulated(f"http://{host}:5000 for sts; AWS for the rest")


@pytest.mark.parametrize(
    ("netloc", "right"),
    [
        ("0x7f.1:5000", "127.0.0.1:5000"),
        ("127.1", "127.0.0.1"),
        ("2130706433:80", "127.0.0.1:80"),
        ("[::ffff:7f00:1]:80", "127.0.0.1:80"),
        ("[::1]:80", "[::1]:80"),
        ("localhost:80", "localhost:80"),
        ("shop.localhost", "shop.localhost"),
        ("", ""),
    ],
)
def test_address_is_written_with_four_numbers(netloc: str, right: str) -> None:
    assert usual(netloc) == right


@pytest.mark.parametrize(
    "host",
    [
        *("128.0.0.1", "10.0.0.1", "2130706432.example.org", "3232235777", "localhost.example.org"),
        *("notlocalhost", "[::ffff:10.0.0.1]", "[2001:db8::1]", "127.0.0.1.example.org", ""),
    ],
)
def test_other_hosts_are_not(host: str) -> None:
    assert not is_loopback(f"http://{host}:5000")


def test_who_answers_is_told_by_service() -> None:
    aws, here, there = "https://s3.amazonaws.com", "http://127.0.0.1:1", "http://proxy:2"
    assert told({"s3": aws, "sts": aws}) is None
    assert told({"s3": here, "sts": here}) == here
    mixed = told({"s3": aws, "sts": here, "ec2": here, "kms": there})
    assert mixed == "http://127.0.0.1:1 for ec2, sts; http://proxy:2 for kms; AWS for the rest"
    assert who(None) == "AWS"
    assert who(here) == "http://127.0.0.1:1 (emulated)"
    assert who(there) == "http://proxy:2 (not an endpoint of AWS)"
    assert who(mixed) == f"{mixed} (emulated)"


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Credentials and a configuration file of this test's own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "config"


ALLOWED = frozenset({("sts", "GetCallerIdentity"), ("kms", "ListKeys"), ("s3control", "GetX")})


def asked(*services: str, endpoint: str | None = None, profile: str | None = None) -> str | None:
    session = boto3.Session(profile_name=profile)
    clients = Clients(ALLOWED, endpoint, session=session)
    for service in services:
        clients.client(service, "us-east-1")
    return clients.endpoint


def test_clients_say_whom_they_really_ask(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked("sts", "kms") is None
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.1:7")
    assert asked("sts", "kms") == "http://127.1:7 for sts; AWS for the rest"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://user:secret@localhost:8")
    assert asked() == "http://localhost:8"
    assert asked("kms", "s3control") == "http://localhost:8"
    assert asked("sts", "kms") == "http://127.1:7 for sts; http://localhost:8 for kms"
    assert asked("sts", "kms", endpoint="http://[::1]:9") == "http://[::1]:9"
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert asked("sts", "kms") is None


def test_configuration_file_counts_as_well(alone: Path) -> None:
    alone.write_text(
        "[profile emulated]\nregion = us-east-1\nservices = here\n"
        "aws_access_key_id = testing\naws_secret_access_key = testing\n"
        "[services here]\nkms =\n  endpoint_url = http://2130706433:4566\n"
    )
    asked_of = asked("sts", "kms", profile="emulated")
    assert asked_of == "http://2130706433:4566 for kms; AWS for the rest"
    assert emulated(asked_of)


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"])
@pytest.mark.parametrize("end", ["?token=SEKRET", "#SEKRET", "/x?SEKRET#SEKRET"])
def test_endpoint_with_a_query_is_refused_and_the_query_not_repeated(
    variable: str, end: str, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, f"http://SEKRET:SEKRET@127.0.0.1:1{end}")
    with pytest.raises(LiveError, match="is not the URL of a server") as refused:
        Clients(frozenset()).client("sqs", "us-east-1")
    assert "SEKRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("failed: password=SEKRETcp", "failed: (hidden)"),
        ("failed, password=SEKRETcp", "failed, password=(hidden)"),
        ('{"token": "SEKRETcp"}', '{"token": (hidden)"}'),
        ("see https://u:p@host/a?sig=SEKRET now", "see https://host/a?(hidden) now"),
        ("region: us-east-1, code=3", "region: us-east-1, code=3"),
    ],
)
def test_errors_repeat_no_secret_of_the_environment(text: str, shown: str) -> None:
    assert public(text) == shown
