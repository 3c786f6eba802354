"""Database Migration Service: replication instances and endpoints."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_INSTANCE = {
    "kms_key_arn": "kms_key_id",
    "replication_instance_id": "replication_instance_identifier",
    "replication_subnet_group_id": "replication_subnet_group_identifier",
}
_ENDPOINT = {
    "endpoint_id": "endpoint_identifier",
    "kms_key_arn": "kms_key_id",
    "service_access_role": "service_access_role_arn",
}
_TAGS = ("add_tags_to_resource", "remove_tags_from_resource")

table(
    Plain(
        type="aws:dms/replicationInstance:ReplicationInstance",
        service="dms",
        create=Call("create_replication_instance", _INSTANCE),
        # When a change counts, and whether it may be one of the engine.
        apart=frozenset({"allow_major_version_upgrade", "apply_immediately"}),
        id="{replication_instance_id}",
        delete=Call("delete_replication_instance"),
        tagged="replication_instance_arn",
        tag_calls=_TAGS,
        replace_on=frozenset(
            {
                "availability_zone",
                "kms_key_arn",
                "publicly_accessible",
                "replication_instance_id",
                "replication_subnet_group_id",
            }
        ),
        # Pulumi AWS, dms.ReplicationInstance: the provider sends what a program leaves out.
        defaults={"publicly_accessible": False},
    ),
    Plain(
        type="aws:dms/endpoint:Endpoint",
        service="dms",
        create=Call("create_endpoint", _ENDPOINT),
        apart=frozenset({"pause_replication_tasks"}),
        id="{endpoint_id}",
        delete=Call("delete_endpoint"),
        tagged="endpoint_arn",
        tag_calls=_TAGS,
        replace_on=frozenset({"endpoint_id", "kms_key_arn"}),
        secret_outputs=frozenset({"password"}),
    ),
)
