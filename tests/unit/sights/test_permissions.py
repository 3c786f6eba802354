"""The read-only policy is what the readers need, and reads only."""

from __future__ import annotations

import json
from pathlib import Path

from stackproof.sights.live.permissions import read_only_policy

# `GET` is how API Gateway's actions are called.
READING = ("BatchGet", "Describe", "Get", "GET", "List", "Search", "View")
DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_published_policy_is_what_the_readers_need() -> None:
    assert json.loads((DOCS / "read-only-policy.json").read_text()) == read_only_policy()


def test_policy_allows_nothing_but_looking() -> None:
    (statement,) = read_only_policy()["Statement"]
    for action in statement["Action"]:
        assert action.split(":")[1].startswith(READING), action
    assert "secretsmanager:GetSecretValue" not in statement["Action"]
    assert "s3:GetObject" not in statement["Action"]
