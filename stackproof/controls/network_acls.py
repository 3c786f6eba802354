"""Network ACLs: closed to administrators' ports from the internet, and each of use to a subnet."""

from __future__ import annotations

from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With
from stackproof.model.parameter import Ports
from stackproof.reasoning.addresses import covers_internet, is_internet, network
from stackproof.reasoning.effective import stated
from stackproof.reasoning.network_acls import alone, let_through
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    VPC,
)

SSH, RDP = 22, 3389
_HIDDEN: Final = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
_EVERYWHERE: Final = (network("0.0.0.0/0"), network("::/0"))


def _entry(number: int, action: str, port: int, **more: Any) -> dict[str, Any]:
    entry = {"rule_no": number, "action": action, "protocol": "tcp", "cidr_block": "0.0.0.0/0"}
    return {**entry, "from_port": port, "to_port": port, **more}


def _apart(**facts: Any) -> With:
    entry = {"network_acl_id": Ref("subject"), "rule_number": 10, "rule_action": "allow"}
    ports = {"protocol": "tcp", "from_port": SSH, "to_port": SSH, "egress": False}
    return With(Neighbour("rule", NETWORK_ACL_RULE, {**entry, **ports, **facts}))


@control(
    "network-acl-no-admin-ports",
    title="Network ACLs let no administrators' ports in from the internet",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=(NETWORK_ACL, NETWORK_ACL_RULE),
    needs=(DEFAULT_NETWORK_ACL, VPC),
    frameworks={
        Framework.FSBP: ("EC2.21",),
        Framework.CIS: ("5.2",),
        Framework.PCI: ("1.3.1",),
        Framework.NIST: ("AC-4(21)", "CM-7", "SC-7", "SC-7(5)"),
    },
    cases=Cases(
        passing=Given(
            NETWORK_ACL,
            {
                "ingress": [
                    _entry(100, "allow", 443),
                    _entry(110, "allow", SSH, cidr_block="10.0.0.0/8"),
                ],
                "egress": [_entry(100, "allow", SSH)],
            },
        ),
        failing=(
            Change("ingress.0", _entry(100, "allow", SSH)),
            Change("ingress.0", _entry(100, "allow", RDP)),
            Change("ingress.0", _entry(100, "allow", SSH, protocol="-1")),
            Change("ingress.0", _entry(100, "allow", 1024, to_port=65535)),
            Change("ingress.0", _entry(100, "allow", RDP, cidr_block=None, ipv6_cidr_block="::/0")),
            Change(
                "ingress",
                [
                    _entry(100, "allow", SSH, cidr_block="0.0.0.0/1"),
                    _entry(110, "deny", SSH, cidr_block="0.0.0.0/0"),
                ],
            ),
            _apart(cidr_block="0.0.0.0/0"),
        ),
        unknown=(Hide("ingress"), Hide("ingress.0.cidr_block"), Hide("ingress.1.action")),
        absent=(_apart(network_acl_id=_HIDDEN, cidr_block="::/0"),),
        also_passing=(
            Change("ingress", [_entry(90, "deny", SSH), _entry(100, "allow", SSH)]),
            Change("ingress.0", _entry(100, "allow", SSH, protocol="udp")),
            Change("ingress", []),
            _apart(cidr_block="10.0.0.0/8"),
            _apart(cidr_block="0.0.0.0/0", egress=True),
        ),
    ),
)
def no_admin_ports(acl: Resource, stack: Stack, *, ports: Ports = (SSH, RDP)) -> Outcome:
    """By the rules' order. The default ACL lets everything in as AWS makes it, and isn't asked.

    A rule of its own is judged with its ACL, and by itself where that is outside the stack.
    """
    if acl.type == NETWORK_ACL_RULE:
        return _of_rule(acl, stack, ports)
    for port in ports:
        for all_ in _EVERYWHERE:
            if covers_internet(let_through(acl, stack, all_, range(port, port + 1), egress=False)):
                return _opened("ingress", port)
    return Pass()


def _of_rule(rule: Resource, stack: Stack, ports: tuple[int, ...]) -> Outcome:
    for type_ in (NETWORK_ACL, DEFAULT_NETWORK_ACL, VPC):
        if _leads(rule, type_, stack):
            own = type_ == NETWORK_ACL
            return NotApplicable("judged with its ACL" if own else "a rule of the default ACL")
    if rule["egress"]:
        return NotApplicable("a rule for what goes out")
    for entry in alone(rule):
        for port in ports:
            if entry.allows and port in entry.ports and is_internet(entry.addresses):
                return _opened("cidr_block", port)
    return Pass()


def _leads(rule: Resource, type_: str, stack: Stack) -> bool:
    try:
        return stack.follow_one(rule, "network_acl_id", type_) is not None
    except UnresolvedError:
        if isinstance(rule.raw("network_acl_id"), Unknown) and not rule.references:
            raise
        return False


def _opened(path: str, port: int) -> Fail:
    fix = "Let the port in from the addresses of administrators only, or not at all."
    return Fail(path, f"no rule that lets {port} in from the internet", f"{port} is let in", fix)


@control(
    "network-acl-in-use",
    title="Network ACLs have subnets",
    severity=Severity.LOW,
    category=Category.NETWORK,
    types=NETWORK_ACL,
    needs=(NETWORK_ACL_ASSOCIATION,),
    frameworks={Framework.FSBP: ("EC2.16",), Framework.NIST: ("CM-8(1)",)},
    cases=Cases(
        passing=Given(NETWORK_ACL, {"subnet_ids": ["subnet-1"]}),
        failing=(Remove("subnet_ids"), Change("subnet_ids", [])),
        unknown=(Hide("subnet_ids"),),
        absent=(
            (
                Remove("subnet_ids"),
                With(Neighbour("joined", NETWORK_ACL_ASSOCIATION, {"network_acl_id": _HIDDEN})),
            ),
        ),
        also_passing=(
            (
                Remove("subnet_ids"),
                With(
                    Neighbour(
                        "joined",
                        NETWORK_ACL_ASSOCIATION,
                        {"network_acl_id": Ref("subject"), "subnet_id": "subnet-1"},
                    )
                ),
            ),
        ),
    ),
)
def acl_in_use(acl: Resource, stack: Stack) -> Outcome:
    """One without subnets guards nothing, and is there to be given to one by mistake."""
    if stated(acl)["subnet_ids"] or referrers(
        acl, stack, NETWORK_ACL_ASSOCIATION, "network_acl_id"
    ):
        return Pass()
    return Fail("subnet_ids", "a subnet", None, "Give it its subnets, or remove it.")
