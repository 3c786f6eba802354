"""ElastiCache: changes that moto can't make or forgets."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses


@handles("elasticache", "ModifyCacheSubnetGroup")
def modify_subnet_group(call: Call) -> dict[str, Any]:
    """Change a subnet group's description and subnets.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheSubnetGroup.html
    """
    from moto.elasticache.models import CacheSubnetGroup

    name = call.params["CacheSubnetGroupName"]
    groups = call.backend("elasticache").cache_subnet_groups
    if name not in groups:
        raise AwsError(
            "CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {name} does not exist.", 400
        )
    before = groups[name]
    groups[name] = CacheSubnetGroup(
        call.account,
        call.region,
        name,
        call.params.get("CacheSubnetGroupDescription", before.cache_subnet_group_description),
        call.params.get("SubnetIds", before.subnet_ids),
        before.tags,
    )
    return {"CacheSubnetGroup": groups[name]}


@postprocesses("elasticache", "ModifyReplicationGroup")
def modify_log_delivery(call: Call, answer: dict[str, Any]) -> None:
    """Start, change and stop the delivery of logs.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
    """
    backend = call.backend("elasticache")
    group = backend.replication_groups[call.params["ReplicationGroupId"]]
    deliveries = {item["LogType"]: item for item in group.log_delivery_configurations}
    for change in call.params.get("LogDeliveryConfigurations", ()):
        deliveries.pop(change["LogType"], None)
        if change.get("Enabled", True):
            deliveries[change["LogType"]] = {**change, "Status": "active"}
    group.log_delivery_configurations = list(deliveries.values())
    answer["ReplicationGroup"] = group
