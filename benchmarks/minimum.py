"""The smallest number of API calls that could fetch what a snapshot holds.

How it is counted: an operation that lists everything costs one call per page at AWS's largest
page; one that describes many at once costs one call per batch at AWS's largest batch; one that
AWS offers for a single resource only costs one call for each. Nothing is counted that another
operation of the list already tells. Batch and page sizes: the API reference of each operation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import ceil

from stackproof.model import Stack, types


def smallest(stack: Stack) -> Mapping[str, int]:
    """Give the smallest number of calls by service for the facts of a live stack."""

    def count(type_: str) -> int:
        return len(stack.all(type_))

    def present(type_: str) -> int:
        return 1 if count(type_) else 0

    calls: Counter[str] = Counter()
    tagged = sum(1 for resource in stack if resource.raw("tags"))
    calls["sts"] = 1
    calls["resourcegroupstaggingapi"] = ceil(tagged / 100)
    # Eleven describe operations hold all the network; a VPC's two DNS settings cost a call each.
    ec2 = (
        types.VPC,
        types.SUBNET,
        types.ROUTE_TABLE,
        types.INTERNET_GATEWAY,
        types.NAT_GATEWAY,
        types.SECURITY_GROUP,
        types.SECURITY_GROUP_INGRESS_RULE,
        types.FLOW_LOG,
        types.VPC_ENDPOINT,
        "aws:ec2/eip:Eip",
    )
    calls["ec2"] = sum(present(type_) for type_ in ec2) + 2 * count(types.VPC)
    # Listeners, rules and attributes are described for one parent at a time.
    calls["elbv2"] = (
        present(types.LB)
        + count(types.LB)  # attributes
        + count(types.LB)  # listeners
        + count(types.LB_LISTENER)  # rules
        + present(types.LB_TARGET_GROUP)
        + count(types.LB_TARGET_GROUP)  # attributes
    )
    calls["ecs"] = (
        present(types.ECS_CLUSTER)
        + count(types.ECS_CLUSTER)  # names of its services
        + ceil(count(types.ECS_SERVICE) / 10)
        + count(types.ECS_TASK_DEFINITION)
    )
    calls["application-autoscaling"] = 2 * present(types.APPSCALING_TARGET)
    calls["rds"] = (
        present(types.RDS_CLUSTER)
        + present(types.RDS_CLUSTER_INSTANCE)
        + present(types.RDS_SUBNET_GROUP)
        + present(types.RDS_CLUSTER_PARAMETER_GROUP)
        + count(types.RDS_CLUSTER_PARAMETER_GROUP)  # parameters
    )
    # Engine version, security groups and parameter group are told by the member clusters only.
    calls["elasticache"] = 3 * present(types.ELASTICACHE_REPLICATION_GROUP)
    # Key, policy and rotation have no form for many keys.
    calls["kms"] = 3 * count(types.KMS_KEY) + present(types.KMS_ALIAS)
    calls["iam"] = ceil(len(stack.all(types.IAM_ROLE)) / 100)
    # Eight settings of a bucket, each an operation of its own.
    calls["s3"] = present(types.S3_BUCKET) + 8 * count(types.S3_BUCKET)
    calls["secretsmanager"] = present(types.SECRET) + count(types.SECRET)  # policies
    calls["logs"] = present(types.LOG_GROUP) + present(types.LOG_METRIC_FILTER)
    calls["cloudwatch"] = ceil(count(types.METRIC_ALARM) / 100) + count(types.DASHBOARD)
    calls["sns"] = 2 * count(types.SNS_TOPIC) + count(types.SNS_SUBSCRIPTION)
    calls["acm"] = count(types.ACM_CERTIFICATE)
    calls["route53"] = 2 * count("aws:route53/zone:Zone")
    # The list, and for each web ACL its rules, its log and what it protects.
    calls["wafv2"] = present(types.WAF_ACL) + 3 * count(types.WAF_ACL)
    calls["guardduty"] = present(types.GUARDDUTY_DETECTOR) + count(types.GUARDDUTY_DETECTOR)
    calls["config"] = 3 * present(types.CONFIG_RECORDER)
    return {service: number for service, number in sorted(calls.items()) if number}
