"""Whatever the service: its tasks have the ports that are asked for."""

from __future__ import annotations

import pytest

from stackproof.model import Stack
from stackproof.types import tokens

pytestmark = pytest.mark.request_path


@pytest.mark.types(tokens.ECS_SERVICE)
def test_containers_have_the_port_open_that_is_asked_for(live: Stack) -> None:
    """Each container maps the port that its service registers with a load balancer.

    ECS starts no task of a service whose port its container does not have.
    """
    for service in live.all(tokens.ECS_SERVICE):
        served = list(service.blocks("load_balancers"))
        if not served:
            continue
        task = live.follow_one(service, "task_definition", tokens.ECS_TASK_DEFINITION)
        assert task is not None, f"{service.name} has no task definition"
        containers = {c["name"]: c for c in task.document("container_definitions")}
        for of in served:
            container = containers.get(of["container_name"])
            assert container is not None, f"{service.name} has no {of['container_name']}"
            ports = {int(m["containerPort"]) for m in container.get("portMappings") or ()}
            assert int(of["container_port"]) in ports, f"{service.name}: {of['container_port']}"
