"""All mutations, by the deployments that they share."""

from __future__ import annotations

from tests.mutations import serverless, tap
from tests.mutations.mutation import Group

GROUPS: tuple[Group, ...] = (*tap.GROUPS, *serverless.GROUPS)
