"""Secrets in plain text: told by what they say, and not by their name alone."""

from __future__ import annotations

import pytest

from stackproof.controls.support.plain_secrets import has_secret, is_secret

UUID = "c0baad75-d0d3-24e3-95d1-1e4e38a44c4a"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter2"),
        ("dbPassword", "correct horse"),
        ("DB_PASSWORD_2", "aGVsbG8/d29ybGQ+Zm9v"),
        ("API_KEY", UUID),
        ("SIGNING_KEY", UUID),
        ("ACCESS_KEY_ID", "something of no known form"),
        ("HARMLESS", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("KEY_PATH", "/x/AKIA" + "ABCDEFGHIJKLMNOP"),
        ("DATABASE_URL", "postgres://shop:hunter2@db.example/shop"),
        ("TOKEN", "/onlyone"),
        ("splunk-token", UUID),
        ("UPSTREAM", "Bearer 0123456789abcdef0123"),
        ("UPSTREAM", "Basic c2hvcDpodW50ZXIy"),
        ("TOKEN", "abc/DEF+ghi=="),
        ("PASSWORD", "yes please"),
        ("PASSWORD", "10"),
    ],
)
def test_secret_is_one(name: str, value: str) -> None:
    assert is_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("MYSQL_ALLOW_EMPTY_PASSWORD", value) for value in ("yes", "TRUE", "1", "0", "off")),
        ("lock_passwd", "true"),
        ("ENCRYPTION_KEY_ID", UUID),
        ("ENCRYPTION_KEY_ID", f"mrk-{UUID.replace('-', '')}"),
        ("SIGNING_KEY", "alias/signing"),
        ("apiCredentials", "/prod/api/credentials"),
        ("DB_PASSWORD", "/run/secrets/db_password"),
        ("DB_SECRET", "prod/db/main"),
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"),
        ("DB_PASSWORD", "{{resolve:secretsmanager:db}}"),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "vault:secret/data/db#password"),
        ("API_TOKEN", "<your token>"),
        ("DB_PASSWORD", ""),
        ("PASSWORD_LENGTH", "32"),
        ("DB_PASSWORD", "$DB_PASSWORD"),
        ("DB_PASSWORD", "$(DB_PASSWORD)"),
        ("PRIVATE_KEY", "tls/server.pem"),
        ("UPSTREAM", "Basic authentication"),
        ("UPSTREAM", "Bearer authentication"),
        ("PLAN", "basic"),
        ("TOKEN_TTL", "3600"),
    ],
)
def test_what_only_names_or_switches_is_none(name: str, value: str) -> None:
    assert not is_secret(name, value)


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL0123456789"
OF_A_FORM = (
    "rediss://:" + "Abc123xyzQ@cache.example:6379",
    "jdbc:postgresql://db.example/shop?user=shop&password=" + "S3cretPw",
    "Server=db;Uid=shop;Pwd=" + "S3cretPw;",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + "Zm9vYmFyYmF6cXV4==;Suffix=x",
    "https://a.blob.core.windows.net/c?sv=2022&sig=" + LETTERS,
    "https://hooks.slack.com/services/T00000000/B00000000/" + LETTERS[:24],
    "https://discord.com/api/webhooks/123456789/" + LETTERS,
    "-----BEGIN RSA PRIVATE KEY" + "-----",
    *(f"sk-{kind}-{LETTERS}" for kind in ("proj", "ant-api03", "svcacct")),
    *(f"{kind}-{LETTERS[:20]}" for kind in ("glpat", "gldt", "glrt")),
    *(f"gh{kind}_{LETTERS[:36]}" for kind in "opsur"),
    f"npm_{LETTERS[:36]}",
    f"hf_{LETTERS[:34]}",
    f"AIza{LETTERS[:35]}",
    f"SG.{LETTERS[:22]}.{LETTERS[:43]}",
    f"pypi-AgE{LETTERS}",
    f"sk_live_{LETTERS[:24]}",
    "pul-" + "0123456789" * 4,
    f"xoxb-{LETTERS[:20]}",
    f"eyJ{LETTERS[:20]}.eyJ{LETTERS[:30]}.{LETTERS[:43]}",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "k3Xz9QpL/2mVbT7+RcYw1NsHd8Jf5UeGa4KoIq6B",
)


@pytest.mark.parametrize("value", OF_A_FORM)
def test_secret_of_a_known_form_is_one_under_any_name(value: str) -> None:
    assert is_secret("HARMLESS", value)


@pytest.mark.parametrize(
    "value",
    [
        "AKIAIOSFODNN7EXAMPLE",  # nobody's: AWS's own example of an id
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "MyVeryLongLambdaFunctionHandlerName01234",
        "ProdStage1PaymentsApiV2QueueHandlerXBuck",
        "mdp-test-new-destroy-147997161038-upload",
        "postgres://shop@db.example/shop",
        "postgres://shop:${DB_PASSWORD}@db.example/shop",
        "postgres://shop:<password>@db.example/shop",
        "jdbc:postgresql://db.example/shop?user=shop&ssl=true&password=${PASSWORD}",
        "https://login.example/authorize?response_type=token&passwordless=true",
        "pk_live_" + LETTERS[:24],  # publishable
        "sk-learn-pipeline",
        "https://hooks.slack.com/services/",
        "eyJhbGciOiJub25lIn0",
        "SG.1",
        "http://user-service:8080/users/a@b.example",
        "redis://cache.example:6379/0",
    ],
)
def test_what_is_like_a_known_form_and_none_is_no_secret(value: str) -> None:
    assert not is_secret("HARMLESS", value)


def test_scripts_are_read_line_by_line() -> None:
    assert has_secret("#!/bin/sh\nexport DB_PASSWORD=hunter2\n")
    assert not has_secret("#cloud-config\nusers:\n  - name: ops\n    lock_passwd: true\n")
    assert not has_secret("export DB_PASSWORD=$(aws ssm get-parameter --name /prod/db)\n")
