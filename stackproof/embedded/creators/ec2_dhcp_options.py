"""EC2: what a VPC tells its instances about names and times."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.creators.ec2_by_id import CreatedById
from stackproof.embedded.frame.base import Cloud, Created, Properties, creator
from stackproof.embedded.frame.plain import Call, Plain, table


@creator
class VpcDhcpOptions(CreatedById):
    """What instances of a VPC are told when they ask for an address."""

    type = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
    making, deleting = "create_dhcp_options", "delete_dhcp_options"
    kind, member, result = "dhcp-options", "DhcpOptionsId", "DhcpOptions"
    _settings = (
        "domain_name",
        "domain_name_servers",
        "netbios_name_servers",
        "netbios_node_type",
        "ntp_servers",
    )
    replace_on = frozenset(_settings)

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the options."""
        configurations = [
            {"key": name.replace("_", "-"), "values": _listed(inputs[name])}
            for name in self._settings
            if inputs.get(name)
        ]
        return super().create(aws, {**inputs, "dhcp_configurations": configurations})


def _listed(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, (list, tuple)) else [value])]


table(
    Plain(
        type="aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        service="ec2",
        put=Call("associate_dhcp_options"),
        id="{dhcp_options_id}-{vpc_id}",
        delete=Call("associate_dhcp_options", fixed={"DhcpOptionsId": "default"}),
        replace_on=frozenset({"dhcp_options_id", "vpc_id"}),
    ),
)
