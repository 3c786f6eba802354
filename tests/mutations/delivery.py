"""Mutations of pipelines, builds and services that several systems have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.mutations.mutation import Aws, restated


def change_pipeline(aws: Aws, name: str, change: Callable[[dict[str, Any]], object]) -> object:
    """Change a pipeline's stages: `change` gets them by their names."""
    codepipeline = aws("codepipeline")
    found = codepipeline.get_pipeline(name=name)["pipeline"]
    change({stage["name"]: stage for stage in found["stages"]})
    return codepipeline.update_pipeline(pipeline=found)


def change_action(aws: Aws, name: str, stage: str, **configuration: str) -> object:
    """Change what one stage's first action is told."""

    def change(stages: dict[str, Any]) -> None:
        stages[stage]["actions"][0]["configuration"].update(configuration)

    return change_pipeline(aws, name, change)


def project(aws: Aws, name: str) -> dict[str, Any]:
    """Give a build project."""
    (found,) = aws("codebuild").batch_get_projects(names=[name])["projects"]
    return dict(found)


def change_project(aws: Aws, name: str, **changes: object) -> object:
    """Say a build project again, with changes."""
    return restated(aws("codebuild"), "update_project", project(aws, name), **changes)


def change_buildspec(aws: Aws, name: str, old: str, new: str) -> object:
    """Replace a part of the commands that a build runs."""
    source = project(aws, name)["source"]
    assert old in source["buildspec"], old
    return change_project(
        aws, name, source={**source, "buildspec": source["buildspec"].replace(old, new)}
    )


def change_deployment_group(aws: Aws, name: str, **changes: object) -> object:
    """Change a deployment group of CodeDeploy."""
    codedeploy = aws("codedeploy")
    for application in codedeploy.list_applications()["applications"]:
        groups = codedeploy.list_deployment_groups(applicationName=application)
        if name in groups["deploymentGroups"]:
            return codedeploy.update_deployment_group(
                applicationName=application, currentDeploymentGroupName=name, **changes
            )
    raise AssertionError(f"there is no deployment group {name}")


def change_rule(aws: Aws, arn: str, change: Callable[[dict[str, Any]], object]) -> object:
    """Change the pattern of an EventBridge rule."""
    events, name = aws("events"), arn.rpartition("/")[2]
    pattern = json.loads(events.describe_rule(Name=name)["EventPattern"])
    change(pattern)
    return events.put_rule(Name=name, EventPattern=json.dumps(pattern), State="ENABLED")


def disable_rule(aws: Aws, arn: str) -> object:
    """Switch an EventBridge rule off."""
    return aws("events").disable_rule(Name=arn.rpartition("/")[2])


def no_targets(aws: Aws, arn: str) -> object:
    """Let an EventBridge rule do nothing."""
    events, name = aws("events"), arn.rpartition("/")[2]
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    assert targets
    return events.remove_targets(Rule=name, Ids=[target["Id"] for target in targets])
