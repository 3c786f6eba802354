"""Where a setting may stand: in a resource, in a resource of its own, or once for the account.

The AWS provider lets a program say the same thing in up to three places. Controls ask for the
effective setting (`stackproof.reasoning.effective`) and name none of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from stackproof.types import bucket_settings as words
from stackproof.types import tokens as t
from stackproof.types import web_acl_rules
from stackproof.types.bucket_settings import Words
from stackproof.types.older_words import redshift_logging


@dataclass(frozen=True, slots=True)
class Companion:
    """A type that says, in a resource of its own, what another type, its parent, can say itself.

    `setting` is the parent's own property. `points` is the property that names the parent. `says`
    is the property that holds the setting; where the whole resource is the setting (a tag, an
    entry), `says` is empty. With `adds`, it is an element of the setting and not all of it. AWS
    shows the setting in the parent alone, unless it is `read` apart. `words` makes an element out
    of all of its properties.
    """

    parent: str
    setting: str
    type: str
    points: str
    says: str = ""
    adds: bool = False
    read: bool = False
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A type of which the parent has one, in whose words the parent's own setting can be said.

    `words` translates the parent's property, when it is there and known; what it makes None of says
    that there is none. What is `older` is gone from the provider, and in the stacks of before.
    """

    parent: str
    setting: str
    type: str
    points: str
    words: Callable[[Any], Mapping[str, Any] | None]
    older: bool = False


def _tags(type_: str, points: str, *parents: str) -> Iterator[Companion]:
    for parent in parents:
        yield Companion(parent, "tags", type_, points, adds=True)


# What ec2.Tag is for: EC2 API, CreateTags, "the IDs of the resources".
_OF_EC2: Final = (
    t.DEFAULT_ROUTE_TABLE,
    t.DEFAULT_NETWORK_ACL,
    t.KEY_PAIR,
    t.VPC_PEERING_CONNECTION,
    t.VPC_PEERING_ACCEPTER,
    t.DEFAULT_SECURITY_GROUP,
    t.EBS_SNAPSHOT,
    t.EBS_VOLUME,
    t.EC2_AMI,
    t.EC2_DEFAULT_SUBNET,
    t.EC2_DEFAULT_VPC,
    t.EC2_EIP,
    t.EC2_INSTANCE,
    t.FLOW_LOG,
    t.INTERNET_GATEWAY,
    t.LAUNCH_TEMPLATE,
    t.NAT_GATEWAY,
    t.NETWORK_ACL,
    t.NETWORK_INTERFACE,
    t.PREFIX_LIST,
    t.ROUTE_TABLE,
    t.SECURITY_GROUP,
    t.SECURITY_GROUP_EGRESS_RULE,
    t.SECURITY_GROUP_INGRESS_RULE,
    t.SUBNET,
    t.TRANSIT_GATEWAY,
    t.TRANSIT_GATEWAY_ATTACHMENT,
    t.TRANSIT_GATEWAY_ROUTE_TABLE,
    t.VPC,
    t.VPC_DHCP_OPTIONS,
    t.VPC_ENDPOINT,
)
_GROUP: Final = "autoscaling_group_name"

