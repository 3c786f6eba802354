"""A public name, its certificate, and the way from the name to a load balancer."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["PublicName"]


class PublicName(Component):
    """A domain name with a validated TLS certificate.

    Without a hosted zone it makes its own; the certificate then waits until the parent domain
    names this zone's servers.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        domain_name: str,
        hosted_zone_id: str | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("PublicName", name, site, opts)
        self.domain_name = domain_name
        self.own_zone = self._zone() if hosted_zone_id is None else None
        self.zone_id = (
            self.own_zone.zone_id if self.own_zone else pulumi.Output.from_input(hosted_zone_id)
        )
        certificate = aws.acm.Certificate(
            f"{name}-certificate",
            domain_name=domain_name,
            validation_method="DNS",
            tags=self.tagged("certificate"),
            opts=self.child(),
        )
        proof = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{name}-certificate-proof",
            zone_id=self.zone_id,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=300,
            allow_overwrite=True,
            opts=self.child(),
        )
        self.records = [record]
        self.certificate_arn = aws.acm.CertificateValidation(
            f"{name}-certificate",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=self.child(),
        ).certificate_arn
        self.register_outputs({"certificate_arn": self.certificate_arn})

    def _zone(self) -> aws.route53.Zone:
        return aws.route53.Zone(
            f"{self.label}-zone",
            name=self.domain_name,
            comment=f"Public names of {self.site.name('zone')}",
            tags=self.tagged("zone"),
            opts=self.child(),
        )

    def point_to(self, load_balancer: aws.lb.LoadBalancer) -> None:
        """Answer the name with a load balancer's addresses."""
        alias = aws.route53.Record(
            f"{self.label}-alias",
            zone_id=self.zone_id,
            name=self.domain_name,
            type="A",
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=load_balancer.dns_name,
                    zone_id=load_balancer.zone_id,
                    evaluate_target_health=True,
                )
            ],
            opts=self.child(),
        )
        self.records.append(alias)
