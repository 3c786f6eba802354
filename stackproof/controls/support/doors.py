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
from stackproof.reasoning.ip_versions import clients, ip_versions, spoken
from stackproof.reasoning.places import walls


def lets_somebody_in(resource: Resource, port: int, stack: Stack) -> Outcome:
    """Pass when a rule is about the port, whoever it names that speaks the same version of IP.

    Before deployment another program may still add one: that is unknown.
    """
    hidden: Unknown | None = None
    versions = ip_versions(resource)
    for client in clients(port, walls(resource, stack), versions, stack):
        if not isinstance(client, Unknown):
            return Pass()
        hidden = hidden or client
    if hidden is None and stack.sight is not Sight.LIVE:
        hidden = Unknown(Cause.NOT_IN_STACK, detail=f"a rule that lets clients in on {port}")
    if hidden is not None:
        raise UnresolvedError(hidden)
    fix = "Let those who use it in on the port by a rule of its security group."
    expected = f"a rule that lets somebody in on {port}{spoken(versions)}"
    return Fail("port", expected, None, fix)
