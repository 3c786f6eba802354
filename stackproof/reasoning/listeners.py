"""Who answers a request that comes to a listener of an application load balancer.

Source: Elastic Load Balancing, Application Load Balancers, "Listener rules": they are tried by
their priorities, the default actions last; a rule matches when all of its conditions do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stackproof.model import Block, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import covers_internet, network
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import LB_LISTENER, LB_LISTENER_RULE

# What ends the handling of a request; others, such as authentication, come before it.
_ANSWERS: Final = {"forward", "redirect", "fixed-response"}


@dataclass(frozen=True, slots=True)
class Request:
    """An ordinary request: from anywhere, without a query, with no header but the usual ones."""

    path: str
    host: str = "www.example.com"
    method: str = "GET"


def protocol_of(listener: Block) -> str | None:
    """Give a listener's protocol: HTTP where only its port is said.

    Listeners of Gateway Load Balancers have neither; those of Network Load Balancers say it.
    """
    protocol = listener.text("protocol")
    return protocol or ("HTTP" if listener.raw("port") is not None else None)


def listener_on(balancer: Resource, port: int, stack: Stack) -> Resource | None:
    """Give a load balancer's listener on a port.

    Raises UnresolvedError when the listeners can't be seen.
    """
    for found in referrers_or_unknown(balancer, stack, LB_LISTENER, "load_balancer_arn"):
        if isinstance(found, Unknown):
            raise UnresolvedError(found)
        if found.number("port") == port:
            return found
    return None


def answer(listener: Resource, request: Request, stack: Stack) -> Block | None:
    """Give the action that answers a request: of the first rule that matches, else the default.

    Raises UnresolvedError when a rule that is tried can't be seen.
    """
    for rule in sorted(_rules(listener, stack), key=_priority):
        if all(_meets(condition, request) for condition in rule.blocks("conditions")):
            return _last(rule, "actions")
    return _last(listener, "default_actions")


def forwards_to(action: Block | None) -> frozenset[str]:
    """Give the ARNs of the target groups that an action sends requests to; weight 0 gets none."""
    if action is None or action["type"] != "forward":
        return frozenset()
    weighted = [
        group for forward in action.blocks("forward") for group in forward.blocks("target_groups")
    ]
    if weighted:
        return frozenset(str(g["arn"]) for g in weighted if g.number("weight") != 0)
    return frozenset([str(action["target_group_arn"])])


def _rules(listener: Resource, stack: Stack) -> Iterator[Resource]:
    for found in referrers_or_unknown(listener, stack, LB_LISTENER_RULE, "listener_arn"):
        if isinstance(found, Unknown):
            raise UnresolvedError(found)
        yield found


def _priority(rule: Resource) -> float:
    return rule.number("priority") or 0


def _last(holder: Block, name: str) -> Block | None:
    ends = [action for action in holder.blocks(name) if action["type"] in _ANSWERS]
    return ends[-1] if ends else None


def _meets(condition: Block, request: Request) -> bool:
    """Tell whether a request meets a condition, which is of one kind."""
    return all(
        decides(condition, request) for kind, decides in _KINDS.items() if condition.raw(kind)
    )


def _path(condition: Block, request: Request) -> bool:
    patterns = condition.values("path_pattern.values")
    return any(_like(pattern, request.path, any_case=False) for pattern in patterns)


def _host(condition: Block, request: Request) -> bool:
    patterns = condition.values("host_header.values")
    return any(_like(pattern, request.host, any_case=True) for pattern in patterns)


def _method(condition: Block, request: Request) -> bool:
    return request.method in condition.values("http_request_method.values")


def _source(condition: Block, request: Request) -> bool:
    return covers_internet(network(cidr) for cidr in condition.values("source_ip.values"))


def _header(condition: Block, request: Request) -> bool:
    return set(condition.values("http_header.values")) <= {"*"}


def _query(condition: Block, request: Request) -> bool:
    return False


_KINDS: Final[Mapping[str, Callable[[Block, Request], bool]]] = {
    "path_pattern": _path,
    "host_header": _host,
    "http_request_method": _method,
    "source_ip": _source,
    "http_header": _header,
    "query_strings": _query,
}


def _like(pattern: str, text: str, *, any_case: bool) -> bool:
    # Not those of IAM, in which `$` begins a variable.
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.IGNORECASE if any_case else 0) is not None
