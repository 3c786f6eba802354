"""Build projects, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, shown
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import BUILD_PROJECT_NAMES
from stackproof.types.tokens import CODEBUILD_PROJECT

# Pulumi's names where they are not AWS's in snake_case.
_FROM_AWS = {aws: pulumi for pulumi, aws in BUILD_PROJECT_NAMES.items()}

_AT_ONCE = 100  # BatchGetProjects
_SHOWN = frozenset(
    {
        "artifacts",
        "auto_retry_limit",
        "build_batch_config",
        "build_timeout",
        "cache",
        "concurrent_build_limit",
        "description",
        "encryption_key",
        "environment",
        "file_system_locations",
        "logs_config",
        "name",
        "project_visibility",
        "public_project_alias",
        "queued_timeout",
        "resource_access_role",
        "secondary_artifacts",
        "secondary_source_versions",
        "secondary_sources",
        "service_role",
        "source",
        "source_version",
        "vpc_config",
    }
)


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Projects are known by their ARNs (tags, outputs, what starts them).
    arns = scope.named(rf"arn:[^:]+:codebuild:{scope.region}:{scope.account}:project/[^:]+")
    for some in chunks(arns, _AT_ONCE):
        yield {"names": some}


def project_properties(project: Item) -> dict[str, Any]:
    """Translate AWS's answer about a project, its ARN and tags left out."""
    named = snake({k: v for k, v in project.items() if k not in ("badge", "tags")}, _FROM_AWS)
    badge = project.get("badge") or {}
    return {
        **{name: value for name, value in named.items() if name in _SHOWN},
        "badge_enabled": badge.get("badgeEnabled", False),
        "badge_url": badge.get("badgeRequestUrl", ""),
    }


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["arn"]
    group = ((item.get("logsConfig") or {}).get("cloudWatchLogs") or {}).get("groupName")
    if group:
        scope.learn({scope.arn("logs", f"log-group:{group}")})
    data = {**project_properties(item), "tags": tag_map(item.get("tags"), "key", "value")}
    yield shown(scope, CODEBUILD_PROJECT, arn, data, arn=arn, name=item["name"])


READERS = (
    Reader(
        types=(CODEBUILD_PROJECT,),
        listing=Ask("codebuild", "BatchGetProjects", "projects"),
        targets=_targets,
        get_parameters=lambda id_, state: {"names": [id_]},
        key=lambda item, scope: Key(
            item["arn"], item["arn"], tags=tag_map(item.get("tags"), "key", "value")
        ),
        build=_build,
        arn_service="codebuild",
        referenced=True,
    ),
)
