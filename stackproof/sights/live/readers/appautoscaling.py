"""Application Auto Scaling's targets, policies and scheduled actions, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.scalable import SCALABLE, resource_ids, scaled_by
from stackproof.types.tokens import APPSCALING_POLICY, APPSCALING_SCHEDULE, APPSCALING_TARGET

_API = "application-autoscaling"
_WHAT = {
    "resource_id": "ResourceId",
    "scalable_dimension": "ScalableDimension",
    "service_namespace": "ServiceNamespace",
}


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for namespace, type_ in SCALABLE.items():
        ids = [id_ for r in scope.members[type_] for id_ in resource_ids(r, namespace)]
        for some in chunks(ids, 50):
            yield {"ServiceNamespace": namespace, "ResourceIds": some}


def _namespaces(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # AWS takes one resource or all of a namespace: all are one call, however many there are.
    namespaces = {
        str(target.raw("service_namespace")) for target in scope.members[APPSCALING_TARGET]
    }
    for namespace in sorted(namespaces):
        yield {"ServiceNamespace": namespace}


def _target_key(item: Item, scope: Scope) -> Key:
    id_ = item["ResourceId"]
    service, end = scaled_by(id_, item["ServiceNamespace"])
    return Key(id_, item.get("ScalableTargetARN"), parent_ids=(scope.arn(service, end),))


def _build_target(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item.get("ScalableTargetARN")
    data: dict[str, Any] = taken(item, _WHAT) | {
        "min_capacity": item["MinCapacity"],
        "max_capacity": item["MaxCapacity"],
        "role_arn": item.get("RoleARN"),
        "suspended_state": snake(item.get("SuspendedState")),
        "tags": scope.tags_of(arn or ""),
    }
    yield shown(
        scope, APPSCALING_TARGET, item["ResourceId"], data, arn=arn, name=item["ResourceId"]
    )


def _build_policy(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["PolicyName"]
    data: dict[str, Any] = taken(item, _WHAT) | {
        "name": name,
        "policy_type": item["PolicyType"],
        "alarm_arns": [alarm["AlarmARN"] for alarm in item.get("Alarms", ())],
    }
    for property_, member in (
        ("step_scaling_policy_configuration", "StepScalingPolicyConfiguration"),
        (
            "target_tracking_scaling_policy_configuration",
            "TargetTrackingScalingPolicyConfiguration",
        ),
        ("predictive_scaling_policy_configuration", "PredictiveScalingPolicyConfiguration"),
    ):
        if item.get(member):
            data[property_] = snake(item[member])
    yield shown(scope, APPSCALING_POLICY, name, data, arn=item["PolicyARN"], name=name)


def _schedule_id(item: Item) -> str:
    return "-".join((item["ScheduledActionName"], item["ServiceNamespace"], item["ResourceId"]))


def _build_schedule(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, arn = item["ScheduledActionName"], item["ScheduledActionARN"]
    data: dict[str, Any] = taken(item, _WHAT) | {
        "arn": arn,
        "name": name,
        "scalable_target_action": snake(item.get("ScalableTargetAction")) or None,
        "schedule": item["Schedule"],
        "timezone": item.get("Timezone"),
    }
    yield shown(scope, APPSCALING_SCHEDULE, _schedule_id(item), data, arn=arn, name=name)


def _by_id(state: Item) -> dict[str, Any]:
    return {
        "ServiceNamespace": state["service_namespace"],
        "ScalableDimension": state["scalable_dimension"],
    }


READERS = (
    Reader(
        types=(APPSCALING_TARGET,),
        listing=Ask(_API, "DescribeScalableTargets", "ScalableTargets"),
        targets=_targets,
        get_parameters=lambda id_, state: _by_id(state) | {"ResourceIds": [id_]},
        key=_target_key,
        build=_build_target,
        arn_service=_API,
        parents=(*SCALABLE.values(),),
        referenced=True,  # as tables are, of which there are some
    ),
    Reader(
        types=(APPSCALING_POLICY,),
        listing=Ask(_API, "DescribeScalingPolicies", "ScalingPolicies"),
        targets=_namespaces,
        get_parameters=lambda id_, state: (
            _by_id(state) | {"PolicyNames": [id_], "ResourceId": state["resource_id"]}
        ),
        key=lambda item, scope: Key(
            item["PolicyARN"], item["PolicyARN"], tags={}, parent_ids=(item["ResourceId"],)
        ),
        build=_build_policy,
        arn_service=_API,
        parents=(APPSCALING_TARGET,),
        referenced=True,
    ),
    Reader(
        types=(APPSCALING_SCHEDULE,),
        listing=Ask(_API, "DescribeScheduledActions", "ScheduledActions"),
        targets=_namespaces,
        get_parameters=lambda id_, state: (
            _by_id(state)
            | {"ScheduledActionNames": [state["name"]], "ResourceId": state["resource_id"]}
        ),
        key=lambda item, scope: Key(
            _schedule_id(item),
            item["ScheduledActionARN"],
            tags={},
            parent_ids=(item["ResourceId"],),
        ),
        build=_build_schedule,
        arn_service=_API,
        parents=(APPSCALING_TARGET,),
        referenced=True,
    ),
)
