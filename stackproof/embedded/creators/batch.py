"""Batch: compute environments, job queues and job definitions."""

from __future__ import annotations

import json
from typing import Any

from stackproof.embedded.frame.base import Properties
from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.names import to_camel

_ENVIRONMENT = {"name": "compute_environment_name", "ec2_configurations": "ec2_configuration"}
_ORDER = {"compute_environment_orders": "compute_environment_order"}

_WRITTEN = ("container_properties", "ecs_properties", "node_properties")


def _container(given: Any) -> Any:
    """Give what a container is like, which programs write as JSON in Batch's own words."""
    return json.loads(given) if isinstance(given, str) else given


def _environment_shown(name: str) -> str:
    return f"computeEnvironments.0.{to_camel(name)}"


def _order(given: Any) -> list[Properties]:
    """Give the environments of a queue in the order in which they are tried."""
    return sorted(given, key=lambda queue: int(queue["order"]))


table(
    Plain(
        type="aws:batch/computeEnvironment:ComputeEnvironment",
        service="batch",
        create=Call("create_compute_environment", _ENVIRONMENT),
        update=Call("update_compute_environment", {"id": "compute_environment"}),
        outputs={"arn": "computeEnvironmentArn"},
        read=Call("describe_compute_environments", {"id": "compute_environments"}),
        shown={
            name: _environment_shown(name)
            for name in ("ecs_cluster_arn", "service_role", "state", "status", "status_reason")
        },
        id="{name}",
        delete=Call("delete_compute_environment", {"id": "compute_environment"}),
        gone=("ClientException",),
        tagged="arn",
        replace_on=frozenset({"name", "name_prefix", "type", "eks_configuration"}),
        defaults={"state": "ENABLED"},
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:batch/jobQueue:JobQueue",
        service="batch",
        create=Call("create_job_queue", {**_ORDER, "name": "job_queue_name"}),
        update=Call("update_job_queue", {**_ORDER, "id": "job_queue"}),
        outputs={"arn": "jobQueueArn"},
        id="{arn}",
        delete=Call("delete_job_queue", {"id": "job_queue"}),
        shapes={"compute_environment_orders": _order},
        gone=("ClientException",),
        tagged="arn",
        replace_on=frozenset({"name"}),
        auto_name="name",
        auto_name_limit=128,
    ),
    Plain(
        type="aws:batch/jobDefinition:JobDefinition",
        service="batch",
        create=Call("register_job_definition", {"name": "job_definition_name"}),
        outputs={"arn": "jobDefinitionArn", "revision": "revision"},
        id="{arn}",
        delete=Call("deregister_job_definition", {"id": "job_definition"}),
        shapes=dict.fromkeys(
            ("container_properties", "ecs_properties", "node_properties"), _container
        ),
        apart=frozenset({"deregister_on_new_revision"}),
        gone=("ClientException",),
        tagged="arn",
        replace_on=frozenset(
            {
                "container_properties",
                "ecs_properties",
                "eks_properties",
                "name",
                "node_properties",
                "parameters",
                "platform_capabilities",
                "propagate_tags",
                "retry_strategy",
                "scheduling_priority",
                "timeout",
                "type",
            }
        ),
        auto_name="name",
        auto_name_limit=128,
    ),
)
