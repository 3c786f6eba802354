"""CodeDeploy: applications and deployment groups."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.aws_names import DEPLOYMENT_NAMES

# AWS leaves unchanged what an update doesn't mention: these take a setting away.
_CLEARED: dict[str, Any] = {
    "alarm_configuration": {"alarms": [], "enabled": False},
    "auto_rollback_configuration": {"enabled": False, "events": []},
    "autoscaling_groups": [],
    "ec2_tag_filters": [],
    "ec2_tag_sets": [],
    "on_premises_instance_tag_filters": [],
    "trigger_configurations": [],
}


table(
    Plain(
        type="aws:codedeploy/application:Application",
        service="codedeploy",
        create=Call("create_application", {"name": "application_name"}),
        outputs={"application_id": "applicationId"},
        id="{application_id}:{name}",
        delete=Call("delete_application", {"name": "application_name"}),
        tagged="arn",
        replace_on=frozenset({"compute_platform", "name"}),
        defaults={"compute_platform": "Server"},
        auto_name="name",
        auto_name_limit=100,
    )
)


@creator
class DeploymentGroup(Creator):
    """Where and how an application is deployed."""

    type = "aws:codedeploy/deploymentGroup:DeploymentGroup"
    # The ARN holds the name, so a new name makes a new group here.
    replace_on = frozenset({"app_name", "deployment_group_name"})
    defaults: ClassVar[Properties] = {
        "deployment_config_name": "CodeDeployDefault.OneAtATime",
        "outdated_instances_strategy": "UPDATE",
        "termination_hook_enabled": False,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group."""
        made = aws.client("codedeploy").create_deployment_group(
            **self._request(aws, "create_deployment_group", inputs),
            tags=tag_list(inputs.get("tags")),
        )
        return Created(made["deploymentGroupId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change whatever differs."""
        gone = {name: empty for name, empty in _CLEARED.items() if old.get(name)}
        request = self._request(aws, "update_deployment_group", {**gone, **new})
        request["currentDeploymentGroupName"] = old["deployment_group_name"]
        aws.client("codedeploy").update_deployment_group(**request)
        retag(aws, "codedeploy", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone("ApplicationDoesNotExistException"):
            aws.client("codedeploy").delete_deployment_group(
                applicationName=state["app_name"],
                deploymentGroupName=state["deployment_group_name"],
            )

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        given: dict[str, Any] = {**inputs}
        alarms = given.get("alarm_configuration")
        if alarms:
            named = [{"name": name} for name in alarms.get("alarms") or ()]
            given["alarm_configuration"] = {**alarms, "alarms": named}
        if "ec2_tag_sets" in given:
            sets = [tag_set["ec2_tag_filters"] for tag_set in given["ec2_tag_sets"]]
            given["ec2_tag_set"] = {"ec2_tag_set_list": sets}
        if "ecs_service" in given:
            given["ecs_services"] = [given["ecs_service"]]
        rename = {**DEPLOYMENT_NAMES, "target_group_pair_info": "target_group_pair_info_list"}
        return parameters(aws, "codedeploy", operation, given, rename=rename, omit=["tags"])
