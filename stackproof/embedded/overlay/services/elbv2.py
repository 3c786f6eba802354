"""Elastic Load Balancing: attributes as AWS lists them, deletion protection, TLS policies."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import postprocesses, validates

_ANY = {
    "deletion_protection.enabled": "false",
}
_ZONED = {
    **_ANY,
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "ipv6.deny_all_igw_traffic": "false",
    "zonal_shift.config.enabled": "false",
}
_DEFAULTS = {
    "application": {
        **_ZONED,
        "client_keep_alive.seconds": "3600",
        "connection_logs.s3.enabled": "false",
        "connection_logs.s3.bucket": "",
        "connection_logs.s3.prefix": "",
        "idle_timeout.timeout_seconds": "60",
        "load_balancing.cross_zone.enabled": "true",
        "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.xff_header_processing.mode": "append",
        "routing.http2.enabled": "true",
        "waf.fail_open.enabled": "false",
    },
    "network": {
        **_ZONED,
        "dns_record.client_routing_policy": "any_availability_zone",
        "load_balancing.cross_zone.enabled": "false",
        "secondary_ips.auto_assigned.per_subnet": "0",
    },
    "gateway": {**_ANY, "load_balancing.cross_zone.enabled": "false"},
}


@postprocesses("elbv2", "CreateLoadBalancer")
def create(call: Call, answer: dict[str, Any]) -> None:
    """Give a load balancer all attributes with their defaults.

    AWS: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
    """
    for created in answer["LoadBalancers"]:
        balancer = call.backend("elbv2").load_balancers[created["LoadBalancerArn"]]
        if not hasattr(balancer, "stackproof_seen"):  # asking for the same one again is no error
            balancer.stackproof_seen = True
            balancer.attrs = dict(_DEFAULTS[balancer.type])


@validates("elbv2", "DeleteLoadBalancer")
def protect(call: Call) -> None:
    """Refuse to delete a protected load balancer.

    AWS: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
    """
    arn = call.params["LoadBalancerArn"]
    balancer = call.backend("elbv2").load_balancers.get(arn)
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise AwsError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            400,
        )


@validates("elbv2", "CreateListener", "ModifyListener")
def known_policy(call: Call) -> None:
    """Refuse a TLS policy that doesn't exist.

    AWS: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    """
    from moto.elbv2.ssl_policies import SSL_POLICIES

    policy = call.params.get("SslPolicy")
    if policy and policy not in SSL_POLICIES:
        raise AwsError("SSLPolicyNotFound", f"SSL policy '{policy}' not found", 400)
