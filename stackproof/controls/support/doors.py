"""Whether the security groups of something let anybody in on its port."""

from __future__ import annotations

from stackproof.model import (
    Cause,
    Fail,
    Outcome,
    Pass,
    Resource,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.openings import rules_about
from stackproof.reasoning.places import walls
from stackproof.reasoning.security_groups import ingress


def lets_somebody_in(resource: Resource, port: int, stack: Stack) -> Outcome:
    """Pass when a rule is about the port, whoever it names.

    Before deployment another program may still add one: that is unknown.
    """
    hidden: Unknown | None = None
    for held in rules_about(port, walls(resource, stack), ingress, stack):
        if not isinstance(held, Unknown):
            return Pass()
        hidden = hidden or held
    if hidden is None and stack.sight is not Sight.LIVE:
        hidden = Unknown(Cause.NOT_IN_STACK, detail=f"a rule that lets clients in on {port}")
    if hidden is not None:
        raise UnresolvedError(hidden)
    fix = "Let those who use it in on the port by a rule of its security group."
    return Fail("port", f"a rule that lets somebody in on {port}", None, fix)
