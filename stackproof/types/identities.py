"""What an ARN, an id or an address tells of a resource: its type, and its id in Pulumi.

Source: AWS Service Authorization Reference, the ARN formats of each service; the import sections
of the AWS provider's pages for the ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from stackproof.types import tokens as t
from stackproof.types.addresses import address
from stackproof.types.described import Type, own_types
from stackproof.types.regions import NAME, partition_of

# Where a resource's id is not its ARN: the group of its pattern that is the id.
_ID = "id"

# The prefix of an id, the word of its ARN, and the types: what AWS makes with a VPC has its own.
_EC2: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "acl": ("network-acl", (t.NETWORK_ACL, t.DEFAULT_NETWORK_ACL)),
    "cgw": ("customer-gateway", ()),
    "dopt": ("dhcp-options", (t.VPC_DHCP_OPTIONS,)),
    "eigw": ("egress-only-internet-gateway", ()),
    "eipalloc": ("elastic-ip", (t.EC2_EIP,)),
    "eni": ("network-interface", (t.NETWORK_INTERFACE,)),
    "fl": ("vpc-flow-log", (t.FLOW_LOG,)),
    "i": ("instance", (t.EC2_INSTANCE,)),
    "igw": ("internet-gateway", (t.INTERNET_GATEWAY,)),
    "lt": ("launch-template", (t.LAUNCH_TEMPLATE,)),
    "nat": ("natgateway", (t.NAT_GATEWAY,)),
    "pcx": ("vpc-peering-connection", (t.VPC_PEERING_CONNECTION, t.VPC_PEERING_ACCEPTER)),
    "pl": ("prefix-list", (t.PREFIX_LIST,)),
    "rtb": ("route-table", (t.ROUTE_TABLE, t.DEFAULT_ROUTE_TABLE)),
    "sgr": (
        "security-group-rule",
        (t.SECURITY_GROUP_INGRESS_RULE, t.SECURITY_GROUP_EGRESS_RULE),
    ),
    "snap": ("snapshot", (t.EBS_SNAPSHOT,)),
    "tgw": ("transit-gateway", (t.TRANSIT_GATEWAY,)),
    "tgw-attach": ("transit-gateway-attachment", (t.TRANSIT_GATEWAY_ATTACHMENT,)),
    "tgw-rtb": ("transit-gateway-route-table", (t.TRANSIT_GATEWAY_ROUTE_TABLE,)),
    "sg": ("security-group", (t.SECURITY_GROUP, t.DEFAULT_SECURITY_GROUP)),
    "subnet": ("subnet", (t.SUBNET, t.EC2_DEFAULT_SUBNET)),
    "vol": ("volume", (t.EBS_VOLUME,)),
    "vpc": ("vpc", (t.VPC, t.EC2_DEFAULT_VPC)),
    "vgw": ("vpn-gateway", ()),
    "vpce": ("vpc-endpoint", (t.VPC_ENDPOINT,)),
    "vpn": ("vpn-connection", ()),
}
# Service and pattern of what follows the account; a group `id` is Pulumi's id, else it's the ARN.
ARNS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("acm", r"certificate/.+", (t.ACM_CERTIFICATE,)),
    ("apigateway", r"/apis/(?P<id>\w+)", (t.API,)),
    ("apigateway", r"/apis/\w+/stages/(?P<id>[^/]+)", (t.API_STAGE,)),
    ("apigateway", r"/domainnames/(?P<id>[^/+]+)", (t.API_DOMAIN, t.API_DOMAIN_V1)),
    ("apigateway", r"/restapis/(?P<id>\w+)", (t.APIGATEWAY_REST_API,)),
    ("apigateway", r"/restapis/\w+/authorizers/(?P<id>\w+)", (t.APIGATEWAY_AUTHORIZER,)),
    ("apigateway", r"/restapis/\w+/stages/[^/]+", (t.APIGATEWAY_STAGE,)),
    ("appsync", r"apis/(?P<id>[^/]+)", (t.APPSYNC_GRAPHQL_API,)),
    ("autoscaling", r"autoScalingGroup:.*/(?P<id>.+)", (t.AUTOSCALING_GROUP,)),
    ("autoscaling", r"scheduledAction:.+", (t.APPSCALING_SCHEDULE,)),
    (
        "autoscaling",
        r"scheduledUpdateGroupAction:.+:scheduledActionName/(?P<id>.+)",
        (t.AUTOSCALING_SCHEDULE,),
    ),
    ("application-autoscaling", r"scalable-target/.+", (t.APPSCALING_TARGET,)),
    (
        "autoscaling",
        r"launchConfiguration:[^:]*:launchConfigurationName/(?P<id>.+)",
        (t.LAUNCH_CONFIGURATION,),
    ),
    # What scales anything else than a group stands under its resource.
    (
        "autoscaling",
        r"scalingPolicy:[^:]*:resource/.+:policyName/(?P<id>.+)",
        (t.APPSCALING_POLICY,),
    ),
    (
        "autoscaling",
        r"scalingPolicy:[^:]*:autoScalingGroupName/.+:policyName/(?P<id>.+)",
        (t.AUTOSCALING_POLICY,),
    ),
    ("backup", r"backup-plan:(?P<id>.+)", (t.BACKUP_PLAN,)),
    ("backup", r"backup-vault:(?P<id>.+)", (t.BACKUP_VAULT,)),
    ("apigateway", r"/apikeys/(?P<id>[^/]+)", (t.APIGATEWAY_API_KEY,)),
    ("apigateway", r"/usageplans/(?P<id>[^/]+)", (t.APIGATEWAY_USAGE_PLAN,)),
    ("apigateway", r"/vpclinks/(?P<id>[^/]+)", (t.API_VPC_LINK, t.APIGATEWAY_VPC_LINK)),
    ("budgets", r"budget/.+", (t.BUDGET,)),
    ("cloudfront", r"cache-policy/(?P<id>.+)", (t.CLOUDFRONT_CACHE_POLICY,)),
    ("cloudfront", r"function/(?P<id>.+)", (t.CLOUDFRONT_FUNCTION,)),
    ("cloudfront", r"origin-request-policy/(?P<id>.+)", (t.CLOUDFRONT_ORIGIN_REQUEST_POLICY,)),
    ("cloudfront", r"origin-access-control/(?P<id>.+)", (t.CLOUDFRONT_ORIGIN_ACCESS_CONTROL,)),
    ("cloudfront", r"response-headers-policy/(?P<id>.+)", (t.CLOUDFRONT_RESPONSE_HEADERS_POLICY,)),
    ("cloudfront", r"distribution/(?P<id>\w+)", (t.CLOUDFRONT_DISTRIBUTION,)),
    ("cloudtrail", r"trail/.+", (t.CLOUDTRAIL_TRAIL,)),
    ("cloudwatch", r"alarm:(?P<id>.+)", (t.METRIC_ALARM, t.CLOUDWATCH_COMPOSITE_ALARM)),
    ("cloudwatch", r"dashboard/(?P<id>.+)", (t.DASHBOARD,)),
    ("codebuild", r"project/.+", (t.CODEBUILD_PROJECT,)),
    ("codecommit", r"(?P<id>[^/:]+)", (t.CODECOMMIT_REPOSITORY,)),
    ("codeconnections", r"connection/.+", (t.CODECONNECTIONS_CONNECTION,)),
    ("codedeploy", r"application:.+", (t.CODEDEPLOY_APPLICATION,)),
    ("codedeploy", r"deploymentgroup:.+", (t.CODEDEPLOY_GROUP,)),
    ("codepipeline", r"(?P<id>[^/:]+)", (t.CODEPIPELINE,)),
    ("codestar-connections", r"connection/.+", (t.CODESTAR_CONNECTION,)),
    ("codestar-notifications", r"notificationrule/.+", (t.NOTIFICATION_RULE,)),
    ("cognito-idp", r"userpool/(?P<id>.+)", (t.COGNITO_USER_POOL,)),
    ("config", r"config-rule/.+", (t.CONFIG_RULE,)),
    ("dynamodb", r"table/(?P<id>[^/]+)", (t.DYNAMODB_TABLE,)),
    ("firehose", r"deliverystream/.+", (t.KINESIS_FIREHOSE_DELIVERY_STREAM,)),
    *(("ec2", rf"{word}/(?P<id>{short}-\w+)", types) for short, (word, types) in _EC2.items()),
    ("ec2", r"image/(?P<id>ami-\w+)", (t.EC2_AMI,)),
    # By its name, as Pulumi does, or by an id of its own, as AWS's tags do.
    ("ec2", r"key-pair/(?P<id>.+)", (t.KEY_PAIR,)),
    ("ecr", r"repository/(?P<id>.+)", (t.ECR_REPOSITORY,)),
    ("batch", r"job-definition/.+", (t.BATCH_JOB_DEFINITION,)),
    ("ecs", r"cluster/.+", (t.ECS_CLUSTER,)),
    ("ecs", r"service/.+", (t.ECS_SERVICE,)),
    ("ecs", r"task-definition/(?P<id>[^:]+):\d+", (t.ECS_TASK_DEFINITION,)),
    ("eks", r"cluster/(?P<id>[^/]+)", (t.EKS_CLUSTER,)),
    ("eks", r"nodegroup/.+", (t.EKS_NODE_GROUP,)),
    ("eks", r"fargateprofile/.+", (t.EKS_FARGATE_PROFILE,)),
    ("elasticache", r"cluster:(?P<id>.+)", (t.ELASTICACHE_CLUSTER,)),
    ("elasticache", r"replicationgroup:(?P<id>.+)", (t.ELASTICACHE_REPLICATION_GROUP,)),
    ("elasticache", r"subnetgroup:(?P<id>.+)", (t.ELASTICACHE_SUBNET_GROUP,)),
    ("elasticfilesystem", r"access-point/(?P<id>.+)", (t.EFS_ACCESS_POINT,)),
    ("elasticfilesystem", r"file-system/(?P<id>.+)", (t.EFS_FILE_SYSTEM,)),
    ("elasticloadbalancing", r"listener/(app|net|gwy)/.+", (t.LB_LISTENER,)),
    ("elasticloadbalancing", r"listener-rule/.+", (t.LB_LISTENER_RULE,)),
    ("elasticloadbalancing", r"loadbalancer/(app|net|gwy)/.+", (t.LB,)),
    ("elasticloadbalancing", r"targetgroup/.+", (t.LB_TARGET_GROUP,)),
    ("es", r"domain/.+", (t.OPENSEARCH_DOMAIN,)),
    ("events", r"event-bus/(?P<id>(?!default$).+)", (t.EVENT_BUS,)),
    ("events", r"rule/(?P<id>.+)", (t.EVENT_RULE,)),
    ("glue", r"connection/.+", (t.GLUE_CONNECTION,)),
    ("guardduty", r"detector/(?P<id>\w+)", (t.GUARDDUTY_DETECTOR,)),
    ("guardduty", r"detector/\w+/filter/.+", (t.GUARDDUTY_FILTER,)),
    ("iam", r"group/(?:.*/)?(?P<id>[^/]+)", (t.IAM_GROUP,)),
    ("iam", r"instance-profile/(?:.*/)?(?P<id>[^/]+)", (t.IAM_INSTANCE_PROFILE,)),
    ("iam", r"oidc-provider/.+", (t.IAM_OIDC_PROVIDER,)),
    ("iam", r"policy/.+", (t.IAM_POLICY,)),
    ("iam", r"role/(?:.*/)?(?P<id>[^/]+)", (t.IAM_ROLE,)),
    ("iam", r"user/(?:.*/)?(?P<id>[^/]+)", (t.IAM_USER,)),
    ("kinesis", r"stream/[^/]+", (t.KINESIS_STREAM,)),
    ("kms", r"(?P<id>alias/.+)", (t.KMS_ALIAS,)),
    ("kms", r"key/(?P<id>.+)", (t.KMS_KEY, t.KMS_EXTERNAL_KEY)),
    ("lambda", r"event-source-mapping:(?P<id>.+)", (t.LAMBDA_EVENT_SOURCE_MAPPING,)),
    ("lambda", r"function:(?P<id>[^:]+)(?::(\d+|\$LATEST))?", (t.LAMBDA_FUNCTION,)),
    ("lambda", r"function:[^:]+:[^:]+", (t.LAMBDA_ALIAS,)),
    ("lambda", r"layer:[^:]+:\d+", (t.LAMBDA_LAYER_VERSION,)),
    ("logs", r"log-group:(?P<id>[^:*]+)", (t.LOG_GROUP,)),
    ("logs", r"destination:(?P<id>[^:]+)", (t.LOG_DESTINATION,)),
    ("logs", r"delivery:(?P<id>[^:]+)", (t.LOG_DELIVERY,)),
    ("logs", r"delivery-source:(?P<id>[^:]+)", (t.LOG_DELIVERY_SOURCE,)),
    ("rds", r"cluster:(?P<id>.+)", (t.RDS_CLUSTER, t.DOCDB_CLUSTER, t.NEPTUNE_CLUSTER)),
    ("rds", r"cluster-pg:(?P<id>.+)", (t.RDS_CLUSTER_PARAMETER_GROUP,)),
    ("rds", r"cluster-snapshot:(?P<id>[^:]+)", (t.RDS_CLUSTER_SNAPSHOT,)),
    ("rds", r"snapshot:(?P<id>[^:]+)", (t.RDS_SNAPSHOT,)),
    (
        "rds",
        r"db:(?P<id>.+)",
        (t.RDS_INSTANCE, t.RDS_CLUSTER_INSTANCE, t.DOCDB_INSTANCE, t.NEPTUNE_INSTANCE),
    ),
    ("rds", r"es:(?P<id>.+)", (t.RDS_EVENT_SUBSCRIPTION,)),
    ("rds", r"pg:(?P<id>.+)", (t.RDS_PARAMETER_GROUP,)),
    ("rds", r"subgrp:(?P<id>.+)", (t.RDS_SUBNET_GROUP,)),
    ("redshift", r"cluster:(?P<id>.+)", (t.REDSHIFT_CLUSTER,)),
    ("redshift", r"parametergroup:(?P<id>[^:]+)", (t.REDSHIFT_PARAMETER_GROUP,)),
    ("route53", r"healthcheck/(?P<id>.+)", (t.ROUTE53_HEALTH_CHECK,)),
    ("route53", r"hostedzone/(?P<id>.+)", (t.ROUTE53_ZONE,)),
    ("route53", r"queryloggingconfig/(?P<id>.+)", (t.ROUTE53_QUERY_LOG,)),
    ("s3", r"(?P<id>[a-z0-9][a-z0-9.-]+)", (t.S3_BUCKET,)),
    ("scheduler", r"schedule-group/(?P<id>(?!default$).+)", (t.SCHEDULER_SCHEDULE_GROUP,)),
    ("scheduler", r"schedule/(?P<id>.+)", (t.SCHEDULER_SCHEDULE,)),
    ("secretsmanager", r"secret:.+", (t.SECRET,)),
    ("sns", r"[^:]+", (t.SNS_TOPIC,)),
    ("sns", r"[^:]+:[0-9a-f-]{36}", (t.SNS_SUBSCRIPTION,)),
    # Its id is its address, which its name leads to.
    ("sqs", r"(?P<id>[^:]+)", (t.SQS_QUEUE,)),
    # What begins so is AWS's own. Systems Manager User Guide, "Creating SSM document content".
    ("ssm", r"document/(?P<id>(?i:(?!aws|amazon|amzn)).+)", (t.SSM_DOCUMENT,)),
    ("ssm", r"parameter(?P<id>/.+)", (t.SSM_PARAMETER,)),
    ("states", r"activity:[^:]+", (t.SFN_ACTIVITY,)),
    ("states", r"stateMachine:[^:]+", (t.SFN_STATE_MACHINE,)),
    ("xray", r"sampling-rule/(?P<id>(?!Default$).+)", (t.XRAY_SAMPLING_RULE,)),
    ("wafv2", r"(regional|global)/webacl/[^/]+/(?P<id>[^/]+)", (t.WAF_ACL,)),
)
# What else than its id a type is called by, there, and which property says it.
OTHER_IDS: Final[dict[str, str]] = {t.KEY_PAIR: "key_pair_id"}
# What has an ARN and is no resource: whoever calls, a running thing, an object, a method.
_NO_RESOURCE: Final = {
    "iam": re.compile(r"root"),
    "ecs": re.compile(r"(task|container-instance|container)/.+"),
    "s3": re.compile(r".+/.*"),
    "ssm": re.compile(r"session/.+"),
    **dict.fromkeys(("execute-api", "sts", "rds-db", "signin"), re.compile(r".*")),
}
# What AWS makes by itself: in every account, or out of a resource with that resource's tags.
# Amazon EventBridge User Guide, "Event buses"; EventBridge Scheduler, "Schedule groups".
# Amazon RDS User Guide, "Naming constraints": no snapshot of one's own begins with `rds:`.
_MADE_BY_AWS: Final = {
    "backup": re.compile(r"recovery-point:.+"),
    "events": re.compile(r"event-bus/default"),
    "rds": re.compile(r"(cluster-)?snapshot:(rds|awsbackup):.+|(cluster-)?auto-backup:.+"),
    "scheduler": re.compile(r"schedule-group/default"),
}
_ARN = re.compile(r"arn:(aws[\w-]*):([\w-]+):([\w-]*):(\d{12}|aws)?:([^*?\s]+)")
_EC2_ID = re.compile(rf"({'|'.join(_EC2)})-(?:[0-9a-f]{{8}}|[0-9a-f]{{17}})")
# FSx gives its file systems the same ids.
_EFS_ID = re.compile(r"(fs|fsap)-[0-9a-f]{8,40}")
_EFS = {"fs": t.EFS_FILE_SYSTEM, "fsap": t.EFS_ACCESS_POINT}
# Amazon Cognito API Reference, UserPoolType; real ones have more than small letters.
_USER_POOL = re.compile(rf"({NAME})_(?=\w*[0-9A-Z])[0-9A-Za-z]{{9,46}}")
# A queue's address says its account. Amazon SQS Developer Guide, "Amazon SQS queue and message
# identifiers", and for the older form, which still answers, "Amazon SQS legacy endpoints".
_QUEUE = re.compile(r"https?://[^/]+/(\d{12})/([\w-]+(?:\.fifo)?)")
_QUEUE_HOST = re.compile(r"https?://(?:sqs(?:-fips)?\.([\w-]+)\.|127\.0\.0\.1|localhost)")
_OLDER_QUEUE = re.compile(rf"https?://(?:({NAME})\.)?queue\.amazonaws\.com(/.+)")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a name tells: the types it may be of (none that is known here), its id, its place.

    `region`, `account` and `partition` are None where the name doesn't say them. `made_by_aws` is
    for what AWS makes by itself and nobody declares. `host` is for what is named by its address.
    The form of an `open` name is that of other types as well, which nothing here reads.
    """

    types: tuple[str, ...]
    id: str
    arn: str | None = None
    region: str | None = None
    account: str | None = None
    made_by_aws: bool = False
    partition: str | None = None
    host: str | None = None
    open: bool = False


