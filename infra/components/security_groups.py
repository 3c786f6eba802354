"""Security groups, with each rule a resource of its own."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.cidr import ANYWHERE
from infra.components.base import Component
from infra.site import Site

__all__ = ["SecurityGroup"]


class SecurityGroup(Component):
    """A group that allows nothing until `ingress` and `egress` rules are added."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        vpc_id: pulumi.Input[str],
        purpose: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("SecurityGroup", name, site, opts)
        self.group = aws.ec2.SecurityGroup(
            name,
            name=site.name(name),
            description=purpose,
            vpc_id=vpc_id,
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.id = self.group.id
        self.register_outputs({"id": self.id})

    def ingress(self, port: int, source: SecurityGroup | str, purpose: str) -> None:
        """Let a group or a CIDR block reach one TCP port."""
        label = f"{self.label}-from-{_peer(source)}-{port}"
        aws.vpc.SecurityGroupIngressRule(
            label,
            security_group_id=self.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=source if isinstance(source, str) else None,
            referenced_security_group_id=None if isinstance(source, str) else source.id,
            description=purpose,
            tags=self.tagged(label),
            opts=self.child(),
        )

    def egress(self, port: int, target: SecurityGroup | str, purpose: str) -> None:
        """Let this group reach one TCP port of a group or a CIDR block."""
        label = f"{self.label}-to-{_peer(target)}-{port}"
        aws.vpc.SecurityGroupEgressRule(
            label,
            security_group_id=self.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=target if isinstance(target, str) else None,
            referenced_security_group_id=None if isinstance(target, str) else target.id,
            description=purpose,
            tags=self.tagged(label),
            opts=self.child(),
        )

    def egress_anywhere(self, purpose: str) -> None:
        """Let this group reach every port of every address."""
        label = f"{self.label}-to-anywhere"
        aws.vpc.SecurityGroupEgressRule(
            label,
            security_group_id=self.id,
            ip_protocol="-1",
            cidr_ipv4=ANYWHERE,
            description=purpose,
            tags=self.tagged(label),
            opts=self.child(),
        )


def _peer(peer: SecurityGroup | str) -> str:
    if isinstance(peer, SecurityGroup):
        return peer.label
    return "anywhere" if peer == ANYWHERE else peer.replace("/", "-")
