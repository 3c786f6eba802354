"""What systems with a load balancer and containers promise beside the lines, made untrue."""

from __future__ import annotations

from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.mutation import Act, Aws, Mutation
from tests.mutations.services import change_target_group, change_task


def promised(**acts: Act) -> tuple[Mutation, ...]:
    """Give mutations of the line about promises, called by the names of these."""
    return tuple(Mutation("9.3", what.replace("_", " "), act) for what, act in acts.items())


def first(outputs: Outputs, *names: str) -> str:
    """Give the first of these outputs that there is."""
    return next(str(outputs[name]) for name in names if outputs.get(name))


def _service_name(outputs: Outputs) -> str:
    return first(outputs, "api_service_name", "service_name")


def _group(outputs: Outputs) -> str:
    return first(outputs, "api_target_group_arn", "blue_target_group_arn")


def service_changed(**changes: Any) -> Act:
    """Change the first service."""
    return lambda aws, outputs: aws("ecs").update_service(
        cluster=outputs["ecs_cluster_name"], service=_service_name(outputs), **changes
    )


def _sick(aws: Aws, outputs: Outputs) -> object:
    """Give the tasks a check that always fails."""
    check = {"command": ["CMD-SHELL", "exit 1"], "interval": 30, "retries": 1}
    return change_task(
        aws,
        outputs["ecs_cluster_name"],
        _service_name(outputs),
        lambda container: container.update(healthCheck=check),
    )


def _door(key: str, value: str) -> Act:
    return lambda aws, outputs: aws("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=outputs["alb_arn"], Attributes=[{"Key": key, "Value": value}]
    )


def _targets(key: str, value: str) -> Act:
    return lambda aws, outputs: aws("elbv2").modify_target_group_attributes(
        TargetGroupArn=_group(outputs), Attributes=[{"Key": key, "Value": value}]
    )


def _scaled(outputs: Outputs) -> dict[str, str]:
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{outputs['ecs_cluster_name']}/{_service_name(outputs)}",
    }


def _suspended(aws: Aws, outputs: Outputs) -> object:
    return aws("application-autoscaling").register_scalable_target(
        **_scaled(outputs),
        ScalableDimension="ecs:service:DesiredCount",
        SuspendedState={"DynamicScalingOutSuspended": True},
    )


def _tracking(**changes: Any) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        scaling = aws("application-autoscaling")
        policy = scaling.describe_scaling_policies(**_scaled(outputs))["ScalingPolicies"][0]
        settings = {**policy["TargetTrackingScalingPolicyConfiguration"], **changes}
        names = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType")
        return scaling.put_scaling_policy(
            TargetTrackingScalingPolicyConfiguration=settings,
            **{name: policy[name] for name in names},
        )

    return act


def _firewall_logs_cookies(aws: Aws, outputs: Outputs) -> object:
    waf = aws("wafv2")
    found = waf.get_logging_configuration(ResourceArn=outputs["web_acl_arn"])
    kept = {key: found["LoggingConfiguration"][key] for key in ("LogDestinationConfigs",)}
    return waf.put_logging_configuration(
        LoggingConfiguration={"ResourceArn": outputs["web_acl_arn"], **kept}
    )


SERVED = promised(
    shells_in_tasks=service_changed(enableExecuteCommand=True),
    two_hours_of_grace=service_changed(healthCheckGracePeriodSeconds=7200),
    an_old_platform=service_changed(platformVersion="1.3.0"),
    a_check_that_always_fails=_sick,
    no_access_logs=_door("access_logs.s3.enabled", "false"),
    idle_for_an_hour=_door("idle_timeout.timeout_seconds", "3600"),
    invalid_headers_passed_on=_door("routing.http.drop_invalid_header_fields.enabled", "false"),
    odd_requests_passed_on=_door("routing.http.desync_mitigation_mode", "monitor"),
    no_HTTP_2=_door("routing.http2.enabled", "false"),
    callers_stay_with_their_target=_targets("stickiness.enabled", "true"),
    targets_leave_after_half_an_hour=_targets("deregistration_delay.timeout_seconds", "1800"),
    health_may_take_two_seconds=lambda aws, outputs: change_target_group(
        aws, _group(outputs), HealthCheckTimeoutSeconds=2
    ),
    scaling_suspended=_suspended,
    scaling_never_in=_tracking(DisableScaleIn=True),
    scaling_out_after_an_hour=_tracking(ScaleOutCooldown=3600),
    the_firewall_logs_cookies=_firewall_logs_cookies,
)
