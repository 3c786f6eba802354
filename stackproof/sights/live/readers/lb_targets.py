"""Targets that a program registered itself, as AWS shows them.

Services and groups of instances register most targets: only what the state names is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LB_TARGET_GROUP, LB_TARGET_GROUP_ATTACHMENT

_TARGET = {"availability_zone": "AvailabilityZone", "port": "Port", "target_id": "Id"}
# What is asked for by name is in the answer, registered or not. Elastic Load Balancing API
# Reference, TargetHealth.
_NOT_THERE = "Target.NotRegistered"


def _by_id(id_: str, state: Item) -> Mapping[str, Any]:
    target = {"Id": state["target_id"], "Port": state.get("port")}
    given = {name: value for name, value in target.items() if value is not None}
    return {"TargetGroupArn": state["target_group_arn"], "Targets": [given]}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item["TargetHealth"].get("Reason") != _NOT_THERE:
        data = {"target_group_arn": item["TargetGroupArn"], **taken(item["Target"], _TARGET)}
        yield shown(scope, LB_TARGET_GROUP_ATTACHMENT, _id(item), data)


def _id(item: Item) -> str:
    return f"{item['TargetGroupArn']}-{item['Target']['Id']}"


READERS = (
    Reader(
        types=(LB_TARGET_GROUP_ATTACHMENT,),
        listing=Ask("elbv2", "DescribeTargetHealth", "TargetHealthDescriptions"),
        targets=lambda scope: (),
        get_parameters=_by_id,
        key=lambda item, scope: Key(_id(item), tags={}, parent_ids=(item["TargetGroupArn"],)),
        build=_build,
        arn_service="elasticloadbalancing",
        parents=(LB_TARGET_GROUP,),
        parent_fields=("TargetGroupArn",),
        known_by={LB_TARGET_GROUP_ATTACHMENT: ("target_group_arn", "target_id")},
    ),
)
