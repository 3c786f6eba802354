"""Route 53: which hosted zones log what they are asked, and where."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import ROUTE53_QUERY_LOG

QUERY_LOG = Type(
    token=ROUTE53_QUERY_LOG,
    service="route53",
    listing=Listing(operation="ListQueryLoggingConfigs", result="QueryLoggingConfigs"),
    id="{Id}",
    arn="arn:{partition}:route53:::queryloggingconfig/{Id}",
    name="{Id}",
    names={
        "cloudwatch_log_group_arn": "CloudWatchLogsLogGroupArn",
        "zone_id": ("HostedZoneId", lambda id_: id_.rpartition("/")[2]),
    },
    parent_ids=("HostedZoneId",),
    arn_service="route53:hostedzone",
    regional=False,
)

TYPES = (QUERY_LOG,)
