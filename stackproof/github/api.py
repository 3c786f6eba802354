"""The few endpoints of GitHub's REST API that are used, asked as its documentation wants it.

Sources: GitHub Docs, "Rate limits for the REST API" (403 and 429, `retry-after`,
`x-ratelimit-reset`), "Best practices for using the REST API" (a second between what writes),
"Using pagination in the REST API" (`link`).
"""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit

from stackproof.endpoints import is_loopback
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.redirects import NoRedirect

_TIMEOUT: Final = 30.0  # seconds
_BETWEEN: Final = 1.0  # seconds between what writes
_LONGEST: Final = 300.0  # seconds that a limit is waited for
_TRIES: Final = 5
_NEXT: Final = re.compile(r'<([^>]+)>; rel="next"')
_REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+")


class GitHubError(StackproofError):
    """Raised when GitHub does not do what it is asked for; says what, never with the token."""

    code = Code.GITHUB


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository on GitHub; `url` is the API's, by https but on this machine.

    Raises GitHubError when it is asked for what it can't be.
    """

    repository: str
    token: str = field(repr=False)
    url: str = "https://api.github.com"

    def __post_init__(self) -> None:
        if not _REPOSITORY.fullmatch(self.repository):
            raise GitHubError(f"{self.repository!r} is no repository; write OWNER/NAME")
        if urlsplit(self.url).scheme != "https" and not is_loopback(self.url):
            raise GitHubError("the token is sent by https only, and the API's URL is another")

    def issues(self, label: str) -> Iterator[dict[str, Any]]:
        """Give all issues with a label, open and closed ones, pull requests left out."""
        path: str | None = f"issues?labels={quote(label)}&state=all&per_page=100"
        while path is not None:
            found, headers = self._ask("GET", path)
            yield from (issue for issue in found if "pull_request" not in issue)
            further = _NEXT.search(headers.get("link", ""))
            path = self._own_path(further[1]) if further else None

    def open_issue(self, title: str, body: str, label: str) -> int:
        """Open an issue with a label that is there; give its number."""
        made, _ = self._ask("POST", "issues", {"title": title, "body": body, "labels": [label]})
        return int(made["number"])

    def change_issue(self, number: int, **changes: str) -> None:
        """Change an issue's title, body, state or reason."""
        self._ask("PATCH", f"issues/{number}", changes)

    def need_label(self, label: str, description: str) -> None:
        """Make a label where there is none of its name."""
        told = {"name": label, "description": description, "color": "b60205"}
        if self._ask("GET", f"labels/{quote(label, safe='')}", missing=True)[0] is None:
            # 422: somebody else has just made it.
            self._ask("POST", "labels", told, there=True)

    def _own_path(self, url: str) -> str:
        """Give a further page's path; it must not lead the token elsewhere."""
        here = f"{self.url.rstrip('/')}/"
        if not url.startswith(here):
            raise GitHubError("GitHub names a further page that is on another host")
        return f"/{url.removeprefix(here)}"

    def _ask(
        self,
        method: str,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        missing: bool = False,
        there: bool = False,
    ) -> tuple[Any, Message | Mapping[str, str]]:
        where = path if path.startswith("/") else f"/repos/{self.repository}/{path}"
        for last in [False] * (_TRIES - 1) + [True]:
            try:
                return self._send(method, where, data)
            except HTTPError as error:
                if (missing and error.code == 404) or (there and error.code == 422):
                    return None, {}
                wait = _wait(error)
                # What was made before the answer was lost would be made twice.
                if wait is None and not (error.code >= 500 and method != "POST"):
                    raise self._refused(method, path, error) from None
                if last or (wait or 0) > _LONGEST:
                    raise self._refused(method, path, error) from None
                time.sleep(_BETWEEN if wait is None else wait)
            except (URLError, http.client.HTTPException, OSError, ValueError) as error:
                if last or method == "POST":
                    reason = f"{method} {path.partition('?')[0]}: {type(error).__name__}"
                    raise GitHubError(
                        f"GitHub can't be reached, or gives no answer: {reason}"
                    ) from None
                time.sleep(_BETWEEN)
        raise AssertionError("the last try returns or raises")

    def _send(self, method: str, path: str, data: Mapping[str, Any] | None) -> tuple[Any, Message]:
        request = urllib.request.Request(
            self.url.rstrip("/") + path,
            None if data is None else json.dumps(data).encode(),
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "stackproof",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            method=method,
        )
        opener = urllib.request.build_opener(NoRedirect)
        with opener.open(request, timeout=_TIMEOUT) as answer:
            told = json.loads(answer.read())
        if method != "GET":
            time.sleep(_BETWEEN)
        return told, answer.headers

    def _refused(self, method: str, path: str, error: HTTPError) -> GitHubError:
        hints = {
            401: "the token is not valid",
            403: "the token may not, or a limit holds for longer than is waited for",
            404: "there is no such repository, issues are off, or the token does not see it",
            410: "issues are off in this repository",
            429: "a limit holds for longer than is waited for",
        }
        if error.code in range(300, 400):
            why = "it was renamed or moved: give its new name"
        else:
            why = hints.get(error.code, "it was not taken")
        what = f"{method} {path.partition('?')[0]}"
        return GitHubError(f"{self.repository}: {what} ended with {error.code}: {why}")


def _wait(error: HTTPError) -> float | None:
    """Give the seconds that a limit asks to wait; None for what is no limit."""
    if error.code not in (403, 429):
        return None
    after = error.headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    reset = error.headers.get("x-ratelimit-reset", "")
    if error.headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - time.time()) + 1
    return 60.0 if error.code == 429 else None
