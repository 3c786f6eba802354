"""What deployments need: on services, listeners, alarms and Auto Scaling groups."""

from __future__ import annotations

from typing import Final

from stackproof.model import Resource, Stack
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table import finding
from stackproof.reasoning.permissions.table.finding import Found
from stackproof.reasoning.permissions.targets import led_to, target
from stackproof.types import tokens as t

_DEPLOY_PAGE: Final = "Amazon ECS Developer Guide, Amazon ECS CodeDeploy IAM role"


def _listeners(group: Resource, stack: Stack) -> Found:
    yield from led_to(group, _LISTENERS, t.LB_LISTENER, stack)


def _watched(group: Resource, stack: Stack) -> Found:
    for configuration in group.blocks("alarm_configuration"):
        for name in configuration.values("alarms") if configuration["enabled"] is True else ():
            found = stack.find(str(name), t.METRIC_ALARM)
            arn = f"arn:{{partition}}:cloudwatch:{{region}}:{{account}}:alarm:{name}"
            if found is not None:
                yield target(found)
            else:
                yield from finding.made_up(arn, str(name), t.METRIC_ALARM)(group, stack)


def _balanced(group: Resource, stack: Stack) -> Found:
    if any(True for _ in _listeners(group, stack)):
        yield from finding.everything(group, stack)


_LISTENERS: Final = "load_balancer_info.target_group_pair_info.prod_traffic_route.listener_arns"
_ROUTE: Final = {
    "load_balancer_info": {
        "target_group_pair_info": {"prod_traffic_route": {"listener_arns": [Ref("target", "arn")]}}
    }
}


def _service(group: Resource, stack: Stack) -> Found:
    for pair in group.blocks("ecs_service"):
        name, cluster = pair["service_name"], pair["cluster_name"]
        for service in stack.around(t.ECS_SERVICE):
            held = str(service.raw("cluster") or "")
            if service.raw("name") == name and held.rpartition("/")[2] == cluster:
                yield target(service)


DEPLOYMENTS: Final = (
    Pair(
        id="service",
        who=t.CODEDEPLOY_GROUP,
        on=t.ECS_SERVICE,
        find=_service,
        example={"ecs_service": {"service_name": "app", "cluster_name": "main"}},
        looks={"name": "app", "cluster": "main"},
        role="service_role_arn",
        needs=("ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"),
        page=_DEPLOY_PAGE,
    ),
    Pair(
        id="listener",
        who=t.CODEDEPLOY_GROUP,
        on=t.LB_LISTENER,
        find=_listeners,
        example=_ROUTE,
        role="service_role_arn",
        needs=("elasticloadbalancing:ModifyListener",),
        page=_DEPLOY_PAGE,
    ),
    Pair(
        id="listeners and target groups",
        who=t.CODEDEPLOY_GROUP,
        on=t.LB_LISTENER,
        find=_balanced,
        example=_ROUTE,
        role="service_role_arn",
        needs=tuple(
            f"elasticloadbalancing:Describe{what}"
            for what in ("TargetGroups", "Listeners", "Rules")
        ),
        page=_DEPLOY_PAGE,
    ),
    Pair(
        id="alarms",
        who=t.CODEDEPLOY_GROUP,
        on=t.METRIC_ALARM,
        find=_watched,
        example={"alarm_configuration": {"enabled": True, "alarms": ["errors"]}},
        role="service_role_arn",
        needs=("cloudwatch:DescribeAlarms",),
        page=_DEPLOY_PAGE,
    ),
    Pair(
        id="group",
        who=t.CODEDEPLOY_GROUP,
        names="autoscaling_groups",
        on=t.AUTOSCALING_GROUP,
        role="service_role_arn",
        needs=("autoscaling:PutLifecycleHook", "autoscaling:CompleteLifecycleAction"),
        page="AWS CodeDeploy User Guide, Create a service role for CodeDeploy",
    ),
)
