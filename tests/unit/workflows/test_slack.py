"""`tools/ci/slack.py` run as a command, against a webhook on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.unit.workflows.documents import ROOT

RUN = {
    "GITHUB_SERVER_URL": "https://github.example.com",
    "GITHUB_REPOSITORY": "acme/infra",
    "GITHUB_RUN_ID": "42",
    "GITHUB_SHA": "0123456789abcdef",
}
LINK = "(commit 0123456789, <https://github.example.com/acme/infra/actions/runs/42|run>)"


class Webhook(HTTPServer):
    """Keeps what is posted, and answers with a status."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.posted: list[Any] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/services/secret"


class Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def slack(*arguments: str, address: str | None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "SLACK_WEBHOOK_URL"}
    told = {} if address is None else {"SLACK_WEBHOOK_URL": address}
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "ci" / "slack.py", *arguments],
        env={**env, **RUN, **told, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("result", "sign"),
    [
        ("success", ":white_check_mark:"),
        ("failure", ":x:"),
        ("cancelled", ":warning:"),
        ("skipped", ":warning:"),
    ],
)
def test_result_is_posted_as_json_with_a_link_to_the_run(
    webhook: Webhook, result: str, sign: str
) -> None:
    ran = slack(result, "nova-prod: preview success", address=webhook.address)
    assert ran.returncode == 0, ran.stderr
    text = f"{sign} nova-prod: preview success {LINK}"
    assert webhook.posted == [("application/json", {"text": text})]


def test_quotes_newlines_and_markup_arrive_as_they_were_written(webhook: Webhook) -> None:
    slack("failure", 'a "b" \\ <!channel> & $(c)\nd', address=webhook.address)
    ((_, body),) = webhook.posted
    assert body["text"] == f':x: a "b" \\ &lt;!channel&gt; &amp; $(c)\nd {LINK}'


@pytest.mark.parametrize("address", [None, ""])
def test_missing_webhook_is_one_sentence(address: str | None) -> None:
    ran = slack("success", "deployed", address=address)
    assert ran.returncode == 3
    assert ran.stderr == "Nobody was told on Slack: the secret SLACK_WEBHOOK_URL is not set.\n"


def test_refused_message_is_one_sentence(webhook: Webhook) -> None:
    webhook.status = 404
    ran = slack("success", "deployed", address=webhook.address)
    assert ran.returncode == 3
    assert ran.stderr.startswith("Nobody was told on Slack: the webhook did not take the message")
    assert len(ran.stderr.splitlines()) == 1


def test_webhook_that_is_out_of_reach_is_one_sentence(webhook: Webhook) -> None:
    address = webhook.address
    webhook.server_close()
    ran = slack("success", "deployed", address=address)
    assert ran.returncode == 3
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize("address", ["hooks.example.com/T0K", "https://[T0K", "T0K"])
def test_webhook_that_is_no_address_is_not_shown(address: str) -> None:
    ran = slack("success", "deployed", address=address)
    assert ran.returncode == 3
    assert "T0K" not in ran.stderr
    assert "is not an address" in ran.stderr


def test_wrong_usage_is_told_by_an_example() -> None:
    ran = slack("success", address="http://127.0.0.1:1")
    assert ran.returncode == 2
    assert "slack.py success" in ran.stderr
