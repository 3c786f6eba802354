"""In which tier of a system a type stands: what the picture's rows are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The rows, from whoever calls down to what everything stands on.
TIERS: Final = ("edge", "compute", "messages", "data", "network", "guard", "other")
# By service, as Pulumi's types name it.
_BY_SERVICE: Final[Mapping[str, str]] = {
    service: tier
    for tier, services in {
        "edge": "acm alb apigateway apigatewayv2 cloudfront cognito elb globalaccelerator lb "
        "route53 wafregional wafv2",
        "compute": "appautoscaling apprunner autoscaling batch codebuild codecommit codedeploy "
        "codepipeline ecr ecs eks lambda lightsail sagemaker sfn",
        "messages": "kinesis mq msk pipes scheduler sns sqs",
        "data": "athena backup dax docdb dynamodb ebs efs elasticache elasticsearch fsx glue "
        "memorydb neptune opensearch rds redshift s3",
        "network": "directconnect ec2transitgateway networkfirewall vpc vpclattice",
        "guard": "accessanalyzer budgets cfg cloudtrail cloudwatch guardduty iam inspector2 kms "
        "macie2 organizations secretsmanager securityhub ssm xray",
    }.items()
    for service in services.split()
}
_BY_TYPE: Final[Mapping[str, str]] = {
    "ec2.Instance": "compute",
    "ec2.LaunchTemplate": "compute",
    "cloudwatch.EventBus": "messages",
    "cloudwatch.EventRule": "messages",
    "cloudwatch.EventTarget": "messages",
    "ssm.Parameter": "data",
}


def tier_of(type_: str) -> str:
    """Give the tier of a type as people write it (`ec2.Instance`)."""
    service = type_.partition(".")[0]
    default = "network" if service == "ec2" else "other"
    return _BY_TYPE.get(type_) or _BY_SERVICE.get(service, default)
