"""Launch templates, as AWS shows them: what their latest version says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown
from stackproof.sights.live.ec2 import Parameters, known_ids
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import LAUNCH_TEMPLATE

_RENAME = {
    "security_group_ids": "vpc_security_group_ids",
    "security_groups": "security_group_names",
}
# What the AWS provider writes as text, to tell "no" from "not set".
_TEXT = {
    "associate_carrier_ip_address",
    "associate_public_ip_address",
    "delete_on_termination",
    "ebs_optimized",
    "encrypted",
    "primary_ipv6",
}
# What makes a version, and so is unknown when versions could not be seen.
_HIDDEN = (
    "block_device_mappings",
    "capacity_reservation_specification",
    "cpu_options",
    "credit_specification",
    "description",
    "disable_api_stop",
    "disable_api_termination",
    "ebs_optimized",
    "enclave_options",
    "hibernation_options",
    "iam_instance_profile",
    "image_id",
    "instance_initiated_shutdown_behavior",
    "instance_market_options",
    "instance_requirements",
    "instance_type",
    "kernel_id",
    "key_name",
    "license_specifications",
    "maintenance_options",
    "metadata_options",
    "monitoring",
    "network_interfaces",
    "network_performance_options",
    "placement",
    "private_dns_name_options",
    "ram_disk_id",
    "secondary_interfaces",
    "security_group_names",
    "tag_specifications",
    "user_data",
    "vpc_security_group_ids",
)


def version_properties(version: Item) -> dict[str, Any]:
    """Translate what DescribeLaunchTemplateVersions says of one version."""
    data = _as_text(snake(version["LaunchTemplateData"], _RENAME))
    for interface in data.get("network_interfaces", ()):
        if "groups" in interface:
            interface["security_groups"] = interface.pop("groups")
        for family in ("ipv4", "ipv6"):
            _addresses(interface, family)
    for tagged in data.get("tag_specifications", ()):
        tagged["tags"] = {tag["key"]: tag["value"] for tag in tagged.get("tags", ())}
    return {**data, "description": version.get("VersionDescription") or ""}


def _addresses(interface: dict[str, Any], family: str) -> None:
    private = interface.pop("private_ip_addresses", ()) if family == "ipv4" else ()
    listed = private or interface.pop(f"{family}_addresses", ())
    key = "private_ip_address" if family == "ipv4" else "ipv6_address"
    if listed:
        interface[f"{family}_addresses"] = [address[key] for address in listed]


def _as_text(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _as_text(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value).lower() if name in _TEXT and isinstance(value, bool) else value


def _all_if_any(scope: Scope) -> Iterable[Parameters]:
    """Ask for the list where a template is known: an id that is gone fails a call by ids."""
    return ({},) if scope.blind or known_ids(scope, "launch-template", "lt") else ()


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_, versions = item["LaunchTemplateId"], details["versions"]
    data = {
        "default_version": item["DefaultVersionNumber"],
        "latest_version": item["LatestVersionNumber"],
        "name": item["LaunchTemplateName"],
        "tags": own_tags(item.get("Tags")),
    }
    if isinstance(versions, Unknown):
        data |= dict.fromkeys(_HIDDEN, versions)
    else:
        for version in versions or ():
            if version["LaunchTemplateId"] == id_:
                data |= version_properties(version)
    arn = scope.arn("ec2", f"launch-template/{id_}")
    yield shown(scope, LAUNCH_TEMPLATE, id_, data, arn=arn, name=item["LaunchTemplateName"])


READERS = (
    Reader(
        types=(LAUNCH_TEMPLATE,),
        listing=Ask("ec2", "DescribeLaunchTemplates", "LaunchTemplates"),
        targets=_all_if_any,
        get_parameters=lambda id_, state: {"LaunchTemplateIds": [id_]},
        key=lambda item, scope: Key(
            item["LaunchTemplateId"],
            scope.arn("ec2", f"launch-template/{item['LaunchTemplateId']}"),
            names=(item["LaunchTemplateName"],),
            tags=own_tags(item.get("Tags")),
        ),
        details={
            # The same question for each template, so it is sent once.
            "versions": Detail(
                Ask("ec2", "DescribeLaunchTemplateVersions", "LaunchTemplateVersions"),
                lambda item: {"Versions": ["$Latest"]},
            )
        },
        build=_build,
        arn_service="ec2",
        referenced=True,
    ),
)
