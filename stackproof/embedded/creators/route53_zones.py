"""Route 53: what hosted zones log and how they are signed."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_ZONE = {"zone_id": "hosted_zone_id", "cloudwatch_log_group_arn": "cloud_watch_logs_log_group_arn"}

table(
    Plain(
        type="aws:route53/queryLog:QueryLog",
        service="route53",
        create=Call("create_query_logging_config", _ZONE),
        id="{answer[QueryLoggingConfig][Id]}",
        composed={"arn": "arn:{partition}:route53:::queryloggingconfig/{id}"},
        delete=Call("delete_query_logging_config"),
        replace_on=frozenset({"zone_id", "cloudwatch_log_group_arn"}),
    )
)
