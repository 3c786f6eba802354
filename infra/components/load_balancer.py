"""A public application load balancer, which speaks TLS and routes by path if told to."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.bucket import Bucket
from infra.iam import Statement, allow
from infra.settings.parts import ServiceSettings, TargetGroupSettings
from infra.site import Site

__all__ = ["LoadBalancer", "access_log_delivery"]

# Elastic Load Balancing, "Security policies for your Application Load Balancer": TLS 1.3 and 1.2.
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


class LoadBalancer(Component):
    """A load balancer that logs every request and drops malformed ones.

    It listens to nothing until it is told to, such as by `serve_https`.
    """

    http_listener: aws.lb.Listener
    https_listener: aws.lb.Listener

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        vpc_id: pulumi.Input[str],
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        access_logs: Bucket,
        deletion_protection: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("LoadBalancer", name, site, opts)
        self.vpc_id = vpc_id
        self.load_balancer = aws.lb.LoadBalancer(
            name,
            name=site.name(name),
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=subnet_ids,
            security_groups=[security_group_id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_http2=True,
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=deletion_protection,
            idle_timeout=60,
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(
                bucket=access_logs.bucket.id, enabled=True
            ),
            tags=self.tagged(name),
            # The load balancer tries to write to the bucket when it is made.
            opts=self.child(depends_on=[access_logs.policy]),
        )
        self.register_outputs({"arn": self.load_balancer.arn})

    def serve_https(self, certificate_arn: pulumi.Input[str]) -> None:
        """Serve HTTPS by path, send HTTP to HTTPS, and answer anything else with "not found"."""
        self.http_listener = self._redirect_to_https()
        self.https_listener = self._https(certificate_arn)

    def _redirect_to_https(self) -> aws.lb.Listener:
        return aws.lb.Listener(
            f"{self.label}-http",
            load_balancer_arn=self.load_balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                aws.lb.ListenerDefaultActionArgs(
                    type="redirect",
                    redirect=aws.lb.ListenerDefaultActionRedirectArgs(
                        protocol="HTTPS", port="443", status_code="HTTP_301"
                    ),
                )
            ],
            tags=self.tagged(f"{self.label}-http"),
            opts=self.child(),
        )

    def _https(self, certificate_arn: pulumi.Input[str]) -> aws.lb.Listener:
        return aws.lb.Listener(
            f"{self.label}-https",
            load_balancer_arn=self.load_balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=certificate_arn,
            default_actions=[
                aws.lb.ListenerDefaultActionArgs(
                    type="fixed-response",
                    fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
                        content_type="text/plain", message_body="Not found", status_code="404"
                    ),
                )
            ],
            tags=self.tagged(f"{self.label}-https"),
            opts=self.child(),
        )

    def target_group(
        self, label: str, short_name: str, settings: TargetGroupSettings
    ) -> aws.lb.TargetGroup:
        """Make a target group that is named after `short_name`: AWS allows 32 characters."""
        return aws.lb.TargetGroup(
            label,
            name=self.site.name(short_name),
            vpc_id=self.vpc_id,
            target_type=settings.target_type,
            protocol=settings.protocol,
            port=settings.port,
            deregistration_delay=30,
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol=settings.protocol,
                path=settings.health_path,
                matcher="200",
                interval=settings.interval,
                timeout=settings.timeout,
                healthy_threshold=settings.healthy,
                unhealthy_threshold=settings.unhealthy,
            ),
            tags=self.tagged(label),
            opts=self.child(),
        )

    def forward(
        self, label: str, path: str, priority: int, target_group: aws.lb.TargetGroup
    ) -> aws.lb.ListenerRule:
        """Send the HTTPS requests of a path to a target group."""
        return aws.lb.ListenerRule(
            label,
            listener_arn=self.https_listener.arn,
            priority=priority,
            conditions=[
                aws.lb.ListenerRuleConditionArgs(
                    path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=[path])
                )
            ],
            actions=[
                aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=target_group.arn)
            ],
            tags=self.tagged(label),
            opts=self.child(),
        )

    def route(self, service: ServiceSettings) -> tuple[aws.lb.TargetGroup, aws.lb.ListenerRule]:
        """Send a service's path to a target group that its tasks register with by address."""
        target_group = self.target_group(service.name, service.short_name, service.targets)
        rule = self.forward(service.name, service.path, service.priority, target_group)
        return target_group, rule


def access_log_delivery(site: Site, bucket: str) -> Statement:
    """Let this account's load balancers write access logs to a bucket.

    Elastic Load Balancing, "Enable access logs for your Application Load Balancer".
    """
    return allow(
        "AccessLogDelivery",
        ["s3:PutObject"],
        f"{site.bucket_arn(bucket)}/AWSLogs/{site.account_id}/*",
        services=["logdelivery.elasticloadbalancing.amazonaws.com"],
        conditions={
            "ArnLike": {"aws:SourceArn": site.arn("elasticloadbalancing", "loadbalancer/*")}
        },
    )
