"""The smallest number of API calls that could fetch what a snapshot holds.

How it is counted: an operation that lists everything costs one call per region and page at AWS's
largest page; one that describes many at once costs one call per batch at AWS's largest batch; one
that AWS offers for a single resource only costs one call for each (`alone`). Nothing is counted
that another operation of the list already tells. Which operations tell something is the readers'
word; how few calls they could do with is said here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Final

from benchmarks.alone import ALONE
from stackproof.model import Resource, Stack
from stackproof.sights.live.everything import NAMES
from stackproof.sights.live.readers import readers
from stackproof.types import tokens as t
from stackproof.types.scalable import SCALABLE, resource_ids

# How many an operation tells of in one call, where it isn't all. The API reference of each.
MANY: Final[Mapping[str, int]] = {
    "cloudtrail:ListTags": 20,
    "cloudwatch:DescribeAlarms": 100,
    "codebuild:BatchGetProjects": 100,
    "codecommit:BatchGetRepositories": 100,
    "codedeploy:BatchGetApplications": 100,
    "config:DescribeConfigRules": 25,
    "ecs:DescribeClusters": 100,
    "ecs:DescribeServices": 10,
    "iam:GetAccountAuthorizationDetails": 1000,
    "iam:ListRoles": 1000,
    "opensearch:DescribeDomains": 5,
    "route53:ListTagsForResources": 10,
    "ssm:DescribeParameters": 50,
}
# What is asked wherever there is one of some types, if only to know that there is none.
BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "application-autoscaling:DescribeScalingPolicies": (t.APPSCALING_TARGET,),
    "application-autoscaling:DescribeScheduledActions": (t.APPSCALING_TARGET,),
    "ec2:DescribeDhcpOptions": (t.VPC,),
    "ec2:DescribeNetworkInterfaces": (t.VPC,),
    "ec2:GetEbsEncryptionByDefault": (t.EC2_INSTANCE, t.LAUNCH_TEMPLATE, t.AUTOSCALING_GROUP),
    "ec2:GetInstanceMetadataDefaults": (t.EC2_INSTANCE, t.LAUNCH_TEMPLATE, t.AUTOSCALING_GROUP),
    "ecr:GetRegistryScanningConfiguration": (t.ECR_REPOSITORY,),
    "lambda:ListEventSourceMappings": (t.LAMBDA_FUNCTION,),
}


def smallest(stack: Stack) -> Mapping[str, int]:
    """Give the smallest number of calls by service for the facts of a live stack."""
    calls = Counter({"sts": 1, "resourcegroupstaggingapi": _tagged(stack), **_besides(stack)})
    for type_, operations in ALONE.items():
        for operation in operations:
            calls[_service(operation)] += len(stack.all(type_))
    for operation, told in _told(stack).items():
        calls[_service(operation)] += _pages(told, MANY.get(operation))
    return {service: number for service, number in sorted(calls.items()) if number}


def _told(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    """Give what each operation tells of that tells of many.

    What a reader asks further is about the first of its types; the others come with it.
    """
    alone = {operation for operations in ALONE.values() for operation in operations}
    told: dict[str, list[Resource]] = defaultdict(list)
    for reader in readers():
        first, *others = reader.types
        told[reader.listing.name] += stack.all(first)
        if first not in NAMES:
            told[reader.listing.name] += [r for type_ in others for r in stack.all(type_)]
        for detail in reader.details.values():
            told[detail.ask.name] += stack.all(first)
    for operation, types_ in BESIDE.items():
        told[operation] += [r for type_ in types_ for r in stack.all(type_)]
    # Of scalable targets each kind is a question of its own.
    alone.add("application-autoscaling:DescribeScalableTargets")
    return {operation: about for operation, about in told.items() if operation not in alone}


def _pages(told: Iterable[Resource], most: int | None) -> int:
    """Count the calls for some resources: regions times pages."""
    regions = Counter(resource.region for resource in told)
    return sum(ceil(number / most) if most else 1 for number in regions.values())


def _service(operation: str) -> str:
    return operation.partition(":")[0]


def _tagged(stack: Stack) -> int:
    """Count the pages of resources that have tags."""
    return _pages([r for r in stack if r.region and r.raw("tags")], 100)


def _besides(stack: Stack) -> dict[str, int]:
    """Count what is asked once for all, or of some only."""
    certified = [r for r in stack.all(t.LB_LISTENER) if r.raw("certificate_arn")]
    return {
        "elbv2": len(certified),  # more certificates of a listener
        # The targets of each kind of service that scales, if only to know that there is none.
        "application-autoscaling": sum(
            _pages([r for r in stack.all(type_) if any(resource_ids(r, namespace))], None)
            for namespace, type_ in SCALABLE.items()
        ),
        "events": _pages(stack.all(t.EVENT_RULE), None),  # the rules of AWS's own bus
        # The account's block of public access, which holds in every region, where it isn't shown.
        "s3control": int(
            bool(stack.all(t.S3_BUCKET)) and not stack.all(t.S3_ACCOUNT_PUBLIC_ACCESS_BLOCK)
        ),
    }
