"""Launch templates made, changed into new versions, read back, deleted."""

from __future__ import annotations

import base64
from typing import Any

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Unknown
from stackproof.types.tokens import LAUNCH_TEMPLATE
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

USER_DATA = base64.b64encode(b"#!/bin/sh\necho up\n").decode()


def hardened(world: World, **settings: Any) -> dict[str, Any]:
    group = world.cloud.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    return {
        "image_id": "ami-0abcdef1234567890",
        "instance_type": "c5.large",
        "ebs_optimized": "true",
        "user_data": USER_DATA,
        "vpc_security_group_ids": [group],
        "iam_instance_profile": {"name": "web"},
        "monitoring": {"enabled": True},
        "metadata_options": {
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
            "instance_metadata_tags": "enabled",
        },
        "block_device_mappings": [
            {
                "device_name": "/dev/xvda",
                "ebs": {
                    "encrypted": "true",
                    "delete_on_termination": "true",
                    "kms_key_id": world.cloud.arn("kms", "key/k"),
                    "volume_size": 20,
                    "volume_type": "gp3",
                },
            }
        ],
        "tag_specifications": [
            {"resource_type": "instance", "tags": {"Role": "web"}},
            {"resource_type": "volume", "tags": {"Role": "disk"}},
        ],
        **settings,
    }


def test_template_shows_what_was_declared_and_changed(world: World) -> None:
    template = world.make(
        LAUNCH_TEMPLATE, **hardened(world, name="roundtrip", description="first", tags=TAGS)
    )
    assert_shown(world, template)
    assert (template["default_version"], template["latest_version"]) == (1, 1)
    world.change(template, instance_type="c5.xlarge", description="second")
    assert_shown(world, template)
    assert (template["default_version"], template["latest_version"]) == (1, 2)
    world.change(template, tags={**TAGS, "More": "1"}, update_default_version=True)
    assert_shown(world, template, hidden=("update_default_version",))
    assert (template["default_version"], template["latest_version"]) == (2, 2)
    assert_gone(world, template)


def test_network_interfaces_are_shown(world: World) -> None:
    group = world.cloud.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    template = world.make(
        LAUNCH_TEMPLATE,
        name="interfaces",
        network_interfaces=[
            {
                "associate_public_ip_address": "false",
                "delete_on_termination": "true",
                "device_index": 0,
                "security_groups": [group],
                "ipv4_addresses": ["10.0.0.10", "10.0.0.11"],
            }
        ],
    )
    assert_shown(world, template)
    assert_gone(world, template)


def test_later_versions_launch_with_their_user_data(world: World) -> None:
    template = world.make(
        LAUNCH_TEMPLATE, name="versions", image_id="ami-1", instance_type="t3.micro"
    )
    world.change(template, user_data=USER_DATA)
    ec2 = world.cloud.client("ec2")
    launched = ec2.run_instances(
        MinCount=1,
        MaxCount=1,
        LaunchTemplate={"LaunchTemplateId": template.id, "Version": "$Latest"},
    )["Instances"][0]["InstanceId"]
    shown = ec2.describe_instance_attribute(InstanceId=launched, Attribute="userData")
    assert shown["UserData"]["Value"] == USER_DATA
    ec2.terminate_instances(InstanceIds=[launched])
    world.delete(template)


def test_no_template_is_lost_in_a_long_list(world: World) -> None:
    templates = [
        world.make(LAUNCH_TEMPLATE, name=f"many-{number}", tags=TAGS) for number in range(17)
    ]
    stack = world.snapshot().stack()
    for template in templates:
        found(stack, template)
        world.delete(template)


def test_template_shows_all_but_what_its_versions_say(world: World, server: Server) -> None:
    template = world.make(LAUNCH_TEMPLATE, name="hidden", image_id="ami-1", tags=TAGS)
    inject(server, Fault("deny", service="ec2", operation="DescribeLaunchTemplateVersions"))
    try:
        shown = found(world.snapshot().stack(), template)
    finally:
        clear(server)
    unknown = {name for name, value in shown.data.items() if isinstance(value, Unknown)}
    assert {"block_device_mappings", "image_id", "metadata_options", "user_data"} <= unknown
    assert not {"default_version", "name", "tags"} & unknown
    world.delete(template)
