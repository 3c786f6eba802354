"""EC2: long lists of launch templates, their tags, and what a version holds."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses

_ALL = 10_000


@postprocesses("ec2", "CreateLaunchTemplate")
def create_template(call: Call, answer: dict[str, Any]) -> None:
    """Keep the tags of the template itself out of what it tags at launch.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
    """
    template = call.backend("ec2").launch_templates[answer["LaunchTemplate"]["LaunchTemplateId"]]
    data = template.default_version().data
    kept = [s for s in data.get("TagSpecifications", ()) if s["ResourceType"] != "launch-template"]
    data["TagSpecifications"] = kept


@postprocesses("ec2", "CreateLaunchTemplateVersion")
def create_version(call: Call, answer: dict[str, Any]) -> None:
    """Let instances be launched from a later version that has user data.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
    """
    from moto.ec2.utils import parse_user_data

    made = answer["LaunchTemplateVersion"]
    template = call.backend("ec2").launch_templates[made["LaunchTemplateId"]]
    data = template.get_version(made["VersionNumber"]).data
    data["UserData"] = parse_user_data(data.get("UserData"))


@postprocesses("ec2", "DescribeLaunchTemplates")
def list_templates(call: Call, answer: dict[str, Any]) -> None:
    """List every template, with the tags it has now; moto stops at fifteen.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html
    """
    params = call.params
    found = call.backend("ec2").describe_launch_templates(
        template_names=params.get("LaunchTemplateNames", []),
        template_ids=params.get("LaunchTemplateIds", []),
        filters={item["Name"]: item["Values"] for item in params.get("Filters", ())},
    )
    answer["LaunchTemplates"] = [
        {
            "CreateTime": template.create_time,
            "CreatedBy": f"arn:aws:iam::{call.account}:root",
            "DefaultVersionNumber": template.default_version_number,
            "LatestVersionNumber": template.latest_version_number,
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Tags": template.get_tags(),
        }
        for template in found
    ]


@postprocesses("ec2", "DescribeLaunchTemplateVersions")
def list_versions(call: Call, answer: dict[str, Any]) -> None:
    """List every version; moto stops at fifteen.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
    """
    params = call.params
    found = call.backend("ec2").describe_launch_template_versions(
        template_name=params.get("LaunchTemplateName"),
        template_id=params.get("LaunchTemplateId"),
        versions=params.get("Versions", []),
        min_version=int(params.get("MinVersion", 0)),
        max_version=int(params.get("MaxVersion", 0)),
        max_results=_ALL,
    )
    answer["LaunchTemplateVersions"] = [
        {
            "CreateTime": version.create_time,
            "CreatedBy": f"arn:aws:iam::{call.account}:root",
            "DefaultVersion": template.is_default(version),
            "LaunchTemplateData": version.data,
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "VersionDescription": version.description,
            "VersionNumber": version.number,
        }
        for template, version in found
    ]
