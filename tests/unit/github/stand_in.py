"""A stand-in for GitHub's REST API: issues with pages, labels, limits, and what goes wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any, dict[str, str]]


class Repository:
    """What the stand-in knows: issues by number, labels, and answers to be given first."""

    def __init__(self, page: int = 100) -> None:
        self.issues: list[dict[str, Any]] = []
        self.labels: set[str] = set()
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.first: list[Answer] = []
        self.page = page
        self.url = ""

    def add(self, **facts: Any) -> dict[str, Any]:
        number = len(self.issues) + 1
        issue = {"number": number, "state": "open", "title": "", "body": None, "labels": []}
        self.issues.append({**issue, **facts})
        return self.issues[-1]

    def answer(self, method: str, path: str, data: Any) -> Answer:
        split = urlsplit(path)
        self.asked.append(f"{method} {split.path}")
        if self.first:
            return self.first.pop(0)
        match split.path.split("/")[1:]:
            case ["repos", "o", "r", "issues"] if method == "GET":
                return self._listed(parse_qs(split.query))
            case ["repos", "o", "r", "issues"]:
                assert set(data["labels"]) <= self.labels
                return 201, self.add(**data), {}
            case ["repos", "o", "r", "issues", number]:
                self.issues[int(number) - 1].update(data)
                return 200, self.issues[int(number) - 1], {}
            case ["repos", "o", "r", "labels"]:
                self.labels.add(data["name"])
                return 201, data, {}
            case ["repos", "o", "r", "labels", name]:
                return (200, {"name": name}, {}) if name in self.labels else (404, {}, {})
        return 404, {}, {}

    def _listed(self, query: dict[str, list[str]]) -> Answer:
        label, page = query["labels"][0], int(query.get("page", ["1"])[0])
        state = query["state"][0]
        found = [
            one for one in self.issues if label in one["labels"] and state in ("all", one["state"])
        ]
        begin = (page - 1) * self.page
        more = f"{self.url}/repos/o/r/issues?labels={label}&state={state}&page={page + 1}"
        link = {"Link": f'<{more}>; rel="next"'} if len(found) > begin + self.page else {}
        return 200, found[begin : begin + self.page], link


@contextmanager
def github(repository: Repository) -> Iterator[Repository]:
    """Serve a repository on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            data = json.loads(self.rfile.read(length)) if length else None
            repository.tokens.add(self.headers["Authorization"])
            code, told, headers = repository.answer(self.command, self.path, data)
            body = json.dumps(told).encode()
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _serve

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        repository.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield repository
        finally:
            server.shutdown()
            thread.join()
