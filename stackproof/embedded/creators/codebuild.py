"""CodeBuild: build projects."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_list,
)
from stackproof.types.aws_names import BUILD_PROJECT_NAMES

# AWS leaves unchanged what an update doesn't mention: these take a setting away.
_CLEARED: dict[str, Any] = {
    "cache": {"type": "NO_CACHE"},
    "concurrent_build_limit": -1,
    "description": "",
    "file_system_locations": [],
    "logs_config": {},
    "secondary_artifacts": [],
    "secondary_source_versions": [],
    "secondary_sources": [],
    "source_version": "",
    "vpc_config": {},
}


@creator
class Project(Creator):
    """A build project."""

    type = "aws:codebuild/project:Project"
    replace_on = frozenset({"name"})
    auto_name = "name"
    auto_name_limit = 255
    defaults: ClassVar[Properties] = {
        "badge_enabled": False,
        "build_timeout": 60,
        "project_visibility": "PRIVATE",
        "queued_timeout": 480,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the project."""
        codebuild = aws.client("codebuild")
        request = self._request(aws, "create_project", inputs)
        arn = codebuild.create_project(**request)["project"]["arn"]
        if inputs["project_visibility"] != "PRIVATE":
            self._show_to(aws, arn, inputs)
        return Created(arn)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change whatever differs."""
        gone = {name: empty for name, empty in _CLEARED.items() if old.get(name)}
        request = self._request(aws, "update_project", {**gone, **new})
        aws.client("codebuild").update_project(**request)
        if changed(old, new, "project_visibility", "resource_access_role"):
            self._show_to(aws, id_, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the project."""
        with already_gone():
            aws.client("codebuild").delete_project(name=state["name"])

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        request = parameters(
            aws, "codebuild", operation, inputs, rename=BUILD_PROJECT_NAMES, omit=["tags"]
        )
        return {**request, "tags": tag_list(inputs.get("tags"), "key", "value")}

    def _show_to(self, aws: Cloud, arn: str, inputs: Properties) -> None:
        request = parameters(aws, "codebuild", "update_project_visibility", inputs)
        aws.client("codebuild").update_project_visibility(**request, projectArn=arn)
