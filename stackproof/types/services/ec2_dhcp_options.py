"""What a VPC tells its instances about names and times."""

from __future__ import annotations

from collections.abc import Callable

from stackproof.types.described import Item, Listing, Type
from stackproof.types.tokens import VPC_DHCP_OPTIONS


def _as_aws_made_them(item: Item) -> bool:
    """Tell whether a set is what AWS makes in each region of an account.

    Source: Amazon VPC User Guide, "DHCP option sets in Amazon VPC", "Default DHCP option set".
    """
    options = {o["Key"]: [v["Value"] for v in o["Values"]] for o in item["DhcpConfigurations"]}
    domain = "".join(options.pop("domain-name", ()))
    ours = domain == "ec2.internal" or domain.endswith(".compute.internal")
    return (
        ours and options == {"domain-name-servers": ["AmazonProvidedDNS"]} and not item.get("Tags")
    )


def _listed(option: str) -> tuple[str, Callable[[list[Item]], list[str]]]:
    def values(told: list[Item]) -> list[str]:
        return [
            value["Value"]
            for configuration in told
            if configuration["Key"] == option
            for value in configuration["Values"]
        ]

    return ("DhcpConfigurations", values)


def _single(option: str) -> tuple[str, Callable[[list[Item]], str]]:
    path, values = _listed(option)
    return (path, lambda told: "".join(values(told)))


TYPES = (
    Type(
        token=VPC_DHCP_OPTIONS,
        service="ec2",
        listing=Listing(
            operation="DescribeDhcpOptions",
            result="DhcpOptions",
            single={"DhcpOptionsIds": ["{id}"]},
            absent=("InvalidDhcpOptionID.NotFound", "InvalidDhcpOptionsID.NotFound"),
        ),
        id="{DhcpOptionsId}",
        arn="arn:{partition}:ec2:{region}:{account}:dhcp-options/{DhcpOptionsId}",
        names={
            "domain_name": _single("domain-name"),
            "domain_name_servers": _listed("domain-name-servers"),
            "ipv6_address_preferred_lease_time": _single("ipv6-address-preferred-lease-time"),
            "netbios_name_servers": _listed("netbios-name-servers"),
            "netbios_node_type": _single("netbios-node-type"),
            "ntp_servers": _listed("ntp-servers"),
        },
        tags="Tags",
        foreign=_as_aws_made_them,
        arn_service="ec2:dhcp-options",
    ),
)
