"""Load balancers and target groups."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    physical_name,
    tag_changes,
    tag_list,
)
from stackproof.sights.live.elb import LOAD_BALANCER, LOGS, TARGET_GROUP, as_text, to_attributes


def retag(aws: Cloud, arn: str, old: Properties, new: Properties) -> None:
    """Change the tags of anything of Elastic Load Balancing in place."""
    added, removed = tag_changes(old, new)
    if added:
        aws.client("elbv2").add_tags(ResourceArns=[arn], Tags=tag_list(added))
    if removed:
        aws.client("elbv2").remove_tags(ResourceArns=[arn], TagKeys=removed)


def tagging(inputs: Properties) -> dict[str, Any]:
    """Give the parameter that tags a new thing, which must not be an empty list."""
    tags = tag_list(inputs.get("tags"))
    return {"Tags": tags} if tags else {}


def _differing(old: dict[str, str], new: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": k, "Value": v} for k, v in new.items() if old.get(k) != v]


@creator
class LoadBalancer(Creator):
    """An application, network or gateway load balancer."""

    type = "aws:lb/loadBalancer:LoadBalancer"
    replace_on = frozenset(
        {"customer_owned_ipv4_pool", "internal", "load_balancer_type", "name", "name_prefix"}
    )
    auto_name = "name"
    auto_name_limit = 32
    defaults: ClassVar[Properties] = {
        "client_keep_alive": 3600,
        "desync_mitigation_mode": "defensive",
        "drop_invalid_header_fields": False,
        "enable_deletion_protection": False,
        "enable_http2": True,
        "enable_tls_version_and_cipher_suite_headers": False,
        "enable_waf_fail_open": False,
        "enable_xff_client_port": False,
        "enable_zonal_shift": False,
        "idle_timeout": 60,
        "load_balancer_type": "application",
        "preserve_host_header": False,
        "xff_header_processing_mode": "append",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the load balancer, then set its attributes."""
        elb = aws.client("elbv2")
        request = parameters(
            aws,
            "elbv2",
            "create_load_balancer",
            inputs,
            rename={"load_balancer_type": "Type", "private_ipv4_address": "PrivateIPv4Address"},
            omit=["tags"],
        )
        request["Name"] = physical_name(inputs, limit=32)
        request["Scheme"] = "internal" if inputs.get("internal") else "internet-facing"
        arn = elb.create_load_balancer(**request, **tagging(inputs))["LoadBalancers"][0][
            "LoadBalancerArn"
        ]
        self._set(aws, arn, {}, inputs)
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change groups, subnets, address type, attributes and tags in place."""
        elb = aws.client("elbv2")
        if changed(old, new, "security_groups"):
            groups = new.get("security_groups") or []
            elb.set_security_groups(LoadBalancerArn=id_, SecurityGroups=groups)
        if changed(old, new, "subnets", "subnet_mappings"):
            request = parameters(aws, "elbv2", "set_subnets", new)
            elb.set_subnets(LoadBalancerArn=id_, **request)
        if changed(old, new, "ip_address_type") and new.get("ip_address_type"):
            elb.set_ip_address_type(LoadBalancerArn=id_, IpAddressType=new["ip_address_type"])
        self._set(aws, id_, old, new)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the load balancer with its listeners."""
        with already_gone():
            aws.client("elbv2").delete_load_balancer(LoadBalancerArn=id_)

    def _set(self, aws: Cloud, arn: str, old: Properties, new: Properties) -> None:
        # AWS refuses an attribute that a kind of load balancer does not have, even its default.
        elb = aws.client("elbv2")
        known = {
            pair["Key"]
            for pair in elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        }
        wanted = {**self._attributes(new), **_logs(old, new)}
        differing = _differing(self._attributes(old) | _logs({}, old), wanted)
        asked = [
            pair
            for pair in differing
            if pair["Key"] in known or not self._default(pair["Key"], pair["Value"])
        ]
        if asked:
            elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=asked)

    def _attributes(self, properties: Properties) -> dict[str, str]:
        return to_attributes(LOAD_BALANCER, properties)

    def _default(self, key: str, value: str) -> bool:
        return self._attributes(self.defaults).get(key) == value


