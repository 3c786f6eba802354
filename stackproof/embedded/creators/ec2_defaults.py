"""The VPC and subnets that AWS gives each region of an account, taken over by a program."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.ec2_tags import retag
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Created, Creator, Properties, changed, creator
from stackproof.embedded.functions.lookups import looked_up
from stackproof.types.tokens import SUBNET, VPC


class _Default(Creator):
    """Something that is there already; it is changed, and left when the program is done with it."""

    shown_as: str

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Take it over."""
        id_ = self.find(aws, inputs)
        shown = looked_up(aws, self.shown_as, id_)
        computed = {k: v for k, v in shown.items() if k not in {*inputs, "id", "tags", "tags_all"}}
        self.update(aws, id_, shown, inputs)
        return Created(id_, computed)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Leave it: it goes with the account."""

    def find(self, aws: Cloud, inputs: Properties) -> str:
        """Give its id."""
        raise NotImplementedError


@creator
class DefaultVpc(_Default):
    """The default VPC."""

    type = "aws:ec2/defaultVpc:DefaultVpc"
    shown_as = "aws:ec2/vpc:Vpc"

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change DNS settings and tags."""
        switches = {
            "enable_dns_hostnames": "EnableDnsHostnames",
            "enable_dns_support": "EnableDnsSupport",
        }
        for name, attribute in switches.items():
            if new.get(name) is not None and changed(old, new, name):
                setting: dict[str, Any] = {attribute: {"Value": bool(new[name])}}
                aws.client("ec2").modify_vpc_attribute(VpcId=id_, **setting)
        retag(aws, id_, old, new)

    def find(self, aws: Cloud, inputs: Properties) -> str:
        """Give the id of the region's default VPC."""
        wanted = [{"Name": "is-default", "Values": ["true"]}]
        found = listed(aws, VPC, {"Filters": wanted})
        if not found:
            raise EmbeddedError(f"{aws.region} has no default VPC any more")
        return found[0][0]


@creator
class DefaultSubnet(_Default):
    """The default subnet of a zone."""

    type = "aws:ec2/defaultSubnet:DefaultSubnet"
    shown_as = "aws:ec2/subnet:Subnet"
    replace_on = frozenset({"availability_zone"})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change public addresses and tags."""
        name = "map_public_ip_on_launch"
        if new.get(name) is not None and changed(old, new, name):
            aws.client("ec2").modify_subnet_attribute(
                SubnetId=id_, MapPublicIpOnLaunch={"Value": bool(new[name])}
            )
        retag(aws, id_, old, new)

    def find(self, aws: Cloud, inputs: Properties) -> str:
        """Give the id of the zone's default subnet."""
        zone = inputs["availability_zone"]
        wanted = [
            {"Name": "default-for-az", "Values": ["true"]},
            {"Name": "availability-zone", "Values": [zone]},
        ]
        found = listed(aws, SUBNET, {"Filters": wanted})
        if not found:
            raise EmbeddedError(f"{zone} has no default subnet in {aws.region}")
        return found[0][0]
