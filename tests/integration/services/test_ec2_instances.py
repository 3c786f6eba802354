"""Instances with their volumes, keys and addresses, on the embedded AWS."""

from __future__ import annotations

import base64
from typing import Any

from stackproof.controls import catalogue
from stackproof.embedded import apply
from stackproof.model import Resource, outcome_word
from stackproof.types.tokens import EC2_INSTANCE, IAM_INSTANCE_PROFILE, SECURITY_GROUP, SUBNET
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

# What AWS doesn't show of an instance, or the reader never asks for.
HIDDEN = (
    "get_password_data",
    "user_data",
    "user_data_replace_on_change",
    "volume_tags",
)
SCRIPT = "#!/bin/bash\necho hello > index.html\n"


def _subnet(world: World) -> dict[str, Any]:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.9.0.0/16", tags=TAGS)
    subnet = world.make(
        SUBNET,
        vpc_id=vpc.id,
        cidr_block="10.9.1.0/24",
        availability_zone="us-east-1b",
        tags=TAGS,
    )
    return {"vpc_id": vpc.id, "subnet_id": subnet.id}


def _image(world: World, name: str = "al2023-ami-2023*-x86_64") -> str:
    wanted = {"most_recent": True, "owners": ["amazon"], "filters": [_filter("name", name)]}
    return str(apply.invoke(world.cloud, "aws:ec2/getAmi:getAmi", wanted)["image_id"])


def _filter(name: str, *values: str) -> dict[str, Any]:
    return {"name": name, "values": list(values)}


def test_instance_shows_what_was_declared_and_changed(world: World) -> None:
    network = _subnet(world)
    group = world.make(SECURITY_GROUP, vpc_id=network["vpc_id"], tags=TAGS)
    key = world.make("aws:kms/key:Key")
    instance = world.make(
        EC2_INSTANCE,
        ami=_image(world),
        instance_type="t3.micro",
        subnet_id=network["subnet_id"],
        vpc_security_group_ids=[group.id],
        associate_public_ip_address=True,
        private_ip="10.9.1.20",
        monitoring=True,
        user_data=SCRIPT,
        metadata_options={"http_tokens": "required", "http_endpoint": "enabled"},
        root_block_device={
            "encrypted": True,
            "kms_key_id": key["arn"],
            "volume_size": 20,
            "volume_type": "gp3",
            "iops": 4000,
            "throughput": 200,
        },
        ebs_block_devices=[{"device_name": "/dev/sdf", "volume_size": 30, "volume_type": "gp3"}],
        cpu_options={"core_count": 1, "threads_per_core": 2},
        tenancy="dedicated",
        disable_api_termination=True,
        tags=TAGS,
        volume_tags={"Kind": "disk"},
    )
    assert instance["availability_zone"] == "us-east-1b"
    assert instance["public_ip"]
    assert instance["public_dns"]
    assert instance["private_dns"] == "ip-10-9-1-20.ec2.internal"
    assert instance["arn"].endswith(f":instance/{instance.id}")
    hidden = (*HIDDEN, "associate_public_ip_address")
    assert_shown(world, instance, hidden=hidden)
    world.change(
        instance,
        instance_type="t3.small",
        monitoring=False,
        source_dest_check=False,
        disable_api_termination=False,
        metadata_options={"http_tokens": "optional", "http_endpoint": "enabled"},
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, instance, hidden=hidden)
    assert_gone(world, instance)


def test_instance_without_a_network_of_its_own_is_in_the_default_one(world: World) -> None:
    group = world.make(
        SECURITY_GROUP,
        ingress=[{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}],
        tags=TAGS,
    )
    instance = world.make(
        EC2_INSTANCE,
        ami=_image(world, "amzn2-ami-hvm-*"),
        instance_type="t2.micro",
        vpc_security_group_ids=[group.id],
        user_data=SCRIPT,
        tags=TAGS,
    )
    assert_shown(world, instance, hidden=HIDDEN)
    assert instance["public_ip"]
    assert instance["subnet_id"].startswith("subnet-")
    assert instance["root_block_device"]["volume_size"] == 8
    by_name = world.make(
        EC2_INSTANCE,
        ami=instance["ami"],
        instance_type="t2.micro",
        security_groups=[group["name"]],
        tags=TAGS,
    )
    assert by_name["vpc_security_group_ids"] == [group.id]
    alone = world.make(EC2_INSTANCE, ami=instance["ami"], instance_type="t2.micro", tags=TAGS)
    assert alone["security_groups"] == ["default"]
    for made in (alone, by_name, instance):
        assert_gone(world, made)


