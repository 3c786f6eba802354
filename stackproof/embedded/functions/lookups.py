"""What programs look up: resources that are there already, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.types.table import Form, function_of
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    CLOUDFRONT_DISTRIBUTION,
    CODECOMMIT_REPOSITORY,
    DYNAMODB_TABLE,
    ECR_REPOSITORY,
    ECS_SERVICE,
    EKS_CLUSTER,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    EVENT_BUS,
    IAM_INSTANCE_PROFILE,
    IAM_ROLE,
    IAM_USER,
    KINESIS_STREAM,
    LAMBDA_FUNCTION,
    LB_LISTENER,
    RDS_CLUSTER,
    RDS_INSTANCE,
    RDS_SUBNET_GROUP,
    S3_BUCKET,
    SFN_STATE_MACHINE,
)

_MACHINE = "arn:{partition}:states:{region}:{account}:stateMachine:{name}"


def looked_up(aws: Cloud, type_: str, id_: str) -> dict[str, Any]:
    """Give a resource as its reader shows it; raise EmbeddedError when there is none."""
    from stackproof.embedded.reading import Reading

    state = Reading().read(aws, type_, id_, {}, whole=True)
    if state is None:
        raise EmbeddedError(f"there is no {type_} {id_}")
    return {"id": id_, **state}


def the_one(what: str, wanted: object, found: list[Any]) -> Any:
    """Give the only thing found; raise EmbeddedError when there are none or several."""
    if len(found) == 1:
        return found[0]
    many = "none" if not found else f"{len(found)} of them"
    raise EmbeddedError(f"{what} must lead to one, and there are {many}: {wanted}")


def answered(token: str, found: Properties) -> dict[str, Any]:
    """Give what a reader shows of a resource as the answer of a function about it.

    Functions answer by other names and forms than resources have, always in the same way: an
    object as a list of one, whose name is the plural then.
    """
    known = function_of(token)
    if known is None:
        raise EmbeddedError(f"{token} is no function of the AWS provider")
    answer = {}
    for name, kind in known.result.kinds.items():
        value = next((found[n] for n in (name, *_singulars(name)) if n in found), None)
        if value is not None:
            many = kind.form is Form.LIST and not isinstance(value, (list, tuple))
            answer[name] = [value] if many else value
    return answer


def _singulars(name: str) -> tuple[str, ...]:
    if name.endswith("ies"):
        return (f"{name[:-3]}y",)
    return (name[:-1], name[:-2]) if name.endswith("es") else (name.removesuffix("s"),)


@dataclass(frozen=True, slots=True)
class Named:
    """A function that looks one resource up by an argument that is its Pulumi id.

    `id` makes the id of the arguments where it is more than that. `also` are properties of the
    answer that Pulumi calls otherwise than those of the resource.
    """

    type: str
    argument: str
    also: Mapping[str, str] = field(default_factory=dict)
    id: str = ""


_NAMED = {
    "autoscaling/getGroup": Named(AUTOSCALING_GROUP, "name", {"desired_size": "desired_capacity"}),
    "cloudwatch/getEventBus": Named(EVENT_BUS, "name"),
    "cloudfront/getDistribution": Named(CLOUDFRONT_DISTRIBUTION, "id"),
    "codecommit/getRepository": Named(CODECOMMIT_REPOSITORY, "repository_name"),
    "dynamodb/getTable": Named(DYNAMODB_TABLE, "name"),
    "ecr/getRepository": Named(ECR_REPOSITORY, "name"),
    "ecs/getService": Named(
        ECS_SERVICE,
        "service_name",
        id="{cluster_arn}/{service_name}",
    ),
    "eks/getCluster": Named(EKS_CLUSTER, "name"),
    "elasticache/getCluster": Named(ELASTICACHE_CLUSTER, "cluster_id"),
    "elasticache/getReplicationGroup": Named(ELASTICACHE_REPLICATION_GROUP, "replication_group_id"),
    "iam/getInstanceProfile": Named(IAM_INSTANCE_PROFILE, "name", {"role_name": "role"}),
    "iam/getRole": Named(IAM_ROLE, "name"),
    "iam/getUser": Named(IAM_USER, "user_name", {"id": "unique_id", "user_id": "unique_id"}),
    "kinesis/getStream": Named(KINESIS_STREAM, "name", {"status": "stream_status"}),
    "lambda/getFunction": Named(LAMBDA_FUNCTION, "function_name"),
    "lb/getListener": Named(LB_LISTENER, "arn"),
    "rds/getCluster": Named(RDS_CLUSTER, "cluster_identifier"),
    "rds/getInstance": Named(
        RDS_INSTANCE,
        "db_instance_identifier",
        {
            "db_instance_arn": "arn",
            "db_instance_class": "instance_class",
            "db_instance_port": "port",
            "db_subnet_group": "db_subnet_group_name",
            "master_username": "username",
            "vpc_security_groups": "vpc_security_group_ids",
        },
    ),
    "rds/getSubnetGroup": Named(RDS_SUBNET_GROUP, "name"),
    "s3/getBucket": Named(S3_BUCKET, "bucket"),
    "sfn/getStateMachine": Named(SFN_STATE_MACHINE, "name", id=_MACHINE),
}


def _register(token: str, entry: Named) -> None:
    @invoke(token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        around = {"region": aws.region, "account": aws.account, "partition": aws.partition}
        id_ = (entry.id or f"{{{entry.argument}}}").format(**around | dict(arguments))
        found = looked_up(aws, entry.type, id_)
        more = {new: found.get(old) for new, old in entry.also.items()}
        return answered(token, {**found, **more, entry.argument: arguments[entry.argument]})


for _path, _entry in _NAMED.items():
    _register(f"aws:{_path}:{_path.partition('/')[2]}", _entry)
