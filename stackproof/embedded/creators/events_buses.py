"""EventBridge: buses of the account's own, and who else may put events on them."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

table(
    Plain(
        type="aws:cloudwatch/eventBus:EventBus",
        service="events",
        create=Call("create_event_bus"),
        id="{name}",
        delete=Call("delete_event_bus"),
        tagged="arn",
        replace_on=frozenset(
            {
                "dead_letter_config",
                "description",
                "event_source_name",
                "kms_key_identifier",
                "log_config",
                "name",
            }
        ),
        auto_name="name",
    ),
    Plain(
        type="aws:cloudwatch/eventPermission:EventPermission",
        service="events",
        put=Call("put_permission"),
        id="{event_bus_name}-{statement_id}",
        delete=Call("remove_permission"),
        defaults={"action": "events:PutEvents", "event_bus_name": "default"},
        replace_on=frozenset({"event_bus_name", "statement_id"}),
    ),
    Plain(
        type="aws:cloudwatch/eventBusPolicy:EventBusPolicy",
        service="events",
        put=Call("put_permission"),
        id="{event_bus_name}",
        delete=Call("remove_permission", fixed={"RemoveAllPermissions": True}),
        defaults={"event_bus_name": "default"},
        replace_on=frozenset({"event_bus_name"}),
    ),
    Plain(
        type="aws:cloudwatch/eventArchive:EventArchive",
        service="events",
        create=Call("create_archive", {"name": "archive_name"}),
        update=Call("update_archive", {"name": "archive_name"}),
        outputs={"arn": "ArchiveArn"},
        id="{name}",
        delete=Call("delete_archive", {"name": "archive_name"}),
        replace_on=frozenset({"event_source_arn", "name"}),
        auto_name="name",
        auto_name_limit=48,
    ),
)
