"""The smallest number of API calls that could fetch what a snapshot holds.

How it is counted: an operation that lists everything costs one call per region and page at AWS's
largest page; one that describes many at once costs one call per batch at AWS's largest batch; one
that AWS offers for a single resource only costs one call for each. Nothing is counted that
another operation of the list already tells. Batch and page sizes: the API reference of each
operation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import ceil

from stackproof.model import Stack
from stackproof.types import tokens
from stackproof.types.tokens import (
    CODEDEPLOY_APPLICATION,
    EC2_EIP,
    IAM_INSTANCE_PROFILE,
    LAMBDA_ALIAS,
    ROUTE53_ZONE,
)


class _Held:
    """What a snapshot holds, counted."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def count(self, *types_: str) -> int:
        """Count the resources of some types."""
        return sum(len(self._stack.all(type_)) for type_ in types_)

    def having(self, type_: str, name: str) -> int:
        """Count the resources of a type that have a property."""
        return sum(bool(resource.raw(name)) for resource in self._stack.all(type_))

    def lists(self, *types_: str, page: int | None = None) -> int:
        """Count the calls that list types which one operation lists: regions times pages."""
        held = Counter(r.region for type_ in types_ for r in self._stack.all(type_))
        return sum(ceil(number / page) if page else 1 for number in held.values())

    def tagged(self) -> int:
        """Count the pages of resources that have tags."""
        regions = Counter(r.region for r in self._stack if r.region and r.raw("tags"))
        return sum(ceil(number / 100) for number in regions.values())


def smallest(stack: Stack) -> Mapping[str, int]:
    """Give the smallest number of calls by service for the facts of a live stack."""
    held = _Held(stack)
    calls = {
        "sts": 1,
        "resourcegroupstaggingapi": held.tagged(),
        **_network(held),
        **_compute(held),
        **_data(held),
        **_security(held),
        **_watching(held),
        **_delivery(held),
    }
    return {service: number for service, number in sorted(calls.items()) if number}


def _network(held: _Held) -> dict[str, int]:
    # Each of these describe operations holds its kind whole; a VPC's two DNS settings cost a call
    # each. The versions of all launch templates are described together.
    described = (
        tokens.VPC,
        tokens.SUBNET,
        tokens.ROUTE_TABLE,
        tokens.INTERNET_GATEWAY,
        tokens.NAT_GATEWAY,
        tokens.SECURITY_GROUP,
        tokens.SECURITY_GROUP_INGRESS_RULE,
        tokens.FLOW_LOG,
        tokens.VPC_ENDPOINT,
        EC2_EIP,
        tokens.NETWORK_INTERFACE,
        tokens.PREFIX_LIST,
        tokens.VPC_PEERING_CONNECTION,
        tokens.KEY_PAIR,
    )
    return {
        "ec2": sum(held.lists(type_) for type_ in described)
        + held.lists(tokens.NETWORK_ACL, tokens.DEFAULT_NETWORK_ACL)
        # What the account says of volumes and of the metadata service.
        + 2 * held.lists(tokens.EC2_INSTANCE, tokens.LAUNCH_TEMPLATE, tokens.AUTOSCALING_GROUP)
        + held.count(tokens.PREFIX_LIST)  # entries
        + 2 * held.count(tokens.VPC)
        + 2 * held.lists(tokens.LAUNCH_TEMPLATE),
        # Listeners, rules and attributes are described for one parent at a time.
        "elbv2": held.lists(tokens.LB)
        + held.count(tokens.LB)  # attributes
        + held.count(tokens.LB)  # listeners
        + held.count(tokens.LB_LISTENER)  # rules
        + held.having(tokens.LB_LISTENER, "certificate_arn")  # more certificates
        + held.lists(tokens.LB_TARGET_GROUP)
        + held.count(tokens.LB_TARGET_GROUP),  # attributes
        # The zone, its records, and whether it is signed.
        "route53": 3 * held.count(ROUTE53_ZONE),
    }


def _compute(held: _Held) -> dict[str, int]:
    return {
        "ecs": held.lists(tokens.ECS_CLUSTER)
        + held.count(tokens.ECS_CLUSTER)  # names of its services
        + ceil(held.count(tokens.ECS_SERVICE) / 10)
        + held.count(tokens.ECS_TASK_DEFINITION),
        # Targets, policies and scheduled actions.
        "application-autoscaling": 3 * held.lists(tokens.APPSCALING_TARGET),
        "autoscaling": held.lists(tokens.AUTOSCALING_GROUP)
        + held.lists(tokens.AUTOSCALING_POLICY)
        + held.lists(tokens.LAUNCH_CONFIGURATION),
        # Functions and event sources are listed; who may invoke a function, its aliases, its
        # address, its reserved concurrency and what becomes of events are told one by one.
        "lambda": 2 * held.lists(tokens.LAMBDA_FUNCTION)
        + 5 * held.count(tokens.LAMBDA_FUNCTION)
        + held.count(LAMBDA_ALIAS),  # who may invoke it
        # Routes, integrations and stages.
        "apigatewayv2": held.lists(tokens.API) + 3 * held.count(tokens.API),
    }


