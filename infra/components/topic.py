"""A topic that tells people."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import allow_publishers, deny_insecure_transport, document
from infra.site import Site

__all__ = ["ALARMS", "DATABASE_EVENTS", "EVENTS", "AlertTopic"]

ALARMS = "cloudwatch.amazonaws.com"
DATABASE_EVENTS = "events.rds.amazonaws.com"
EVENTS = "events.amazonaws.com"


class AlertTopic(Component):
    """An encrypted topic, read by e-mail, to which only AWS services publish.

    `publishers` are their principals, such as `cloudwatch.amazonaws.com` for alarms.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        publishers: Sequence[str],
        key_arn: pulumi.Input[str],
        email: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("AlertTopic", name, site, opts)
        topic = aws.sns.Topic(
            name,
            name=site.name(name),
            kms_master_key_id=key_arn,
            tags=self.tagged(name),
            opts=self.child(),
        )
        arn = site.arn("sns", site.name(name))
        aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=document(
                *allow_publishers(
                    "ServicesPublish", ["sns:Publish"], arn, publishers, site.account_id
                ),
                deny_insecure_transport("sns:Publish", arn),
            ),
            opts=self.child(),
        )
        aws.sns.TopicSubscription(
            name, topic=topic.arn, protocol="email", endpoint=email, opts=self.child()
        )
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})