def test_live_instance_is_judged_by_what_aws_shows(world: World) -> None:
    network = _subnet(world)
    good = world.make(
        EC2_INSTANCE,
        ami=_image(world),
        instance_type="t3.micro",
        subnet_id=network["subnet_id"],
        associate_public_ip_address=False,
        disable_api_termination=True,
        iam_instance_profile=world.make(IAM_INSTANCE_PROFILE, name="judged-by-role").id,
        monitoring=True,
        metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
        root_block_device={"encrypted": True},
        ebs_block_devices=[{"device_name": "/dev/sdf", "volume_size": 8, "encrypted": True}],
        user_data=SCRIPT,
        tags={**TAGS, "Environment": "prod"},
    )
    poor = world.make(
        EC2_INSTANCE,
        ami=good["ami"],
        instance_type="t3.micro",
        metadata_options={"http_tokens": "optional", "http_put_response_hop_limit": 2},
        user_data=SCRIPT,
        tags={**TAGS, "Environment": "prod"},
    )
    own = [item for id_, item in catalogue().items() if id_.startswith("ec2-instance-")]
    stack = world.snapshot().stack()
    outcomes = {
        made.id: {
            item.id.removeprefix("ec2-instance-"): outcome_word(outcome)
            for item in own
            for outcome in item.outcomes(found(stack, made), stack).values()
        }
        for made in (good, poor)
    }
    asked = {
        "detailed-monitoring",
        "imdsv2",
        "metadata-hop-limit",
        "no-public-address",
        "termination-protected",
        "volumes-encrypted",
    }
    never = dict.fromkeys(("ebs-optimised", "no-secrets-in-user-data"), "not_applicable")
    role = {"has-role": "not_applicable"}  # its subnet gives it a public address
    assert outcomes[good.id] == dict.fromkeys((*asked, "has-role"), "pass") | never
    assert outcomes[poor.id] == dict.fromkeys(asked, "fail") | never | role


def test_user_data_replaces_the_instance_only_when_it_should(world: World) -> None:
    before = {"ami": "ami-1", "user_data": "one", "user_data_replace_on_change": False}
    for told in (False, True):
        after = {**before, "user_data": "two", "user_data_replace_on_change": told}
        difference = apply.diff(EC2_INSTANCE, before, after)
        assert ("user_data" in difference.replaced) is told


def test_user_data_arrives_and_changes(world: World) -> None:
    instance = world.make(EC2_INSTANCE, ami=_image(world), instance_type="t3.nano", user_data="one")
    assert _user_data(world, instance.id) == b"one"
    world.change(instance, user_data="two")
    assert _user_data(world, instance.id) == b"two"
    world.delete(instance)


def _user_data(world: World, id_: str) -> bytes:
    answer = world.cloud.client("ec2").describe_instance_attribute(
        InstanceId=id_, Attribute="userData"
    )
    return base64.b64decode(answer["UserData"]["Value"])


def test_role_of_an_instance_changes(world: World) -> None:
    first, second = (world.make(IAM_INSTANCE_PROFILE, name=name) for name in ("first", "second"))
    instance = world.make(
        EC2_INSTANCE, ami=_image(world), instance_type="t3.nano", iam_instance_profile=first["name"]
    )
    assert_shown(world, instance, hidden=HIDDEN)
    world.change(instance, iam_instance_profile=second["name"])
    shown = found(world.snapshot().stack(), instance)
    assert shown.data["iam_instance_profile"] == "second"
    assert_gone(world, instance)


def test_instance_of_an_auto_scaling_group_is_the_groups(world: World) -> None:
    network = _subnet(world)
    template = world.make(
        "aws:ec2/launchTemplate:LaunchTemplate", image_id=_image(world), instance_type="t3.nano"
    )
    tags = [{"key": k, "value": v, "propagate_at_launch": True} for k, v in TAGS.items()]
    group = world.make(
        "aws:autoscaling/group:Group",
        min_size=1,
        max_size=1,
        vpc_zone_identifiers=[network["subnet_id"]],
        launch_template={"id": template.id, "version": "$Latest"},
        tags=tags,
    )
    own = world.make(EC2_INSTANCE, ami=_image(world), instance_type="t3.nano", tags=TAGS)
    shown = {r.id for r in world.snapshot().stack() if r.type == EC2_INSTANCE}
    assert shown == {own.id}
    assert isinstance(world.read(own), Resource)
    world.delete(group)
