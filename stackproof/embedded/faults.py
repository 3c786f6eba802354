"""Faults for the embedded AWS to answer with, and the record of what it was asked.

Standard library only: tests and the command line import it at no cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

from stackproof.embedded.server.own import ask
from stackproof.embedded.server.state import Server

Kind = Literal["throttle", "deny", "server_error", "delay", "drop", "unsupported", "unseen"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and for which requests.

    `service` and `operation` are botocore's names ("elbv2", "DescribeRules") or "*". `resource` is
    text that path, query or body must contain. `times` counts down; None means always. `seconds`
    is how long a delay takes.

    What is `unseen` is there and not visible yet: its `resource` is text in the thing's own name,
    id or ARN. Listings leave the thing out, a question for it alone finds nothing; for `times`
    answers that would show it, else until `seconds` after the injection.
    """

    kind: Kind
    service: str = "*"
    operation: str = "*"
    times: int | None = None
    resource: str | None = None
    region: str | None = None
    seconds: float = 1.0

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Make a fault from JSON; ValueError says what's wrong with it."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(document) - known):
            raise ValueError(f"a fault has no {unknown[0]!r}; it has {', '.join(sorted(known))}")
        if document.get("kind") not in get_args(Kind):
            kinds = ", ".join(get_args(Kind))
            raise ValueError(f"no fault of kind {document.get('kind')!r}; there are {kinds}")
        if document["kind"] == "unseen" and not document.get("resource"):
            raise ValueError("an unseen fault needs the resource that is not visible yet")
        return cls(**document)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An operation that the server was asked for; status 0 when it hung up instead of answering."""

    service: str
    operation: str
    region: str
    account: str
    status: int


def inject(server: Server, *faults: Fault) -> None:
    """Let requests fail; faults add to those injected before, the first that matches acts."""
    ask(server.endpoint, "POST", "faults", [asdict(fault) for fault in faults])


def clear(server: Server) -> None:
    """Take all faults back."""
    ask(server.endpoint, "DELETE", "faults")


def calls(server: Server) -> list[ApiCall]:
    """Return the operations asked for since the last reset or `forget_calls`."""
    return [ApiCall(**call) for call in ask(server.endpoint, "GET", "calls")]


def forget_calls(server: Server) -> None:
    """Start the record of operations anew."""
    ask(server.endpoint, "DELETE", "calls")


def reset(server: Server) -> None:
    """Empty the embedded AWS: resources, faults and the record of operations."""
    ask(server.endpoint, "POST", "reset")