def _logs(old: Properties, new: Properties) -> dict[str, str]:
    """Give the attributes of the logs, those that are no longer wanted switched off."""
    found: dict[str, str] = {}
    for name, prefix in LOGS.items():
        logs = new.get(name)
        if logs:
            found[f"{prefix}.enabled"] = as_text(bool(logs.get("enabled")), bool)
            found[f"{prefix}.bucket"] = str(logs["bucket"])
            found[f"{prefix}.prefix"] = str(logs.get("prefix") or "")
        elif old.get(name):
            found[f"{prefix}.enabled"] = "false"
    return found


@creator
class TargetGroup(Creator):
    """A target group."""

    type = "aws:lb/targetGroup:TargetGroup"
    joined_later = frozenset({"load_balancer_arns"})
    replace_on = frozenset(
        {
            "ip_address_type",
            "name",
            "name_prefix",
            "port",
            "protocol",
            "protocol_version",
            "target_type",
            "vpc_id",
        }
    )
    auto_name = "name"
    auto_name_limit = 32
    defaults: ClassVar[Properties] = {
        "deregistration_delay": 300,
        "slow_start": 0,
        "target_type": "instance",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the target group, then set its attributes."""
        elb = aws.client("elbv2")
        request = parameters(aws, "elbv2", "create_target_group", inputs, omit=["tags"])
        request["Name"] = physical_name(inputs, limit=32)
        made = elb.create_target_group(**request, **self._check(inputs), **tagging(inputs))
        arn = made["TargetGroups"][0]["TargetGroupArn"]
        self._set(aws, arn, self.defaults, inputs)
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the health check, attributes and tags in place."""
        if changed(old, new, "health_check"):
            aws.client("elbv2").modify_target_group(TargetGroupArn=id_, **self._check(new))
        self._set(aws, id_, old, new)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the target group."""
        with already_gone():
            aws.client("elbv2").delete_target_group(TargetGroupArn=id_)

    def _check(self, inputs: Properties) -> dict[str, Any]:
        check = inputs.get("health_check") or {}
        request: dict[str, Any] = {}
        for name, member, kind in (
            ("enabled", "HealthCheckEnabled", bool),
            ("healthy_threshold", "HealthyThresholdCount", int),
            ("interval", "HealthCheckIntervalSeconds", int),
            ("path", "HealthCheckPath", str),
            ("port", "HealthCheckPort", str),
            ("protocol", "HealthCheckProtocol", str),
            ("timeout", "HealthCheckTimeoutSeconds", int),
            ("unhealthy_threshold", "UnhealthyThresholdCount", int),
        ):
            if check.get(name) is not None:
                request[member] = kind(check[name])
        if check.get("matcher"):
            grpc = inputs.get("protocol_version") == "GRPC"
            request["Matcher"] = {"GrpcCode" if grpc else "HttpCode": str(check["matcher"])}
        return request

    def _set(self, aws: Cloud, arn: str, old: Properties, new: Properties) -> None:
        differing = _differing(
            to_attributes(TARGET_GROUP, old) | _stickiness(old),
            to_attributes(TARGET_GROUP, new) | _stickiness(new),
        )
        if differing:
            aws.client("elbv2").modify_target_group_attributes(
                TargetGroupArn=arn, Attributes=differing
            )


def _stickiness(inputs: Properties) -> dict[str, str]:
    sticky = inputs.get("stickiness")
    if not sticky:
        return {"stickiness.enabled": "false"}
    kind = sticky["type"]
    found = {"stickiness.enabled": as_text(sticky.get("enabled", True), bool)}
    found["stickiness.type"] = kind
    if kind in ("lb_cookie", "app_cookie") and sticky.get("cookie_duration") is not None:
        seconds = as_text(sticky["cookie_duration"], int)
        found[f"stickiness.{kind}.duration_seconds"] = seconds
    if kind == "app_cookie":
        found["stickiness.app_cookie.cookie_name"] = sticky["cookie_name"]
    return found
