"""A service's scalable target is found by its name, or by dependency while names are unknown."""

from __future__ import annotations

from typing import Any

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.reasoning.scaling import policies, targets
from stackproof.types.tokens import APPSCALING_POLICY, APPSCALING_TARGET, ECS_CLUSTER, ECS_SERVICE

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
CLUSTER = Resource({"name": "main"}, type=ECS_CLUSTER, name="cluster", id="arn:x:cluster/main")
SERVICE = Resource(
    {"name": "api", "cluster": "arn:x:cluster/main"}, type=ECS_SERVICE, urn="urn:api"
)


def target(resource_id: Any, *urns: str) -> Resource:
    references = {"resource_id": urns} if urns else {}
    data = {"resource_id": resource_id}
    return Resource(data, type=APPSCALING_TARGET, name="t", urn="urn:t", references=references)


def of(*more: Resource) -> list[Resource | Unknown]:
    return list(targets(SERVICE, Stack([CLUSTER, SERVICE, *more], Sight.LIVE)))


def test_target_that_names_the_service_is_its_own() -> None:
    own = target("service/main/api")
    assert of(own) == [own]


def test_service_of_the_same_name_in_another_cluster_is_another() -> None:
    assert of(target("service/other/api"), target("service/main/payment")) == []


def test_target_with_a_name_to_come_is_found_through_its_urn() -> None:
    own = target(HIDDEN, "urn:api")
    assert of(own, target(HIDDEN, "urn:payment")) == [own]


def test_target_that_may_be_anybodys_is_unknown() -> None:
    assert [type(found) for found in of(target(HIDDEN))] == [Unknown]


def test_policy_follows_its_target_by_name_or_by_urn() -> None:
    named = Resource({"resource_id": "service/main/api"}, type=APPSCALING_POLICY, name="cpu")
    later = Resource(
        {"resource_id": HIDDEN},
        type=APPSCALING_POLICY,
        name="cpu",
        references={"resource_id": ("urn:t",)},
    )
    stack = Stack([named, later], Sight.DECLARED)
    assert list(policies(target("service/main/api"), stack)) == [named, later]
    assert list(policies(target("service/main/other"), Stack([named], Sight.LIVE))) == []
