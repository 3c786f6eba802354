"""Web ACLs, what they protect and where they log, as AWS shows them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Batch, Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import WAF_ACL, WAF_ACL_ASSOCIATION, WAF_ACL_LOGGING

_RENAME = {"cloud_watch_metrics_enabled": "cloudwatch_metrics_enabled"}
_GLOBAL = r"arn:[^:]+:wafv2:us-east-1:\d+:global/webacl/.+"


def acl_properties(acl: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """Translate GetWebACL's answer, its tags left out; `scope` is REGIONAL or CLOUDFRONT."""
    return {
        "name": acl["Name"],
        "arn": acl["ARN"],
        "description": acl.get("Description") or None,
        "scope": scope,
        "capacity": acl.get("Capacity"),
        "default_action": snake(acl["DefaultAction"]),
        "rules": snake(acl.get("Rules", []), _RENAME),
        "visibility_config": snake(acl["VisibilityConfig"], _RENAME),
        "token_domains": list(acl.get("TokenDomains", ())),
    }


def logging_properties(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Translate one of AWS's logging configurations."""
    return {
        "resource_arn": answer["ResourceArn"],
        "log_destination_configs": list(answer["LogDestinationConfigs"]),
        "redacted_fields": snake(answer.get("RedactedFields", [])),
        "logging_filter": snake(answer.get("LoggingFilter")),
    }


def scope_of(arn: str) -> str:
    """Give the scope that a web ACL's ARN shows."""
    return "CLOUDFRONT" if ":global/" in arn else "REGIONAL"


def _scopes(scope: Scope) -> Iterable[Mapping[str, Any]]:
    yield {"Scope": "REGIONAL"}
    if scope.region == "us-east-1" and scope.named(_GLOBAL):
        yield {"Scope": "CLOUDFRONT"}


def _by_id(id_: str, state: Item) -> Mapping[str, Any]:
    arn = state.get("arn") or state.get("web_acl_arn") or state.get("resource_arn") or id_
    return {"Scope": scope_of(arn) if arn.startswith("arn:") else state["scope"]}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["ARN"]

    def resource(type_: str, id_: str, data: Mapping[str, Any]) -> Resource:
        return Resource(
            data=data,
            type=type_,
            name=item["Name"],
            id=id_,
            arn=arn if type_ == WAF_ACL else None,
            account=scope.account,
            region=scope.region,
        )

    acl, logging, resources = details["acl"], details["logging"], details["resources"]
    data: dict[str, Any]
    if isinstance(acl, Unknown):
        known = {"name": item["Name"], "arn": arn, "scope": scope_of(arn)}
        data = known | dict.fromkeys(("rules", "default_action", "visibility_config"), acl)
    elif acl is None:
        return
    else:
        data = acl_properties(acl, scope_of(arn))
    yield resource(WAF_ACL, item["Id"], data | {"tags": scope.tags_of(arn)})
    if not isinstance(logging, Unknown):
        for configuration in logging or ():
            yield resource(WAF_ACL_LOGGING, arn, logging_properties(configuration))
    if isinstance(resources, list):
        for protected in resources:
            pair = {"web_acl_arn": arn, "resource_arn": protected}
            yield resource(WAF_ACL_ASSOCIATION, f"{arn},{protected}", pair)


READERS = (
    Reader(
        types=(WAF_ACL, WAF_ACL_LOGGING, WAF_ACL_ASSOCIATION),
        listing=Ask("wafv2", "ListWebACLs", "WebACLs"),
        targets=_scopes,
        get_parameters=_by_id,
        key=lambda item, scope: Key(item["Id"], item["ARN"], shared=True),
        details={
            "acl": Detail(
                Ask("wafv2", "GetWebACL", "WebACL", absent=("WAFNonexistentItemException",)),
                lambda item: {
                    "Name": item["Name"],
                    "Id": item["Id"],
                    "Scope": scope_of(item["ARN"]),
                },
            ),
            # Those of a scope are listed whole.
            "logging": Batch(
                Ask("wafv2", "ListLoggingConfigurations", "LoggingConfigurations"),
                id=lambda item: str(item["ARN"]),
                parameters=lambda arns: {"Scope": scope_of(arns[0])},
                about=lambda configuration: str(configuration["ResourceArn"]),
                size=sys.maxsize,
                together=scope_of,
                provides=(WAF_ACL_LOGGING,),
            ),
            "resources": Detail(
                Ask("wafv2", "ListResourcesForWebACL", "ResourceArns"),
                lambda item: {
                    "WebACLArn": item["ARN"],
                    "ResourceType": "APPLICATION_LOAD_BALANCER",
                },
                provides=(WAF_ACL_ASSOCIATION,),
            ),
        },
        build=_build,
        arn_service="wafv2",
    ),
)
