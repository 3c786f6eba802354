"""CodeDeploy: alarms of deployment groups, many groups at once, changes and deletions."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches

# moto's names where they are not AWS's in snake_case.
_CHANGEABLE = {
    "alarmConfiguration": "alarm_configuration",
    "autoRollbackConfiguration": "auto_rollback_configuration",
    "autoScalingGroups": "auto_scaling_groups",
    "blueGreenDeploymentConfiguration": "blue_green_deployment_configuration",
    "deploymentConfigName": "deployment_config_name",
    "deploymentStyle": "deployment_style",
    "ec2TagFilters": "ec2_tag_filters",
    "ec2TagSet": "ec2_tag_set",
    "ecsServices": "ecs_services",
    "loadBalancerInfo": "load_balancer_info",
    "onPremisesInstanceTagFilters": "on_premises_instance_tag_filters",
    "onPremisesTagSet": "on_premises_tag_set",
    "outdatedInstancesStrategy": "outdated_instances_strategy",
    "serviceRoleArn": "service_role_arn",
    "terminationHookEnabled": "termination_hook_enabled",
    "triggerConfigurations": "trigger_configurations",
}


@patches("codedeploy")
def show_whole_groups() -> None:
    """Answer with the alarms that stop a deployment, and with Auto Scaling groups in their shape.

    AWS: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentGroupInfo.html
    """
    from moto.codedeploy import responses

    moto: Any = responses
    original = moto._deployment_group_info

    def whole(group: Any) -> dict[str, Any]:
        return {
            **original(group),
            "alarmConfiguration": group.alarm_configuration or {},
            "autoScalingGroups": [{"name": name} for name in group.auto_scaling_groups],
        }

    moto._deployment_group_info = whole


@handles("codedeploy", "BatchGetDeploymentGroups")
def batch_get(call: Call) -> dict[str, Any]:
    """Show the groups of these names.

    AWS: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentGroups.html
    """
    from moto.codedeploy import responses

    there = _groups(call)
    names = call.params["deploymentGroupNames"]
    shown = [responses._deployment_group_info(there[name]) for name in names if name in there]
    return {"deploymentGroupsInfo": shown}


@handles("codedeploy", "UpdateDeploymentGroup")
def update(call: Call) -> dict[str, Any]:
    """Change the settings that are mentioned.

    AWS: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_UpdateDeploymentGroup.html
    """
    name = call.params["currentDeploymentGroupName"]
    group = _groups(call).get(name)
    if group is None:
        raise AwsError("DeploymentGroupDoesNotExistException", f"No deployment group {name}.", 400)
    for member, attribute in _CHANGEABLE.items():
        if member in call.params:
            setattr(group, attribute, call.params[member])
    return {"hooksNotCleanedUp": []}


@handles("codedeploy", "DeleteDeploymentGroup")
def delete_group(call: Call) -> dict[str, Any]:
    """Delete a group; one that is not there is no error.

    AWS: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteDeploymentGroup.html
    """
    application, group = call.params["applicationName"], call.params["deploymentGroupName"]
    if _groups(call).pop(group, None) is not None:
        backend = call.backend("codedeploy")
        arn = backend._deployment_group_arn(application, group)
        backend.tagger.delete_all_tags_for_resource(arn)
    return {"hooksNotCleanedUp": []}


@handles("codedeploy", "DeleteApplication")
def delete_application(call: Call) -> None:
    """Delete an application with its groups; one that is not there is no error.

    AWS: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteApplication.html
    """
    name, backend = call.params["applicationName"], call.backend("codedeploy")
    for group in backend.deployment_groups.pop(name, {}):
        backend.tagger.delete_all_tags_for_resource(backend._deployment_group_arn(name, group))
    if backend.applications.pop(name, None) is not None:
        backend.tagger.delete_all_tags_for_resource(backend._application_arn(name))


def _groups(call: Call) -> dict[str, Any]:
    name, backend = call.params["applicationName"], call.backend("codedeploy")
    if name not in backend.applications:
        raise AwsError("ApplicationDoesNotExistException", f"No application found: {name}", 400)
    groups: dict[str, Any] = backend.deployment_groups.setdefault(name, {})
    return groups
