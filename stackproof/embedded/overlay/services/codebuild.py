"""CodeBuild: projects of a pipeline, what moto drops of a project, and changed projects."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches, postprocesses

_DEFAULTS = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480}  # minutes
_PLACELESS = ("CODEPIPELINE", "NO_SOURCE")


@patches("codebuild")
def take_what_a_pipeline_brings() -> None:
    """Demand no location where the pipeline says it, or where there is no source.

    AWS: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html
    """
    from moto.codebuild import responses

    moto: Any = responses
    for check in ("_validate_required_params_source", "_validate_required_params_artifacts"):
        setattr(moto, check, _unless_placeless(getattr(moto, check)))


def _unless_placeless(original: Any) -> Any:
    def check(given: Mapping[str, Any]) -> None:
        if given["type"] not in _PLACELESS:
            original(given)

    return check


@postprocesses("codebuild", "CreateProject")
def create(call: Call, answer: dict[str, Any]) -> None:
    """Keep every setting of the project.

    AWS: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
    """
    metadata = _project(call, call.params["name"]).project_metadata
    metadata["projectVisibility"] = "PRIVATE"
    _set(call, metadata, {**_DEFAULTS, **call.params})
    answer["project"] = metadata


@handles("codebuild", "UpdateProject")
def update(call: Call) -> dict[str, Any]:
    """Change the settings that are mentioned.

    AWS: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html
    """
    project = _project(call, call.params["name"])
    _set(call, project.project_metadata, call.params)
    project.service_role = project.project_metadata["serviceRole"]
    return {"project": project.project_metadata}


@handles("codebuild", "UpdateProjectVisibility")
def show_to(call: Call) -> dict[str, Any]:
    """Show a project's builds to everybody, or to nobody else.

    AWS: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProjectVisibility.html
    """
    metadata = _project(call, call.params["projectArn"].rpartition("/")[2]).project_metadata
    names = ("projectVisibility", "resourceAccessRole")
    metadata.update({name: call.params[name] for name in names if name in call.params})
    return {"projectArn": metadata["arn"], "projectVisibility": metadata["projectVisibility"]}


def _set(call: Call, metadata: dict[str, Any], params: Mapping[str, Any]) -> None:
    metadata.update({key: value for key, value in params.items() if key != "badgeEnabled"})
    if metadata.get("concurrentBuildLimit") == -1:  # AWS's word for no limit
        del metadata["concurrentBuildLimit"]
    if "badgeEnabled" in params:
        metadata["badge"] = {"badgeEnabled": params["badgeEnabled"]}
        if params["badgeEnabled"]:
            url = f"https://codebuild.{call.region}.amazonaws.com/badges?uuid={metadata['name']}"
            metadata["badge"]["badgeRequestUrl"] = url
    environment = metadata["environment"]
    environment.setdefault("imagePullCredentialsType", "CODEBUILD")
    environment.setdefault("privilegedMode", False)
    for variable in environment.setdefault("environmentVariables", []):
        variable.setdefault("type", "PLAINTEXT")
    metadata["lastModified"] = time.time()


def _project(call: Call, name: str) -> Any:
    project = call.backend("codebuild").codebuild_projects.get(name)
    if project is None:
        raise AwsError("ResourceNotFoundException", f"Project cannot be found: {name}", 400)
    return project
