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
        ("TOKEN_TTL", "3600"),
    ],
)
def test_what_only_names_or_switches_is_none(name: str, value: str) -> None:
    assert not is_secret(name, value)


def test_scripts_are_read_line_by_line() -> None:
    assert has_secret("#!/bin/sh\nexport DB_PASSWORD=hunter2\n")
    assert not has_secret("#cloud-config\nusers:\n  - name: ops\n    lock_passwd: true\n")
    assert not has_secret("export DB_PASSWORD=$(aws ssm get-parameter --name /prod/db)\n")
