"""The topic that alarms notify."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import allow, deny_insecure_transport, document
from infra.site import Site

__all__ = ["AlertTopic"]


class AlertTopic(Component):
    """An encrypted topic that only this account's alarms may publish to, read by e-mail."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
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
                allow(
                    "AlarmsPublish",
                    ["sns:Publish"],
                    arn,
                    services=["cloudwatch.amazonaws.com"],
                    conditions={"StringEquals": {"aws:SourceAccount": site.account_id}},
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
