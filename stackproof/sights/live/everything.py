"""Everything: how all that an account has of each type is found, when no stack says what to ask.

Most readers list their kind whole, or what is inside of each parent. The others ask for what is
known by name: here stands which listing tells the names, by which question their own listing shows
all, or why there is nothing to list. A test walks all readers: none may be left out. What a run
doesn't list, or not all of, it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.scope import Scope
from stackproof.types import tokens as t
from stackproof.types.scalable import SCALABLE, resource_ids

Item = Mapping[str, Any]
Questions: TypeAlias = Callable[[Scope], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Names:
    """A listing that tells names: `arns` makes of each item the ARNs that its reader asks by.

    Of what it lists `among` chooses. What `but` tells of another listing is AWS's own, and is not
    asked for.
    """

    ask: Ask
    arns: Callable[[Item, Scope], Iterable[str]]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    but: Names | None = None
    among: Callable[[Iterable[Item]], Iterable[Item]] = lambda items: items


def _member(name: str) -> Callable[[Item, Scope], Iterable[str]]:
    return lambda item, scope: [item[name]]


def _composed(
    service: str, resource: str, member: str = "Value"
) -> Callable[[Item, Scope], Iterable[str]]:
    return lambda item, scope: [scope.arn(service, resource + item[member])]


def _zone(item: Item, scope: Scope) -> Iterable[str]:
    # Cloud Map makes, changes and deletes the zones of its namespaces itself. Route 53 API
    # Reference, HostedZone ("LinkedService").
    if not item.get("LinkedService"):
        yield f"arn:{scope.partition}:route53:::{item['Id'].removeprefix('/')}"


def _aws_keys(item: Item, scope: Scope) -> Iterable[str]:
    if item["AliasName"].startswith("alias/aws/") and item.get("TargetKeyId"):
        yield scope.arn("kms", f"key/{item['TargetKeyId']}")


def _of_others(item: Item, scope: Scope) -> Iterable[str]:
    # A trail of the organization is the management account's, and is asked for by its ARN.
    if scope.abroad(item["TrailARN"]):
        yield item["TrailARN"]


def _latest(items: Iterable[Item]) -> Iterable[Item]:
    # `task-definition/family:revision`: what is started by the family's name is the latest.
    latest: dict[str, tuple[int, Item]] = {}
    for item in items:
        family, _, revision = item["Value"].rpartition(":")
        latest[family] = max(latest.get(family, (0, item)), (int(revision), item), key=_revision)
    return [item for _, item in latest.values()]


def _revision(numbered: tuple[int, Item]) -> int:
    return numbered[0]


_ALL: Final[tuple[Mapping[str, Any], ...]] = ({},)
# ACM lists certificates with RSA keys of up to 2,048 bits only, unless told. ACM API Reference,
# "Filters".
_KEYS: Final = (
    *("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"),
    *("EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
)

NAMES: Final[Mapping[str, Names]] = {
    t.ACM_CERTIFICATE: Names(
        Ask("acm", "ListCertificates", "CertificateSummaryList"),
        _member("CertificateArn"),
        {"Includes": {"keyTypes": list(_KEYS)}},
    ),
    t.CLOUDTRAIL_TRAIL: Names(
        Ask("cloudtrail", "DescribeTrails", "trailList"),
        _of_others,
        {"includeShadowTrails": True},
    ),
    t.CODEBUILD_PROJECT: Names(
        Ask("codebuild", "ListProjects", "projects"), _composed("codebuild", "project/")
    ),
    t.CODECOMMIT_REPOSITORY: Names(
        Ask("codecommit", "ListRepositories", "repositories"),
        _composed("codecommit", "", "repositoryName"),
    ),
    t.CODEPIPELINE: Names(
        Ask("codepipeline", "ListPipelines", "pipelines"), _composed("codepipeline", "", "name")
    ),
    t.DYNAMODB_TABLE: Names(
        Ask("dynamodb", "ListTables", "TableNames"), _composed("dynamodb", "table/")
    ),
    t.ECS_CLUSTER: Names(Ask("ecs", "ListClusters", "clusterArns"), _member("Value")),
    t.ECS_TASK_DEFINITION: Names(
        Ask("ecs", "ListTaskDefinitions", "taskDefinitionArns"),
        _member("Value"),
        {"status": "ACTIVE"},
        among=_latest,
    ),
    t.EVENT_RULE: Names(Ask("events", "ListEventBuses", "EventBuses"), _member("Arn")),
    t.IAM_OIDC_PROVIDER: Names(
        Ask("iam", "ListOpenIDConnectProviders", "OpenIDConnectProviderList"), _member("Arn")
    ),
    # As many as it gives at once: its pages are not announced as those of others are. An account
    # has 5,000 at most. Data Firehose API Reference, ListDeliveryStreams; Developer Guide, "Quota".
    t.KINESIS_FIREHOSE_DELIVERY_STREAM: Names(
        Ask("firehose", "ListDeliveryStreams", "DeliveryStreamNames"),
        _composed("firehose", "deliverystream/"),
        {"Limit": 10_000},
    ),
    t.KINESIS_STREAM: Names(
        Ask("kinesis", "ListStreams", "StreamNames"), _composed("kinesis", "stream/")
    ),
    t.KMS_KEY: Names(
        Ask("kms", "ListKeys", "Keys"),
        _member("KeyArn"),
        but=Names(Ask("kms", "ListAliases", "Aliases"), _aws_keys),
    ),
    t.LAMBDA_LAYER_VERSION: Names(
        Ask("lambda", "ListLayers", "Layers"),
        lambda item, scope: [item["LatestMatchingVersion"]["LayerVersionArn"]],
    ),
    t.ROUTE53_ZONE: Names(Ask("route53", "ListHostedZones", "HostedZones"), _zone),
    t.SNS_TOPIC: Names(Ask("sns", "ListTopics", "Topics"), _member("TopicArn")),
}


def _in_networks(scope: Scope) -> Iterable[Mapping[str, Any]]:
    # Asked once the networks are known, or known not to be told, so that what stands in them is.
    return _ALL if scope.members[t.VPC] or t.VPC in scope.gaps else ()


def _scaled(scope: Scope) -> Iterable[Mapping[str, Any]]:
    # All of a namespace are one question, however many there are.
    for namespace, type_ in SCALABLE.items():
        if any(True for r in scope.members[type_] for _ in resource_ids(r, namespace)):
            yield {"ServiceNamespace": namespace}


def _own_lists(scope: Scope) -> Iterable[Mapping[str, Any]]:
    # The others are AWS's, and those that other accounts share.
    yield {"Filters": [{"Name": "owner-id", "Values": [scope.account]}]}


def _once_for_all_regions(scope: Scope) -> Iterable[Mapping[str, Any]]:
    if scope.primary:
        yield {"AccountId": scope.account}


def _web_acls(scope: Scope) -> Iterable[Mapping[str, Any]]:
    # Those of CloudFront are asked for in this region. AWS WAF API Reference, ListWebACLs.
    yield {"Scope": "REGIONAL"}
    if scope.region == "us-east-1":
        yield {"Scope": "CLOUDFRONT"}


QUESTIONS: Final[Mapping[str, Questions]] = {
    **dict.fromkeys(
        (
            *(t.EC2_INSTANCE, t.EBS_VOLUME, t.EC2_EIP, t.LAUNCH_TEMPLATE, t.VPC, t.SUBNET),
            *(t.INTERNET_GATEWAY, t.NAT_GATEWAY, t.NETWORK_ACL, t.ROUTE_TABLE, t.SECURITY_GROUP),
            *(t.FLOW_LOG, t.VPC_ENDPOINT, t.VPC_PEERING_CONNECTION, t.IAM_INSTANCE_PROFILE),
        ),
        lambda scope: _ALL,
    ),
    t.APPSCALING_TARGET: _scaled,
    t.KEY_PAIR: lambda scope: ({"IncludePublicKey": True},),
    t.LAUNCH_CONFIGURATION: lambda scope: _ALL,
    t.NETWORK_INTERFACE: _in_networks,
    t.PREFIX_LIST: _own_lists,
    t.S3_ACCOUNT_PUBLIC_ACCESS_BLOCK: _once_for_all_regions,
    t.SSM_PARAMETER: lambda scope: ({"MaxResults": 50},),
    t.WAF_ACL: _web_acls,
}

# What is asked besides what a reader asks of the stack's things anyway.
BESIDES: Final[Mapping[str, tuple[Mapping[str, Any], ...]]] = {t.LOG_RESOURCE_POLICY: _ALL}

# What is not listed and shown by nothing else, each with the reason, which is told.
NOT_LISTED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (t.APIGATEWAY_ACCOUNT, t.ECR_REPLICATION, t.ECR_REGISTRY_POLICY), "no control looks at it"
    ),
    t.ECS_ACCOUNT_SETTING: "each cluster shows what it was made with",
}

_SPEAKS = "it speaks of others' settings, and is read where there are any"
# What needs no listing of its own: nothing of it is lost.
SHOWN_ELSEWHERE: Final[Mapping[str, str]] = {
    t.ECR_REGISTRY_SCANNING: _SPEAKS,
    t.EBS_ENCRYPTION_BY_DEFAULT: _SPEAKS,
    t.INSTANCE_METADATA_DEFAULTS: _SPEAKS,
    t.EVENT_PERMISSION: "AWS shows it in the bus's policy",
    t.IAM_GROUP_MEMBERSHIP: "AWS shows it as each user's membership",
    t.IAM_POLICY_ATTACHMENT: "AWS shows each attachment by itself",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Which of a kind are read, with the reason, and beside what there may be more of them."""

    read: str
    beside: tuple[str, ...] = ()


