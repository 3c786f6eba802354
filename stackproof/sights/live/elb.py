"""The attributes of load balancers and target groups, by their Pulumi names.

Source: the Elastic Load Balancing API's pages LoadBalancerAttribute and TargetGroupAttribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Attributes = Mapping[str, tuple[str, type]]

LOAD_BALANCER: Attributes = {
    "client_keep_alive": ("client_keep_alive.seconds", int),
    "desync_mitigation_mode": ("routing.http.desync_mitigation_mode", str),
    "dns_record_client_routing_policy": ("dns_record.client_routing_policy", str),
    "drop_invalid_header_fields": ("routing.http.drop_invalid_header_fields.enabled", bool),
    "enable_cross_zone_load_balancing": ("load_balancing.cross_zone.enabled", bool),
    "enable_deletion_protection": ("deletion_protection.enabled", bool),
    "enable_http2": ("routing.http2.enabled", bool),
    "enable_tls_version_and_cipher_suite_headers": (
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        bool,
    ),
    "enable_waf_fail_open": ("waf.fail_open.enabled", bool),
    "enable_xff_client_port": ("routing.http.xff_client_port.enabled", bool),
    "enable_zonal_shift": ("zonal_shift.config.enabled", bool),
    "idle_timeout": ("idle_timeout.timeout_seconds", int),
    "preserve_host_header": ("routing.http.preserve_host_header.enabled", bool),
    "xff_header_processing_mode": ("routing.http.xff_header_processing.mode", str),
}

# The properties of a load balancer that are blocks: where its logs go.
LOGS: Mapping[str, str] = {
    "access_logs": "access_logs.s3",
    "connection_logs": "connection_logs.s3",
    "health_check_logs": "health_check_logs.s3",
}

TARGET_GROUP: Attributes = {
    "connection_termination": ("deregistration_delay.connection_termination.enabled", bool),
    "deregistration_delay": ("deregistration_delay.timeout_seconds", int),
    "lambda_multi_value_headers_enabled": ("lambda.multi_value_headers.enabled", bool),
    "load_balancing_algorithm_type": ("load_balancing.algorithm.type", str),
    "load_balancing_anomaly_mitigation": ("load_balancing.algorithm.anomaly_mitigation", str),
    "load_balancing_cross_zone_enabled": ("load_balancing.cross_zone.enabled", str),
    "preserve_client_ip": ("preserve_client_ip.enabled", str),
    "proxy_protocol_v2": ("proxy_protocol_v2.enabled", bool),
    "slow_start": ("slow_start.duration_seconds", int),
}

# What the actions of listeners and rules are called in the API.
ACTIONS: Mapping[str, str] = {
    "authenticate_cognito": "AuthenticateCognitoConfig",
    "authenticate_oidc": "AuthenticateOidcConfig",
    "fixed_response": "FixedResponseConfig",
    "forward": "ForwardConfig",
    "jwt_validation": "JwtValidationConfig",
    "redirect": "RedirectConfig",
}

# The kinds of conditions of a rule, and what they are called in the API.
CONDITIONS: Mapping[str, tuple[str, str]] = {
    "host_header": ("host-header", "HostHeaderConfig"),
    "http_header": ("http-header", "HttpHeaderConfig"),
    "http_request_method": ("http-request-method", "HttpRequestMethodConfig"),
    "path_pattern": ("path-pattern", "PathPatternConfig"),
    "query_strings": ("query-string", "QueryStringConfig"),
    "source_ip": ("source-ip", "SourceIpConfig"),
}


def to_attributes(attributes: Attributes, properties: Mapping[str, Any]) -> dict[str, str]:
    """Give the attributes that properties set, as AWS writes them."""
    return {
        key: as_text(properties[name], kind)
        for name, (key, kind) in attributes.items()
        if properties.get(name) is not None
    }


def from_attributes(attributes: Attributes, shown: Mapping[str, str]) -> dict[str, Any]:
    """Give the properties that AWS's attributes set."""
    return {
        name: shown[key] == "true" if kind is bool else kind(shown[key])
        for name, (key, kind) in attributes.items()
        if shown.get(key) not in (None, "")
    }


def attribute_map(pairs: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Give AWS's list of attributes as a map."""
    return {pair["Key"]: pair.get("Value", "") for pair in pairs}


def as_text(value: Any, kind: type) -> str:
    """Give a value of a kind as AWS writes it in an attribute."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if kind is int else str(value)


def arn_suffix(arn: str) -> str:
    """Give the part of an ARN by which CloudWatch names a load balancer or target group."""
    resource = arn.split(":", 5)[5]
    return resource.removeprefix("loadbalancer/")
