"""Batch: how jobs are run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import BATCH_JOB_DEFINITION


def _written(properties: Mapping[str, Any] | None) -> str | None:
    """Give what programs write as JSON in Batch's own words."""
    return json.dumps(properties) if properties else None


TYPES = (
    Type(
        token=BATCH_JOB_DEFINITION,
        service="batch",
        listing=Listing(
            operation="DescribeJobDefinitions",
            result="jobDefinitions",
            # Of what was deregistered nothing can be run.
            fixed={"status": "ACTIVE"},
            single={"jobDefinitions": ["{id}"]},
        ),
        id="{jobDefinitionArn}",
        arn="{jobDefinitionArn}",
        name="{jobDefinitionName}",
        names={
            "name": "jobDefinitionName",
            "container_properties": ("containerProperties", _written),
            "ecs_properties": ("ecsProperties", _written),
            "node_properties": ("nodeProperties", _written),
        },
        unread=frozenset({"arn_prefix", "deregister_on_new_revision"}),
        tags="tags",
        arn_service="batch:job-definition",
        dying=lambda definition: definition.get("status") == "INACTIVE",
    ),
)
