"""What leads to a target group, and what registers targets with it, in every way to say so."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.target_groups import (
    Registration,
    balancers,
    leads,
    partners,
    registrations,
    sends,
)
from stackproof.types import tokens as t


def made(type_: str, name: str, /, **data: Any) -> Resource:
    return Resource(data, type=type_, name=name, id=name, arn=f"arn:{name}")


GROUP = made(t.LB_TARGET_GROUP, "blue", name="blue")
OTHER = made(t.LB_TARGET_GROUP, "green", name="green")
SERVICE = made(
    t.ECS_SERVICE, "api", load_balancers=[{"target_group_arn": "arn:blue", "container_port": 8080}]
)
FLEET = made(t.AUTOSCALING_GROUP, "web", target_group_arns=[])
HOST = made(t.EC2_INSTANCE, "i-1")
DOOR = made(t.LB, "door")
FUNCTION = made(t.LAMBDA_FUNCTION, "answers")


def stack_of(*resources: Resource) -> Stack:
    return Stack([GROUP, OTHER, *resources], Sight.LIVE)


def attached(target: str, **more: Any) -> Resource:
    facts = {"target_group_arn": "arn:blue", "target_id": target, **more}
    return made(t.LB_TARGET_GROUP_ATTACHMENT, "attached", **facts)


PAIR = {"target_group_pair_info": {"target_groups": [{"name": "blue"}, {"name": "green"}]}}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([SERVICE], Registration(SERVICE, 8080)),
        ([fleet := made(t.AUTOSCALING_GROUP, "a", target_group_arns=["arn:blue"])],
         Registration(fleet)),
        ([fleet := made(t.AUTOSCALING_GROUP, "a", traffic_sources=[{"identifier": "arn:blue"}])],
         Registration(fleet)),
        ([FLEET, made(t.AUTOSCALING_ATTACHMENT, "j", autoscaling_group_name="web",
                      lb_target_group_arn="arn:blue")], Registration(FLEET)),
        ([FLEET, made(t.AUTOSCALING_TRAFFIC_SOURCE, "j", autoscaling_group_name="web",
                      traffic_source={"identifier": "arn:blue"})], Registration(FLEET)),
        ([HOST, attached("i-1", port=81)], Registration(HOST, 81)),
        ([DOOR, attached("arn:door")], Registration(DOOR)),
        ([FUNCTION, attached("arn:answers")], Registration(FUNCTION)),
    ],
)  # fmt: skip
def test_targets_are_registered_in_many_ways(
    resources: list[Resource], expected: Registration
) -> None:
    assert [*registrations(GROUP, stack_of(*resources))] == [expected]


def test_an_address_that_is_nobodys_here_is_unknown() -> None:
    (found,) = registrations(GROUP, stack_of(attached("10.0.0.9")))
    assert found == Unknown(Cause.NOT_IN_STACK, "target_id", "10.0.0.9")


def test_the_second_group_of_a_deployment_gets_the_same_targets() -> None:
    deployment = made(
        t.CODEDEPLOY_GROUP,
        "deployments",
        ecs_service={"service_name": "api"},
        load_balancer_info=PAIR,
    )
    stack = stack_of(SERVICE, deployment)
    assert [*registrations(OTHER, stack)] == [Registration(SERVICE, 8080)]
    assert OTHER in [*partners(GROUP, stack)]
    assert GROUP in [*partners(OTHER, stack)]


def test_a_service_says_itself_which_group_is_its_second() -> None:
    both = {"target_group_arn": "arn:blue", "container_port": 8080}
    both["advanced_configuration"] = {"alternate_target_group_arn": "arn:green"}
    service = made(t.ECS_SERVICE, "api", load_balancers=[both])
    stack = stack_of(service)
    assert [*registrations(OTHER, stack)] == [Registration(service, 8080)]
    assert [*partners(GROUP, stack)] == [OTHER]
    assert [*partners(OTHER, stack)] == [GROUP]


def test_a_service_of_two_ports_registers_each_with_its_own_group() -> None:
    two = [
        {"target_group_arn": "arn:blue", "container_port": 80},
        {"target_group_arn": "arn:green", "container_port": 81},
    ]
    service = made(t.ECS_SERVICE, "api", load_balancers=two)
    assert [*registrations(OTHER, stack_of(service))] == [Registration(service, 81)]


def lead(**action: Any) -> Resource:
    return made(t.LB_LISTENER, "lead", load_balancer_arn="arn:door", default_actions=[action])


def shares(**weights: int | None) -> Resource:
    groups = [{"arn": f"arn:{name}", "weight": weight} for name, weight in weights.items()]
    return lead(type="forward", forward={"target_groups": groups})


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        (lead(type="forward", target_group_arn="arn:blue"), True),
        (lead(type="forward", target_group_arn="arn:green"), False),
        (lead(type="fixed-response"), False),
        (shares(blue=1, green=0), True),
        (shares(blue=0, green=1), False),
        (shares(blue=None), True),
        (shares(green=1), False),
    ],
)
def test_a_weight_of_nothing_sends_nothing(holder: Resource, expected: bool) -> None:
    assert sends(holder, GROUP) is expected


def test_shares_of_groups_that_are_not_known_yet_are_not_guessed() -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)

    def shared(*weights: int) -> Resource:
        groups = [{"arn": hidden, "weight": weight} for weight in weights]
        return lead(type="forward", forward={"target_groups": groups})

    assert sends(shared(1, 2), GROUP)
    assert not sends(shared(0, 0), GROUP)
    assert sends(shared(1, 0))
    with pytest.raises(UnresolvedError):
        sends(shared(1, 0), GROUP)


def test_a_group_is_behind_the_load_balancer_of_its_rule() -> None:
    listener = lead(type="fixed-response")
    rule = made(
        t.LB_LISTENER_RULE,
        "rule",
        listener_arn="arn:lead",
        actions=[{"type": "forward", "target_group_arn": "arn:blue"}],
    )
    stack = stack_of(DOOR, listener, rule)
    assert [*leads(GROUP, stack)] == [rule]
    assert [*balancers(GROUP, stack)] == [DOOR]
    elsewhere = stack_of(rule)
    (found,) = balancers(GROUP, elsewhere)
    assert isinstance(found, Unknown)