def identity(name: str) -> Identity | None:
    """Tell what a text names by itself: an ARN, an id or an address of a known form.

    None for what names no resource: plain words, patterns, principals, an API's methods.
    """
    if name.startswith("arn:"):
        return _of_arn(name)
    if matched := _EC2_ID.fullmatch(name):
        return Identity(_EC2[matched[1]][1], name)
    if matched := _OLDER_QUEUE.fullmatch(name):
        name = f"https://sqs.{matched[1] or 'us-east-1'}.amazonaws.com{matched[2]}"
    if (matched := _QUEUE.fullmatch(name)) and (host := _QUEUE_HOST.match(name)):
        return _placed(Identity((t.SQS_QUEUE,), name, region=host[1], account=matched[1]))
    if matched := _EFS_ID.fullmatch(name):
        return Identity((_EFS[matched[1]],), name, open=matched[1] == "fs")
    if matched := _USER_POOL.fullmatch(name):
        return _placed(Identity((t.COGNITO_USER_POOL,), name, region=matched[1]))
    return _of_address(name)


def _of_address(name: str) -> Identity | None:
    told = address(name)
    if told is None:
        return None
    return _placed(
        Identity(
            told.types,
            told.id or told.host,
            region=told.region,
            account=told.account,
            host=told.host,
            open=told.open,
        )
    )


