"""What programs look up: resources that are there already, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke


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


@dataclass(frozen=True, slots=True)
class Named:
    """A function that looks one resource up by an argument that is its Pulumi id.

    `also` are properties of the answer that Pulumi calls otherwise than those of the resource.
    """

    token: str
    type: str
    argument: str
    also: Mapping[str, str] = field(default_factory=dict)


_NAMED = (
    Named(
        "aws:autoscaling/getGroup:getGroup",
        "aws:autoscaling/group:Group",
        "name",
        {"desired_size": "desired_capacity"},
    ),
    Named("aws:ecr/getRepository:getRepository", "aws:ecr/repository:Repository", "name"),
    Named(
        "aws:iam/getInstanceProfile:getInstanceProfile",
        "aws:iam/instanceProfile:InstanceProfile",
        "name",
        {"role_name": "role"},
    ),
    Named("aws:iam/getRole:getRole", "aws:iam/role:Role", "name"),
    Named("aws:rds/getCluster:getCluster", "aws:rds/cluster:Cluster", "cluster_identifier"),
    Named(
        "aws:rds/getInstance:getInstance",
        "aws:rds/instance:Instance",
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
    Named("aws:rds/getSubnetGroup:getSubnetGroup", "aws:rds/subnetGroup:SubnetGroup", "name"),
    Named("aws:s3/getBucket:getBucket", "aws:s3/bucket:Bucket", "bucket"),
)


def _register(entry: Named) -> None:
    @invoke(entry.token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        found = looked_up(aws, entry.type, str(arguments[entry.argument]))
        return {**found, **{new: found.get(old) for new, old in entry.also.items()}}


for _entry in _NAMED:
    _register(_entry)
