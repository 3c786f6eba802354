"""Whom the instances of a VPC ask for names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Texts
from stackproof.reasoning.addresses import is_private, lies_in, network
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import VPC, VPC_DHCP_OPTIONS, VPC_DHCP_OPTIONS_ASSOCIATION

AMAZON_DNS: Final = "AmazonProvidedDNS"
_SERVERS: Final = "domain_name_servers"


def _servers(*servers: str) -> Change:
    return Change(_SERVERS, list(servers), of="options")


@control(
    "vpc-resolvers-known",
    title="VPCs ask AWS or servers of one's own for names",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=VPC,
    needs=(VPC_DHCP_OPTIONS, VPC_DHCP_OPTIONS_ASSOCIATION),
    frameworks={Framework.NIST: ("SC-21",)},
    cases=Cases(
        passing=Given(
            VPC,
            {"cidr_block": "10.0.0.0/16"},
            (
                Neighbour("options", VPC_DHCP_OPTIONS, {_SERVERS: [AMAZON_DNS]}),
                Neighbour(
                    "association",
                    VPC_DHCP_OPTIONS_ASSOCIATION,
                    {"vpc_id": Ref("subject"), "dhcp_options_id": Ref("options")},
                ),
            ),
        ),
        failing=(
            _servers("6.6.6.6"),
            _servers(AMAZON_DNS, "8.8.8.8"),
            _servers("2001:4860:4860::8888"),
        ),
        unknown=(
            Hide(_SERVERS, of="options"),
            Hide(f"{_SERVERS}.0", of="options"),
            Hide("vpc_id", of="association"),
        ),
        absent=(Without("options"),),
        also_passing=(
            _servers("10.0.0.2", "172.16.0.2", "100.64.0.2", "fd00:ec2::253"),
            _servers("169.254.169.253"),
        ),
        not_applicable=(Without("association"), Remove(_SERVERS, of="options")),
    ),
)
def resolvers_known(
    vpc: Resource,
    stack: Stack,
    *,
    resolvers: Annotated[
        tuple[str, ...],
        Texts("addresses or networks of resolvers", pattern=r"[0-9A-Fa-f.:]+(/\d+)?"),
    ] = (),
) -> Outcome:
    """Whoever answers for names decides where everything of a VPC connects to.

    A public address is a stranger's, unless it is listed in `resolvers`.
    Source: Amazon VPC User Guide, "DHCP option sets in Amazon VPC".
    """
    options = _options(vpc, stack)
    servers = options.values(_SERVERS) if options else ()
    if options is None or not servers:
        return NotApplicable("has the options that AWS made, or ones that name no server")

    def judge(server: object) -> Outcome:
        if server == AMAZON_DNS or _is_known(str(server), resolvers):
            return Pass()
        return Fail(
            "dhcp_options_id",
            f"{AMAZON_DNS}, private addresses, or ones that are listed in `resolvers`",
            f"{options.id or options.name} names {server}",
            f"Name {AMAZON_DNS} in {_SERVERS}, or list the resolver if it is known.",
        )

    return each(servers, judge)


def _options(vpc: Resource, stack: Stack) -> Resource | None:
    """Give the options of a network, `None` for those that AWS made.

    The provider notes what a network has when it is made; an association comes later.
    """
    for association in referrers(vpc, stack, VPC_DHCP_OPTIONS_ASSOCIATION, "vpc_id"):
        return stack.follow_one(association, "dhcp_options_id", VPC_DHCP_OPTIONS)
    name = vpc.text("dhcp_options_id")
    return stack.look_up(name, VPC_DHCP_OPTIONS) if name else None


def _is_known(server: str, resolvers: Iterable[str]) -> bool:
    address = network(server)
    return is_private(address) or lies_in(address, map(network, resolvers))
