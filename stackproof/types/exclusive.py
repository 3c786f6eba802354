"""Properties of which AWS holds at most one, so that it shows another one's place empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.types import tokens as t

# EC2 API Reference, IpPermission and ModifySecurityGroupRules: a rule has one peer.
_PEERS: Final = frozenset(
    {"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"}
)

EXCLUSIVE: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    # Amazon EC2 Auto Scaling API Reference, UpdateAutoScalingGroup: one way to launch.
    t.AUTOSCALING_GROUP: (
        frozenset({"launch_configuration", "launch_template", "mixed_instances_policy"}),
    ),
    # Amazon ECS API Reference, CreateService: "If a capacityProviderStrategy is specified, the
    # launchType parameter must be omitted."
    t.ECS_SERVICE: (frozenset({"capacity_provider_strategies", "launch_type"}),),
    # CloudWatch API Reference, PutMetricAlarm: one statistic; one metric or an expression.
    t.METRIC_ALARM: (
        frozenset({"extended_statistic", "statistic"}),
        frozenset({"metric_name", "metric_queries"}),
    ),
    # EC2 API Reference, ReplaceNetworkAclEntry: "You must specify a CIDR block or an IPv6 one".
    t.NETWORK_ACL_RULE: (frozenset({"cidr_block", "ipv6_cidr_block"}),),
    # EC2 API Reference, ReplaceRoute: "You must specify exactly one of" the targets. An instance
    # is shown as its network interface, so it is none of these.
    t.ROUTE: (
        frozenset(
            {
                "carrier_gateway_id",
                "core_network_arn",
                "egress_only_gateway_id",
                "gateway_id",
                "local_gateway_id",
                "nat_gateway_id",
                "network_interface_id",
                "transit_gateway_id",
                "vpc_peering_connection_id",
            }
        ),
    ),
    # Route 53 API Reference, ResourceRecordSet: one routing policy.
    t.ROUTE53_RECORD: (
        frozenset(
            {"failover_routing_policies", "latency_routing_policies", "weighted_routing_policies"}
        ),
    ),
    t.SECURITY_GROUP_EGRESS_RULE: (_PEERS,),
    t.SECURITY_GROUP_INGRESS_RULE: (_PEERS,),
}
