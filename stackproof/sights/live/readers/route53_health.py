"""Health checks, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown
from stackproof.sights.live.reader import Batch, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import ROUTE53_HEALTH_CHECK

_NAMES = {
    "child_health_threshold": "HealthThreshold",
    "child_healthchecks": "ChildHealthChecks",
    "enable_sni": "EnableSNI",
    "failure_threshold": "FailureThreshold",
    "fqdn": "FullyQualifiedDomainName",
    "insufficient_data_health_status": "InsufficientDataHealthStatus",
    "ip_address": "IPAddress",
    "port": "Port",
    "regions": "Regions",
    "request_interval": "RequestInterval",
    "resource_path": "ResourcePath",
    "search_string": "SearchString",
    "type": "Type",
}


def _arn(scope: Scope, item: Item) -> str:
    return f"arn:{scope.partition}:route53:::healthcheck/{item['Id']}"


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    config, sets = item["HealthCheckConfig"], details["tags"]
    alarm = config.get("AlarmIdentifier") or {}
    data: dict[str, Any] = {
        **{name: config.get(member) for name, member in _NAMES.items()},
        "cloudwatch_alarm_name": alarm.get("Name"),
        "cloudwatch_alarm_region": alarm.get("Region"),
        "disabled": config.get("Disabled", False),
        "invert_healthcheck": config.get("Inverted", False),
        "measure_latency": config.get("MeasureLatency", False),
        "tags": sets if isinstance(sets, Unknown) else own_tags(_tags(sets)),
    }
    yield shown(scope, ROUTE53_HEALTH_CHECK, item["Id"], data, arn=_arn(scope, item))


def _tags(sets: Sequence[Item] | None) -> list[Any]:
    return [tag for tagged in sets or () for tag in tagged["Tags"]]


READERS = (
    Reader(
        types=(ROUTE53_HEALTH_CHECK,),
        listing=Ask("route53", "ListHealthChecks", "HealthChecks"),
        key=lambda item, scope: Key(item["Id"], _arn(scope, item)),
        details={
            # The tagging API shows global resources in us-east-1 only. Ten at once: Route 53 API
            # Reference, ListTagsForResources.
            "tags": Batch(
                Ask("route53", "ListTagsForResources", "ResourceTagSets"),
                id=lambda item: str(item["Id"]),
                parameters=lambda ids: {"ResourceType": "healthcheck", "ResourceIds": list(ids)},
                about=lambda tagged: str(tagged["ResourceId"]),
                size=10,
            )
        },
        build=_build,
        arn_service="route53",
        referenced=True,
        regional=False,
    ),
)
