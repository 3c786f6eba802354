"""A request finds its way: to the load balancer, to the tasks of either colour, and out again."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.listeners import listener_on
from stackproof.reasoning.places import place
from stackproof.reasoning.reachability import (
    obstacles,
    obstacles_from_internet,
    obstacles_to_internet,
)

pytestmark = [pytest.mark.request_path, pytest.mark.blueprint("cicd")]


@pytest.mark.requirement("5.1", "5.3")
def test_customers_reach_the_front_door(alb: Resource, live: Stack) -> None:
    """Clients on the internet get through to the load balancer on 80, in every zone.

    A version that nobody reaches is perfectly well by all its own checks.
    """
    assert alb["internal"] is False
    assert obstacles_from_internet(place(alb, live), 80, live) == []
    assert listener_on(alb, 80, live) is not None


@pytest.mark.requirement("5.1")
def test_load_balancer_reaches_the_tasks(
    alb: Resource, service: Resource, outputs: Outputs, live: Stack
) -> None:
    """The load balancer opens the tasks' port in every subnet, and hears the answers.

    Otherwise no new version is ever found healthy, and every delivery goes back.
    """
    port = int(outputs["service_port"])
    assert obstacles(place(alb, live), place(service, live), port, live) == []


@pytest.mark.requirement("5.1")
def test_tasks_reach_what_they_are_started_from(service: Resource, live: Stack) -> None:
    """Tasks open HTTPS to the internet from every private subnet, by NAT.

    Images, logs and secrets come and go that way: without it no task starts.
    """
    assert obstacles_to_internet(place(service, live), 443, live) == []