COMPANIONS: Final[tuple[Companion, ...]] = (
    *_tags(t.EC2_TAG, "resource_id", *_OF_EC2),
    Companion(t.AUTOSCALING_GROUP, "tags", t.AUTOSCALING_TAG, _GROUP, "tag", adds=True),
    *_tags(t.ECS_TAG, "resource_arn", t.ECS_CLUSTER, t.ECS_SERVICE, t.ECS_TASK_DEFINITION),
    *_tags(t.DYNAMODB_TAG, "resource_arn", t.DYNAMODB_TABLE),
    Companion(
        t.AUTOSCALING_GROUP,
        "target_group_arns",
        t.AUTOSCALING_ATTACHMENT,
        _GROUP,
        "lb_target_group_arn",
        adds=True,
    ),
    Companion(
        t.AUTOSCALING_GROUP, "load_balancers", t.AUTOSCALING_ATTACHMENT, _GROUP, "elb", adds=True
    ),
    Companion(
        t.AUTOSCALING_GROUP,
        "traffic_sources",
        t.AUTOSCALING_TRAFFIC_SOURCE,
        _GROUP,
        "traffic_source",
        adds=True,
    ),
    Companion(
        t.NETWORK_INTERFACE,
        "security_groups",
        t.NETWORK_INTERFACE_SECURITY_GROUP,
        "network_interface_id",
        "security_group_id",
        adds=True,
    ),
    Companion(t.VPC_ENDPOINT, "policy", t.VPC_ENDPOINT_POLICY, "vpc_endpoint_id", "policy"),
    *(
        Companion(t.VPC_ENDPOINT, setting, type_, "vpc_endpoint_id", says, adds=True)
        for setting, type_, says in (
            ("route_table_ids", t.VPC_ENDPOINT_ROUTE_TABLE, "route_table_id"),
            ("security_group_ids", t.VPC_ENDPOINT_SECURITY_GROUP, "security_group_id"),
            ("subnet_ids", t.VPC_ENDPOINT_SUBNET, "subnet_id"),
        )
    ),
    Companion(t.WAF_ACL, "rules", t.WAF_ACL_RULE, "web_acl_arn", adds=True),
    Companion(
        t.WAF_ACL,
        "rules",
        t.WAF_ACL_RULE_GROUP,
        "web_acl_arn",
        adds=True,
        words=web_acl_rules.of_group,
    ),
    Companion(
        t.APIGATEWAY_REST_API, "policy", t.APIGATEWAY_REST_API_POLICY, "rest_api_id", "policy"
    ),
    Companion(t.KMS_KEY, "policy", t.KMS_KEY_POLICY, "key_id", "policy"),
    Companion(
        t.ELASTICSEARCH_DOMAIN,
        "access_policies",
        t.ELASTICSEARCH_DOMAIN_POLICY,
        "domain_name",
        "access_policies",
    ),
    Companion(
        t.OPENSEARCH_DOMAIN,
        "access_policies",
        t.OPENSEARCH_DOMAIN_POLICY,
        "domain_name",
        "access_policies",
    ),
    Companion(t.PREFIX_LIST, "entries", t.PREFIX_LIST_ENTRY, "prefix_list_id", adds=True),
    Companion(t.S3_BUCKET, "policy", t.S3_POLICY, "bucket", "policy", read=True),
    Companion(t.SECRET, "policy", t.SECRET_POLICY, "secret_arn", "policy", read=True),
    Companion(t.SNS_TOPIC, "policy", t.SNS_TOPIC_POLICY, "arn", "policy", read=True),
    Companion(t.SQS_QUEUE, "policy", t.SQS_POLICY, "queue_url", "policy", read=True),
    Companion(t.SQS_QUEUE, "redrive_policy", t.SQS_REDRIVE, "queue_url", "redrive_policy"),
    Companion(
        t.SQS_QUEUE,
        "redrive_allow_policy",
        t.SQS_REDRIVE_ALLOW,
        "queue_url",
        "redrive_allow_policy",
    ),
)

