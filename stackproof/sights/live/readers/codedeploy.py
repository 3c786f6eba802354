"""Applications and deployment groups of CodeDeploy, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Batch, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import DEPLOYMENT_NAMES
from stackproof.types.tokens import CODEDEPLOY_APPLICATION, CODEDEPLOY_GROUP

# Pulumi's names where they are not AWS's in snake_case.
_FROM_AWS = {aws: pulumi for pulumi, aws in DEPLOYMENT_NAMES.items()}

_RESHAPED = frozenset({"alarm_configuration", "autoscaling_groups", "ec2_tag_sets", "ecs_service"})

_NO_APP = ("ApplicationDoesNotExistException",)
_SHOWN = frozenset(
    {
        "app_name",
        "auto_rollback_configuration",
        "blue_green_deployment_config",
        "compute_platform",
        "deployment_config_name",
        "deployment_group_id",
        "deployment_group_name",
        "deployment_style",
        "ec2_tag_filters",
        "load_balancer_info",
        "on_premises_instance_tag_filters",
        "outdated_instances_strategy",
        "service_role_arn",
        "termination_hook_enabled",
        "trigger_configurations",
    }
)


def group_properties(group: Item) -> dict[str, Any]:
    """Translate AWS's answer about a deployment group."""
    named = snake(group, _FROM_AWS)
    data = {name: value for name, value in named.items() if name in _SHOWN}
    balancer = data.get("load_balancer_info") or {}
    pairs = balancer.pop("target_group_pair_info_list", None)
    if pairs:
        balancer["target_group_pair_info"] = pairs[0]
    alarms = dict(named.get("alarm_configuration") or {})
    if "alarms" in alarms:
        alarms["alarms"] = [alarm["name"] for alarm in alarms["alarms"]]
    services = named.get("ecs_services") or [None]
    sets = (named.get("ec2_tag_set") or {}).get("ec2_tag_set_list") or ()
    return {
        **data,
        "alarm_configuration": alarms,
        "autoscaling_groups": [given["name"] for given in named.get("autoscaling_groups") or ()],
        "ec2_tag_sets": [{"ec2_tag_filters": filters} for filters in sets],
        "ecs_service": services[0],
    }


def _application_arn(item: Item, scope: Scope) -> str:
    return scope.arn("codedeploy", f"application:{item['Value']}")


def _build_application(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = _application_arn(item, scope), item["Value"]
    found = details["application"]
    if isinstance(found, Unknown):
        hidden = ("application_id", "compute_platform", "github_account_name", "linked_to_github")
        data = {"name": name, **dict.fromkeys(hidden, found), "tags": scope.tags_of(arn)}
        yield shown(scope, CODEDEPLOY_APPLICATION, arn, data, arn=arn, name=name)
    for application in found if isinstance(found, list) else ():
        data = {
            "application_id": application["applicationId"],
            "compute_platform": application.get("computePlatform", "Server"),
            "github_account_name": application.get("gitHubAccountName", ""),
            "linked_to_github": application.get("linkedToGitHub", False),
            "name": name,
            "tags": scope.tags_of(arn),
        }
        id_ = f"{application['applicationId']}:{name}"
        yield shown(scope, CODEDEPLOY_APPLICATION, id_, data, arn=arn, name=name)


def _group_path(item: Item) -> str:
    return f"{item['applicationName']}/{item['Value']}"


def _group_arn(item: Item, scope: Scope) -> str:
    return scope.arn("codedeploy", f"deploymentgroup:{_group_path(item)}")


def _groups_of(paths: Sequence[str]) -> Mapping[str, Any]:
    application = paths[0].partition("/")[0]
    names = [path.partition("/")[2] for path in paths]
    return {"applicationName": application, "deploymentGroupNames": names}


def _build_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = _group_arn(item, scope), item["Value"]
    found = details["group"]
    if isinstance(found, Unknown):
        hidden = _SHOWN | _RESHAPED
        known = {"app_name": item["applicationName"], "deployment_group_name": name}
        data = {**dict.fromkeys(hidden, found), **known, "tags": scope.tags_of(arn)}
        yield shown(scope, CODEDEPLOY_GROUP, arn, data, arn=arn, name=name)
    for group in found if isinstance(found, list) else ():
        data = {**group_properties(group), "tags": scope.tags_of(arn)}
        yield shown(scope, CODEDEPLOY_GROUP, group["deploymentGroupId"], data, arn=arn, name=name)


READERS = (
    Reader(
        types=(CODEDEPLOY_APPLICATION,),
        listing=Ask("codedeploy", "ListApplications", "applications"),
        key=lambda item, scope: Key(
            _application_arn(item, scope), _application_arn(item, scope), names=(item["Value"],)
        ),
        details={
            "application": Batch(
                Ask(
                    "codedeploy",
                    "BatchGetApplications",
                    "applicationsInfo",
                    absent=_NO_APP,
                ),
                id=lambda item: str(item["Value"]),
                parameters=lambda names: {"applicationNames": list(names)},
                about=lambda application: str(application["applicationName"]),
                size=100,
            ),
        },
        build=_build_application,
        arn_service="codedeploy",
    ),
    Reader(
        types=(CODEDEPLOY_GROUP,),
        listing=Ask("codedeploy", "ListDeploymentGroups", "deploymentGroups", absent=_NO_APP),
        targets=lambda scope: [
            {"applicationName": application.name}
            for application in scope.members[CODEDEPLOY_APPLICATION]
        ],
        get_parameters=lambda id_, state: {"applicationName": state["app_name"]},
        key=lambda item, scope: Key(
            _group_arn(item, scope),
            _group_arn(item, scope),
            parent_ids=(scope.arn("codedeploy", f"application:{item['applicationName']}"),),
        ),
        details={
            "group": Batch(
                Ask(
                    "codedeploy", "BatchGetDeploymentGroups", "deploymentGroupsInfo", absent=_NO_APP
                ),
                id=_group_path,
                parameters=_groups_of,
                about=lambda group: f"{group['applicationName']}/{group['deploymentGroupName']}",
                size=100,
                together=lambda path: path.partition("/")[0],
            )
        },
        build=_build_group,
        arn_service="codedeploy",
        parents=(CODEDEPLOY_APPLICATION,),
        parent_fields=("applicationName",),
    ),
)
