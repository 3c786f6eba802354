"""Glue: connections to databases, and what starts jobs."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_ARN = "arn:{partition}:glue:{region}:{account}:"
_LISTS = {
    "match_criterias": "match_criteria",
    "security_group_id_lists": "security_group_id_list",
}

table(
    Plain(
        type="aws:glue/connection:Connection",
        service="glue",
        create=Call("create_connection", _LISTS, inside="ConnectionInput"),
        id="{account}:{name}",
        composed={"catalog_id": "{account}"},
        delete=Call("delete_connection", {"name": "connection_name"}),
        defaults={"connection_type": "JDBC"},
        tagged="arn",
        replace_on=frozenset(
            {
                "athena_properties",
                "catalog_id",
                "connection_properties",
                "connection_type",
                "description",
                "match_criterias",
                "name",
                "physical_connection_requirements",
            }
        ),
        auto_name="name",
        secret_outputs=frozenset({"athena_properties", "connection_properties"}),
    ),
    Plain(
        type="aws:glue/trigger:Trigger",
        service="glue",
        create=Call("create_trigger"),
        id="{name}",
        composed={"arn": f"{_ARN}trigger/{{name}}"},
        delete=Call("delete_trigger"),
        # Glue starts and stops triggers by operations of their own, and nothing runs here.
        apart=frozenset({"enabled"}),
        tagged="arn",
        replace_on=frozenset(
            {
                "actions",
                "description",
                "event_batching_conditions",
                "name",
                "predicate",
                "schedule",
                "start_on_creation",
                "type",
                "workflow_name",
            }
        ),
        auto_name="name",
    ),
)