PARTS: Final[tuple[Part, ...]] = (
    Part(
        t.REDSHIFT_CLUSTER,
        "logging",
        t.REDSHIFT_LOGGING,
        "cluster_identifier",
        redshift_logging,
        older=True,
    ),
    Part(t.S3_BUCKET, "acl", t.S3_ACL, "bucket", words.acl),
    Part(t.S3_BUCKET, "grants", t.S3_ACL, "bucket", words.grants),
    Part(t.S3_BUCKET, "lifecycle_rules", t.S3_LIFECYCLE, "bucket", words.lifecycle),
    Part(t.S3_BUCKET, "logging", t.S3_BUCKET_LOGGING, "bucket", words.logging),
    Part(t.S3_BUCKET, "replication_configuration", t.S3_REPLICATION, "bucket", words.replication),
    Part(
        t.S3_BUCKET,
        "server_side_encryption_configuration",
        t.S3_ENCRYPTION,
        "bucket",
        words.encryption,
    ),
    Part(t.S3_BUCKET, "versioning", t.S3_VERSIONING, "bucket", words.versioning),
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A type that belongs to others, and says it in words of its own.

    Controls judge it with the parent that `points` names, and by itself where that is outside.
    """

    type: str
    points: str
    parents: tuple[str, ...]


ATTACHED: Final[tuple[Attached, ...]] = (
    Attached(t.S3_PUBLIC_ACCESS_BLOCK, "bucket", (t.S3_BUCKET,)),
    Attached(t.S3_OWNERSHIP, "bucket", (t.S3_BUCKET,)),
    *(
        Attached(type_, "security_group_id", (t.SECURITY_GROUP, t.DEFAULT_SECURITY_GROUP))
        for type_ in (
            t.SECURITY_GROUP_INGRESS_RULE,
            t.SECURITY_GROUP_EGRESS_RULE,
            t.SECURITY_GROUP_RULE,
        )
    ),
)


@dataclass(frozen=True, slots=True)
class AccountWide:
    """A type that says once for an account what resources of some types don't say themselves.

    For all of their region, or for all regions. `shown` tells that AWS shows in each of them what
    came of it.
    """

    type: str
    speaks_of: tuple[str, ...]
    regional: bool = True
    shown: bool = False


_INSTANCES = (t.EC2_INSTANCE, t.LAUNCH_TEMPLATE, t.LAUNCH_CONFIGURATION)
# Source: the pages of the AWS provider, and in the Amazon ECR, EC2, EBS and S3 User Guides those of
# each setting of an account.
ACCOUNT_WIDE: Final[tuple[AccountWide, ...]] = (
    AccountWide(t.ECR_REGISTRY_SCANNING, (t.ECR_REPOSITORY,)),
    AccountWide(t.EBS_ENCRYPTION_BY_DEFAULT, (*_INSTANCES, t.EBS_VOLUME, t.EBS_SNAPSHOT)),
    AccountWide(t.INSTANCE_METADATA_DEFAULTS, _INSTANCES),
    AccountWide(
        t.S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
        (t.S3_BUCKET, t.S3_PUBLIC_ACCESS_BLOCK),
        regional=False,
    ),
    AccountWide(t.ECS_ACCOUNT_SETTING, (t.ECS_CLUSTER,), shown=True),
)


def account_wide(type_: str) -> AccountWide:
    """Give what is known of a type that speaks for the account; KeyError for any other type."""
    return next(setting for setting in ACCOUNT_WIDE if setting.type == type_)


@cache
def _table() -> Mapping[tuple[str, str], tuple[Companion, ...]]:
    table: dict[tuple[str, str], tuple[Companion, ...]] = {}
    for companion in COMPANIONS:
        key = (companion.parent, companion.setting)
        table[key] = (*table.get(key, ()), companion)
    return table


def companions(type_: str, setting: str) -> tuple[Companion, ...]:
    """Give the companions that say a setting of a type, none when it is only said inline."""
    return _table().get((type_, setting), ())


def speaking(type_: str) -> tuple[Companion, ...]:
    """Give what a type says of others, and where: nothing for a type that speaks of itself."""
    return tuple(companion for companion in COMPANIONS if companion.type == type_)


def neighbours(types: str | Iterable[str], *settings: str) -> tuple[str, ...]:
    """Give the types of the companions that say any of the settings of any of the types."""
    parents = (types,) if isinstance(types, str) else types
    found = (companion.type for p in parents for s in settings for companion in companions(p, s))
    return tuple(dict.fromkeys(found))


@cache
def parent_properties(type_: str) -> Mapping[str, tuple[str, ...]]:
    """Give the properties by which a companion names its parent, and the types of its parents."""
    named: dict[str, tuple[str, ...]] = {}
    joined: tuple[Companion | Part, ...] = (*COMPANIONS, *PARTS)
    pairs: list[tuple[str, str, tuple[str, ...]]] = [
        (companion.type, companion.points, (companion.parent,)) for companion in joined
    ]
    pairs += [(attached.type, attached.points, attached.parents) for attached in ATTACHED]
    for found, points, parents in pairs:
        if found == type_:
            named[points] = tuple(dict.fromkeys((*named.get(points, ()), *parents)))
    return named
