"""Whatever the service: its container starts its own program, with as little as that takes."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.scenarios import test_containers as general
from stackproof.types import tokens

pytestmark = [
    pytest.mark.security,
    pytest.mark.blueprint("nova", "scalepayments", "cicd"),
]

Served = tuple[Resource, dict[str, Any], int]


@pytest.fixture(scope="session")
def served(live: Stack) -> list[Served]:
    """Give each container that a load balancer leads to, with its service and its port."""
    found: list[Served] = []
    for service in live.all(tokens.ECS_SERVICE):
        task = live.follow_one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
        assert task is not None
        containers = {c["name"]: c for c in task.document("container_definitions")}
        found += [
            (service, containers[of["container_name"]], int(of["container_port"]))
            for of in service.blocks("load_balancers")
        ]
    assert found
    return found


@pytest.mark.requirement("1.6", "3.15", "5.2")
def test_containers_have_no_power_over_their_host(served: list[Served]) -> None:
    """A container runs as a plain user, without privileges, and can't write to its own files.

    Whoever breaks into it can then neither change the program nor leave the container.
    """
    for service, container, _ in served:
        user = str(container.get("user") or "root").partition(":")[0]
        assert user not in ("0", "root"), service.name
        assert not container.get("privileged"), service.name
        assert container.get("readonlyRootFilesystem") is True, service.name


@pytest.mark.requirement("1.6", "3.16", "5.2")
def test_the_image_starts_its_own_program(served: list[Served]) -> None:
    """No task puts another entry point before the command that the program gave.

    The same image with the same command then runs something that nobody reviewed.
    """
    for service, container, _ in served:
        assert not container.get("entryPoint"), service.name


test_containers_have_the_port_open_that_is_asked_for = pytest.mark.requirement(
    "1.6", "3.16", "5.2"
)(general.test_containers_have_the_port_open_that_is_asked_for)
