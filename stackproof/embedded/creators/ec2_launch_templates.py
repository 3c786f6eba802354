"""EC2: launch templates."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    physical_name,
    tag_list,
)

_RENAME = {
    "ipv4_addresses": "PrivateIpAddresses",
    "security_group_names": "SecurityGroups",
    "security_groups": "Groups",
    "vpc_security_group_ids": "SecurityGroupIds",
}
# What is said of the template, not of a version of it.
_OWN = {"default_version", "description", "name", "name_prefix", "tags", "update_default_version"}


@creator
class LaunchTemplate(Creator):
    """A launch template; each change of what it launches makes a version."""

    type = "aws:ec2/launchTemplate:LaunchTemplate"
    replace_on = frozenset({"name", "name_prefix"})
    auto_name = "name"
    auto_name_limit = 125

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the template with its first version."""
        name = physical_name(inputs, limit=125)
        made = aws.client("ec2").create_launch_template(
            LaunchTemplateName=name,
            **_version(aws, "create_launch_template", inputs),
            **tag_specifications("launch-template", inputs),
        )
        return Created(made["LaunchTemplate"]["LaunchTemplateId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Make a new version of what changed, and choose the one that counts."""
        ec2 = aws.client("ec2")
        latest = old["latest_version"]
        operation = "create_launch_template_version"
        request = _version(aws, operation, new)
        if request != _version(aws, operation, old):
            made = ec2.create_launch_template_version(LaunchTemplateId=id_, **request)
            latest = made["LaunchTemplateVersion"]["VersionNumber"]
        wanted = latest if new.get("update_default_version") else new.get("default_version")
        if wanted is not None and wanted != old.get("default_version"):
            ec2.modify_launch_template(LaunchTemplateId=id_, DefaultVersion=str(int(wanted)))
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the template with all versions."""
        with already_gone():
            aws.client("ec2").delete_launch_template(LaunchTemplateId=id_)


def _version(aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
    data = {key: value for key, value in inputs.items() if key not in _OWN}
    data["tag_specifications"] = [
        {**tagged, "tags": tag_list(tagged.get("tags"))}
        for tagged in inputs.get("tag_specifications") or ()
    ]
    data["network_interfaces"] = [
        {
            **interface,
            "ipv4_addresses": [
                {"private_ip_address": address, "primary": index == 0}
                for index, address in enumerate(interface.get("ipv4_addresses") or ())
            ],
            "ipv6_addresses": [
                {"ipv6_address": address} for address in interface.get("ipv6_addresses") or ()
            ],
        }
        for interface in inputs.get("network_interfaces") or ()
    ]
    full = {key: value for key, value in data.items() if value not in (None, [], {})}
    request = parameters(aws, "ec2", operation, {"launch_template_data": full}, rename=_RENAME)
    description = inputs.get("description")
    return request | ({"VersionDescription": description} if description else {})