_EACH_GROUP = "each log group would be a question of its own"
# What is read of some of its kind only. It's told where there may be more of them.
IN_PART: Final[Mapping[str, Part]] = {
    t.ECS_TASK_DEFINITION: Part(
        "the latest of each family, and those that a service, a rule or a schedule names"
    ),
    t.LAMBDA_LAYER_VERSION: Part("the latest version of each layer"),
    t.APPSCALING_TARGET: Part(
        "those of tables, ECS services, caches, aliases of functions and clusters of databases, "
        "for each kind of service is a question of its own",
        (*SCALABLE.values(), t.LAMBDA_FUNCTION),
    ),
    t.LB_TARGET_GROUP_ATTACHMENT: Part(
        "those that a state names, for services and groups of instances register most targets",
        (t.LB_TARGET_GROUP,),
    ),
    t.LOG_RESOURCE_POLICY: Part(
        f"the account's, and those of log groups that a service writes to, for {_EACH_GROUP}",
        (t.LOG_GROUP,),
    ),
    t.LOG_SUBSCRIPTION_FILTER: Part(f"those that a state names, for {_EACH_GROUP}", (t.LOG_GROUP,)),
    t.SNS_SUBSCRIPTION: Part(
        "those of the account's own topics, for a topic shows who listens to it",
        (t.SQS_QUEUE, t.LAMBDA_FUNCTION, t.KINESIS_FIREHOSE_DELIVERY_STREAM),
    ),
}

ASKS: Final = tuple(
    {
        (names.ask.service, names.ask.operation): names.ask
        for names_ in NAMES.values()
        for names in (names_, names_.but)
        if names is not None
    }.values()
)


def questions_of(reader: Reader, scope: Scope) -> Iterable[Mapping[str, Any]]:
    """Give the parameter sets by which a reader's listing shows all that an account has."""
    first = reader.types[0]
    yield from QUESTIONS.get(first, reader.targets)(scope)
    yield from BESIDES.get(first, ())
