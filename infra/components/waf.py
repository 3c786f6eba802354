"""A web application firewall."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group
from infra.site import Site

__all__ = ["WebFirewall"]

REQUESTS_PER_FIVE_MINUTES = 2000
MANAGED_GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
# What would give a session away must not be in the log.
REDACTED_HEADERS = ("authorization", "cookie")


class WebFirewall(Component):
    """AWS's managed rules and a limit per address, in front of a load balancer, logged."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        resource_arn: pulumi.Input[str],
        logs: LogPolicy,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("WebFirewall", name, site, opts)
        self.acl = aws.wafv2.WebAcl(
            name,
            name=site.name(name),
            description=f"Protects {site.name('alb')}",
            scope="REGIONAL",
            default_action=aws.wafv2.WebAclDefaultActionArgs(
                allow=aws.wafv2.WebAclDefaultActionAllowArgs()
            ),
            rules=[
                _rate_limit(priority=0),
                *(_managed(group, priority) for priority, group in enumerate(MANAGED_GROUPS, 1)),
            ],
            visibility_config=aws.wafv2.WebAclVisibilityConfigArgs(
                cloudwatch_metrics_enabled=True,
                sampled_requests_enabled=True,
                metric_name=site.name(name),
            ),
            tags=self.tagged(name),
            opts=self.child(),
        )
        aws.wafv2.WebAclAssociation(
            name, resource_arn=resource_arn, web_acl_arn=self.acl.arn, opts=self.child()
        )
        # AWS WAF Developer Guide, "Amazon CloudWatch Logs": the name must start like this.
        self.log_group = log_group(self, name, f"aws-waf-logs-{site.name(name)}", logs)
        aws.wafv2.WebAclLoggingConfiguration(
            name,
            resource_arn=self.acl.arn,
            log_destination_configs=[self.log_group.arn],
            redacted_fields=[
                aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                    single_header=aws.wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(
                        name=header
                    )
                )
                for header in REDACTED_HEADERS
            ],
            opts=self.child(),
        )
        self.register_outputs({"arn": self.acl.arn})


def _visible(name: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgs:
    return aws.wafv2.WebAclRuleVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, sampled_requests_enabled=True, metric_name=name
    )


def _rate_limit(priority: int) -> aws.wafv2.WebAclRuleArgs:
    name = "rate-limit"
    return aws.wafv2.WebAclRuleArgs(
        name=name,
        priority=priority,
        action=aws.wafv2.WebAclRuleActionArgs(block=aws.wafv2.WebAclRuleActionBlockArgs()),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            rate_based_statement=aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
                limit=REQUESTS_PER_FIVE_MINUTES, aggregate_key_type="IP"
            )
        ),
        visibility_config=_visible(name),
    )


def _managed(group: str, priority: int) -> aws.wafv2.WebAclRuleArgs:
    return aws.wafv2.WebAclRuleArgs(
        name=group,
        priority=priority,
        # The group's own actions (block) hold.
        override_action=aws.wafv2.WebAclRuleOverrideActionArgs(
            none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()  # type: ignore[no-untyped-call]
        ),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS", name=group
            )
        ),
        visibility_config=_visible(group),
    )
