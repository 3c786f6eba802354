"""Elastic Load Balancing: the tasks of services as targets, and targets that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses

_UNUSED = {
    "State": "unused",
    "Reason": "Target.NotInUse",
    "Description": "Target group is not configured to receive traffic from the load balancer",
}
# The first addresses of a subnet are kept by AWS.
_FIRST_ADDRESS = 10


@postprocesses("elbv2", "DescribeTargetHealth")
def describe_target_health(call: Call, answer: dict[str, Any]) -> None:
    """List the running tasks of the services behind a target group; all are well if it is used.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html,
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
    """
    arn = call.params["TargetGroupArn"]
    tasks = {(t["Target"]["Id"], t["Target"]["Port"]): t for t in _tasks(call, arn)}
    listed = answer["TargetHealthDescriptions"]
    if asked := call.params.get("Targets"):
        port = call.backend("elbv2").target_groups[arn].port
        answer["TargetHealthDescriptions"] = [
            tasks.get((target["Id"], int(target.get("Port") or port)), told)
            for target, told in zip(asked, listed, strict=True)
        ]
    else:
        answer["TargetHealthDescriptions"] = [*listed, *tasks.values()]
    if not _is_used(call, arn):
        answer["TargetHealthDescriptions"] = [
            _unused(told) for told in answer["TargetHealthDescriptions"]
        ]


def _tasks(call: Call, arn: str) -> Iterator[dict[str, Any]]:
    subnets = call.backend("ec2").get_subnet
    for service in call.backend("ecs").services.values():
        network = (service.network_configuration or {}).get("awsvpcConfiguration") or {}
        places = [subnets(id_) for id_ in network.get("subnets", ())]
        for registered in service.load_balancers:
            if registered.get("targetGroupArn") == arn and places:
                for n in range(service.running_count):
                    place = places[n % len(places)]
                    yield {
                        "Target": {
                            "Id": str(ip_network(place.cidr_block)[_FIRST_ADDRESS + n]),
                            "Port": registered["containerPort"],
                            "AvailabilityZone": place.availability_zone,
                        },
                        "HealthCheckPort": str(registered["containerPort"]),
                        "TargetHealth": {"State": "healthy"},
                    }


def _is_used(call: Call, arn: str) -> bool:
    """Tell whether a listener or one of its rules sends requests to a target group."""
    return any(
        arn in _forwards(action.data)
        for balancer in call.backend("elbv2").load_balancers.values()
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
    )


def _forwards(action: dict[str, Any]) -> set[str]:
    several = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    return {group["TargetGroupArn"] for group in (action, *several) if "TargetGroupArn" in group}


def _unused(told: Any) -> Any:
    """Return a registered target as one that gets no requests."""
    target, health = (
        (told["Target"], told["TargetHealth"])
        if isinstance(told, dict)
        else (told.target, told.target_health)
    )
    return {"Target": target, "TargetHealth": _UNUSED} if health["State"] == "healthy" else told
