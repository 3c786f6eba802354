"""Threat detection over the whole account and region."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["ThreatDetection"]


class ThreatDetection(Component):
    """A GuardDuty detector that reports within a quarter of an hour.

    AWS allows one per account and region: a stack that stands beside another names the other's.
    """

    def __init__(
        self, name: str, site: Site, *, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ThreatDetection", name, site, opts)
        self.detector = aws.guardduty.Detector(
            name,
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.register_outputs({"detector_id": self.detector.id})
