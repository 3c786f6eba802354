"""CloudFront distributions, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import CLOUDFRONT_DISTRIBUTION

_RENAME = {
    "cache_behaviors": "ordered_cache_behaviors",
    "cloud_front_default_certificate": "cloudfront_default_certificate",
    "lambda_function_arn": "lambda_arn",
    "logging": "logging_config",
}
_HIDDEN = (
    "aliases",
    "default_cache_behavior",
    "default_root_object",
    "logging_config",
    "ordered_cache_behaviors",
    "origins",
    "viewer_certificate",
    "web_acl_id",
)


def _listed(value: Any) -> Any:
    """Give CloudFront's lists, which carry the number of their items, as mere lists."""
    if isinstance(value, Mapping):
        if "Quantity" in value and {*value} <= {"Enabled", "Items", "Quantity"}:
            return [_listed(item) for item in value.get("Items") or ()]
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_listed(item) for item in value]
    return value


def distribution_properties(config: Item) -> dict[str, Any]:
    """Translate the configuration of a distribution."""
    data = snake(_listed(config), _RENAME)
    logging = data.pop("logging_config", None) or {}
    geo = config["Restrictions"]["GeoRestriction"]
    return {
        "aliases": data.get("aliases") or [],
        "caller_reference": data["caller_reference"],
        "comment": data.get("comment") or None,
        "custom_error_responses": [
            _error(response) for response in data.get("custom_error_responses") or ()
        ],
        "default_cache_behavior": _behavior(data["default_cache_behavior"]),
        "default_root_object": data.get("default_root_object") or None,
        "enabled": data["enabled"],
        "http_version": data.get("http_version"),
        "is_ipv6_enabled": data.get("is_ipv6_enabled", False),
        "logging_config": _logging(logging) if logging.get("bucket") else None,
        "ordered_cache_behaviors": [
            _behavior(behavior) for behavior in data.get("ordered_cache_behaviors") or ()
        ],
        "origin_groups": [_with_origin_id(group) for group in data.get("origin_groups") or ()],
        "origins": [_origin(origin) for origin in data["origins"]],
        "price_class": data.get("price_class"),
        "restrictions": {
            "geo_restriction": {
                "locations": list(geo.get("Items") or ()),
                "restriction_type": geo["RestrictionType"],
            }
        },
        "staging": data.get("staging", False),
        "viewer_certificate": {
            name: value
            for name, value in data["viewer_certificate"].items()
            # What older programs were told besides, in words of their own.
            if name not in ("certificate", "certificate_source")
        },
        "web_acl_id": data.get("web_acl_id") or None,
    }


def _logging(given: Item) -> dict[str, Any]:
    return {name: given.get(name) for name in ("bucket", "include_cookies", "prefix")}


def _error(given: Item) -> dict[str, Any]:
    code = given.get("response_code")
    return {**given, "response_code": int(code) if code else None}


def _with_origin_id(given: Item) -> dict[str, Any]:
    rest = {name: value for name, value in given.items() if name != "id"}
    return {**rest, "origin_id": given["id"]}


def _origin(given: Item) -> dict[str, Any]:
    headers = [
        {"name": header["header_name"], "value": header["header_value"]}
        for header in given.get("custom_headers") or ()
    ]
    origin = {**_with_origin_id(given), "custom_headers": headers}
    if not (origin.get("s3_origin_config") or {}).get("origin_access_identity"):
        origin.pop("s3_origin_config", None)
    return origin


def _behavior(given: Item) -> dict[str, Any]:
    methods = given.get("allowed_methods") or {}
    return {
        **given,
        "allowed_methods": list(methods.get("items") or ()),
        "cached_methods": list(methods.get("cached_methods") or ()),
    }


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    config, tags = details["config"], details["tags"]
    if config is None:
        return  # deleted since it was listed
    hidden = isinstance(config, Unknown)
    data = {
        **(dict.fromkeys(_HIDDEN, config) if hidden else distribution_properties(config)),
        "domain_name": item["DomainName"],
        "enabled": item["Enabled"],
        "last_modified_time": str(item["LastModifiedTime"]),
        "status": item["Status"],
        "tags": tags if isinstance(tags, Unknown) else own_tags(tags),
    }
    yield shown(scope, CLOUDFRONT_DISTRIBUTION, item["Id"], data, arn=item["ARN"])


READERS = (
    Reader(
        types=(CLOUDFRONT_DISTRIBUTION,),
        listing=Ask("cloudfront", "ListDistributions", "DistributionList.Items"),
        key=lambda item, scope: Key(item["Id"], item["ARN"], names=(item["DomainName"],)),
        details={
            "config": Detail(
                Ask("cloudfront", "GetDistributionConfig", "DistributionConfig"),
                lambda item: {"Id": item["Id"]},
            ),
            # The tagging API shows global resources in us-east-1 only.
            "tags": Detail(
                Ask("cloudfront", "ListTagsForResource", "Tags.Items"),
                lambda item: {"Resource": item["ARN"]},
            ),
        },
        build=_build,
        arn_service="cloudfront",
        regional=False,
    ),
)