def _placed(told: Identity) -> Identity:
    return replace(told, partition=partition_of(told.region)) if told.region else told


def _of_arn(arn: str) -> Identity | None:
    # AWS writes a log group's ARN with and without the star for its streams.
    matched = _ARN.fullmatch(arn.removesuffix(":*"))
    if matched is None:
        return None
    partition, service, region, account, rest = matched.groups()
    no_resource = _NO_RESOURCE.get(service)
    if no_resource is not None and no_resource.fullmatch(rest):
        return None
    for pattern, types in (*_patterns(service), *own_patterns(service, own_types())):
        if found := pattern.fullmatch(rest):
            id_ = found.groupdict().get(_ID) or matched[0]
            return Identity(types, id_, matched[0], region or None, account, partition=partition)
    made = service in _MADE_BY_AWS and _MADE_BY_AWS[service].fullmatch(rest) is not None
    return Identity((), matched[0], matched[0], region or None, account, made, partition)


@cache
def _patterns(service: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple(_compiled(service))


@cache
def own_patterns(
    service: str, types: tuple[Type, ...]
) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Give what follows the account in the ARNs of described types of a service."""
    return tuple(
        (pattern, (type_.token,))
        for type_ in types
        if type_.arn.split(":")[2:3] == [service] and (pattern := _pattern_of(type_))
    )


def _pattern_of(type_: Type) -> re.Pattern[str] | None:
    """Make a pattern of a composed ARN; None where the id is neither it nor a member of it."""
    rest = type_.arn.split(":", 5)[5]
    parts = re.split(r"({\w+})", rest)
    # Of a member that is named twice there is no telling which is meant.
    if type_.id != type_.arn and parts.count(str(type_.id)) != 1:
        return None
    group = next((part for part in parts if part == type_.id), "")
    made = "".join(
        re.escape(part)
        if not part.startswith("{")
        else f"(?P<{_ID}>[^/:]+)"
        if part == group
        else "[^/:]+"
        for part in parts
    )
    return re.compile(made)


def _compiled(service: str) -> Iterator[tuple[re.Pattern[str], tuple[str, ...]]]:
    for of, pattern, types in ARNS:
        if of == service:
            yield re.compile(pattern), types
