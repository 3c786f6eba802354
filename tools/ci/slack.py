"""Post a result to Slack: `python3 tools/ci/slack.py RESULT TEXT`, with SLACK_WEBHOOK_URL set.

RESULT is success, failure, cancelled or skipped. Exit codes: 0 posted, 2 usage, 3 nobody was told.
Standard library only: notices are sent by jobs that install nothing.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException

SIGNS = {"success": ":white_check_mark:", "failure": ":x:"}
OTHER_SIGN = ":warning:"
SECONDS = 30


def message(result: str, text: str, run: Mapping[str, str]) -> str:
    """Give the text of a notice, with a link to the run that GitHub's variables describe."""
    address = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}".format_map(run)
    # What Slack would read as markup; Slack: "Formatting text for app surfaces".
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    sign = SIGNS.get(result, OTHER_SIGN)
    return f"{sign} {safe} (commit {run['GITHUB_SHA'][:10]}, <{address}|run>)"


def post(webhook: str, text: str) -> str | None:
    """Send a notice; give None, or the reason why it did not arrive."""
    body = json.dumps({"text": text}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        request = urllib.request.Request(webhook, body, headers)  # a POST, for it has a body
        urllib.request.urlopen(request, timeout=SECONDS).close()
    except ValueError:  # it would quote the address, which is a secret
        return "the secret SLACK_WEBHOOK_URL is not an address"
    except (OSError, HTTPException) as error:
        return f"the webhook did not take the message ({error})"
    return None


def main(arguments: Sequence[str]) -> int:
    """Run the command line and give its exit code."""
    if len(arguments) != 2:
        sys.stderr.write("give a result and a text: slack.py success 'nova-prod is deployed'\n")
        return 2
    result, text = arguments
    webhook = os.environ.get("SLACK_WEBHOOK_URL")
    if webhook:
        problem = post(webhook, message(result, text, os.environ))
    else:
        problem = "the secret SLACK_WEBHOOK_URL is not set"
    if problem is None:
        return 0
    sys.stderr.write(f"Nobody was told on Slack: {problem}.\n")
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
