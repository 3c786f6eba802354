"""How a load balancer answers a request to the domain of its stack."""

from __future__ import annotations

from stackproof.model import Block, Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.listeners import Request, answer, listener_on


def answered(path: str, outputs: Outputs, alb: Resource, live: Stack, port: int = 443) -> Block:
    """Give the action with which the load balancer answers a request of a path."""
    listener = listener_on(alb, port, live)
    assert listener is not None, f"nothing listens on {port}"
    action = answer(listener, Request(path, host=str(outputs["domain_name"])), live)
    assert action is not None
    return action