def _data(held: _Held) -> dict[str, int]:
    return {
        "rds": held.lists(tokens.RDS_CLUSTER)
        + held.lists(tokens.RDS_CLUSTER_INSTANCE, tokens.RDS_INSTANCE)
        + held.lists(tokens.RDS_SUBNET_GROUP)
        + held.lists(tokens.RDS_CLUSTER_PARAMETER_GROUP)
        + held.lists(tokens.RDS_PARAMETER_GROUP)
        # parameters
        + held.count(tokens.RDS_CLUSTER_PARAMETER_GROUP, tokens.RDS_PARAMETER_GROUP),
        # Engine version, security groups and parameter group are told by the member clusters only.
        "elasticache": 3 * held.lists(tokens.ELASTICACHE_REPLICATION_GROUP),
        # The account's block of public access, which holds in every region.
        "s3control": min(1, held.lists(tokens.S3_BUCKET)),
        # Twelve settings of a bucket, each an operation of its own.
        "s3": held.lists(tokens.S3_BUCKET) + 12 * held.count(tokens.S3_BUCKET),
        # A vault's policy, a plan's rules, a plan's selections and what each selects.
        "backup": held.lists(tokens.BACKUP_VAULT)
        + held.count(tokens.BACKUP_VAULT)
        + held.lists(tokens.BACKUP_PLAN)
        + 2 * held.count(tokens.BACKUP_PLAN)
        + held.count(tokens.BACKUP_SELECTION),
        "sqs": held.lists(tokens.SQS_QUEUE) + held.count(tokens.SQS_QUEUE),
    }


def _security(held: _Held) -> dict[str, int]:
    return {
        # Key, policy, rotation and grants have no form for many keys.
        "kms": 4 * held.count(tokens.KMS_KEY) + held.lists(tokens.KMS_ALIAS),
        # One listing has the policies of roles, another their descriptions and session lengths.
        # One listing has users and groups as well; keys are told user by user.
        "iam": 2 * held.lists(tokens.IAM_ROLE, page=1000)
        + held.count(tokens.IAM_USER)
        + held.count(tokens.IAM_OIDC_PROVIDER)
        + held.lists(IAM_INSTANCE_PROFILE)
        + held.count(IAM_INSTANCE_PROFILE),  # tags
        "secretsmanager": held.lists(tokens.SECRET) + held.count(tokens.SECRET),  # policies
        "ssm": held.lists(tokens.SSM_PARAMETER, page=50),
        "acm": held.count(tokens.ACM_CERTIFICATE),
        # The list, and for each web ACL its rules, its log and what it protects.
        "wafv2": held.lists(tokens.WAF_ACL) + 3 * held.count(tokens.WAF_ACL),
        "guardduty": held.lists(tokens.GUARDDUTY_DETECTOR) + held.count(tokens.GUARDDUTY_DETECTOR),
        "config": 3 * held.lists(tokens.CONFIG_RECORDER) + held.lists(tokens.CONFIG_RULE, page=25),
        # Whether a trail is on, and what it records, is told for a single one only.
        "cloudtrail": held.lists(tokens.CLOUDTRAIL_TRAIL) + 2 * held.count(tokens.CLOUDTRAIL_TRAIL),
    }


def _watching(held: _Held) -> dict[str, int]:
    return {
        "logs": held.lists(tokens.LOG_GROUP) + held.lists(tokens.LOG_METRIC_FILTER),
        "cloudwatch": held.lists(tokens.METRIC_ALARM, page=100) + held.count(tokens.DASHBOARD),
        "sns": 2 * held.count(tokens.SNS_TOPIC) + held.count(tokens.SNS_SUBSCRIPTION),
        "events": held.lists(tokens.EVENT_RULE) + held.count(tokens.EVENT_RULE),  # targets
    }


def _delivery(held: _Held) -> dict[str, int]:
    return {
        # Repositories are listed; what each keeps and who may use it is told one by one, and what
        # is scanned by the registry.
        "ecr": 2 * held.lists(tokens.ECR_REPOSITORY) + 2 * held.count(tokens.ECR_REPOSITORY),
        "codecommit": held.lists(tokens.CODECOMMIT_REPOSITORY, page=100),
        "codebuild": held.lists(tokens.CODEBUILD_PROJECT, page=100),
        # The names of applications and what they are; the same of each one's groups.
        "codedeploy": 2 * held.lists(CODEDEPLOY_APPLICATION)
        + 2 * held.count(CODEDEPLOY_APPLICATION),
        "codepipeline": held.count(tokens.CODEPIPELINE),
    }
