"""Whose a part is: the property that names the thing which a resource is a part of.

AWS calls many parts by names that are unique only inside their owner (a statement of a function's
policy, a stage of an API), so the name alone tells neither a reader nor a fingerprint which it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from stackproof.model import Resource
from stackproof.types.table import type_of
from stackproof.types.tokens import RDS_CLUSTER, REDSHIFT_CLUSTER, S3_BUCKET

# By service, the inputs that name an owner; the first that a type has counts.
_OWNING: Final[Mapping[str, tuple[str, ...]]] = {
    "apigateway": ("rest_api",),
    "apigatewayv2": ("api_id",),
    "appautoscaling": ("resource_id",),
    "autoscaling": ("autoscaling_group_name", "group_name"),
    "backup": ("backup_vault_name", "plan_id"),
    "cloudwatch": ("rule", "log_group_name", "log_group", "event_bus_name"),
    "cognito": ("user_pool_id", "identity_pool_id"),
    "dynamodb": ("resource_arn", "table_name"),
    "ec2": (
        "security_group_id",
        "network_acl_id",
        "route_table_id",
        "prefix_list_id",
        "snapshot_id",
        "instance_id",
    ),
    "ec2transitgateway": ("transit_gateway_route_table_id",),
    "ecr": ("repository",),
    "ecs": ("cluster", "cluster_name"),
    "efs": ("file_system_id",),
    "eks": ("cluster_name",),
    "guardduty": ("detector_id",),
    "iam": ("user", "group", "role"),
    "kms": ("key_id",),
    "lambda": ("function_name", "function"),
    "lb": ("load_balancer_arn", "listener_arn", "target_group_arn"),
    "rds": ("cluster_identifier", "db_instance_identifier", "db_cluster_identifier"),
    "redshift": ("cluster_identifier",),
    "route53": ("zone_id", "hosted_zone_id"),
    "s3": ("bucket",),
    "secretsmanager": ("secret_id", "secret_arn"),
    "sns": ("topic", "topic_arn"),
    "sqs": ("queue_url",),
    "wafv2": ("resource_arn",),
}
# Of these such an input is the name that they give themselves.
_NAMES_ITSELF: Final = frozenset({RDS_CLUSTER, REDSHIFT_CLUSTER, S3_BUCKET})
# What an ARN says of the kind, before the name; or the host and the account of a queue's address.
_BEFORE_THE_NAME = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z-]+[:/](?=.))?|https?://.*/")
_OF_EVERY_ACCOUNT: Final = frozenset({"default"})


@cache
def owning_property(type_: str) -> str | None:
    """Give the property that names the owner of resources of a type; `None` where there is none."""
    known = type_of(type_)
    if known is None or type_ in _NAMES_ITSELF:
        return None
    service = type_.split(":")[1].split("/", maxsplit=1)[0]
    inputs = known.shape.kinds.keys() - known.outputs
    return next((name for name in _OWNING.get(service, ()) if name in inputs), None)


def owner_of(resource: Resource) -> str | None:
    """Give the id, the ARN or (where it isn't known yet) the URN of a part's owner.

    `None` for what is no part, or calls itself by its owner's name.
    """
    name = owning_property(resource.type)
    if name is None or resource.unread is not None:
        return None
    value = resource.raw(name)
    if not isinstance(value, str) or not value:
        value = next(iter(resource.references.get(name, ())), None)
    own = {resource.id, resource.name, resource.arn, *_OF_EVERY_ACCOUNT}
    return value if value not in own else None


def called(name: str, owner: str | None) -> str:
    """Give the name of a resource, with whose part it is."""
    return f"{name} of {owner}" if owner else name


def owner_name(resource: Resource) -> str | None:
    """Give what people call a part's owner; `None` for what is no part, or says it itself."""
    owner = owner_of(resource)
    if owner is None:
        return None
    urn = owner.startswith("urn:pulumi:")
    name = owner.rpartition("::")[2] if urn else _BEFORE_THE_NAME.sub("", owner, count=1)
    return name if name not in resource.name else None
