"""Launch configurations, capacity providers, targets of load balancers."""

from __future__ import annotations

from typing import Any

from stackproof.types.tokens import LAUNCH_CONFIGURATION, VPC
from tests.integration.services.roundtrip import (
    TAGS,
    Made,
    World,
    assert_gone,
    assert_shown,
    assert_told,
)


def _configuration(world: World) -> Made:
    return world.make(
        LAUNCH_CONFIGURATION,
        image_id="ami-12345678",
        instance_type="t3.micro",
        user_data="#!/bin/bash\necho hello\n",
        root_block_device={"volume_size": 20, "volume_type": "gp3", "encrypted": True},
        associate_public_ip_address=False,
    )


def _group(world: World) -> Made:
    world.make(VPC, cidr_block="10.3.0.0/16")  # no group is without a network
    configuration = _configuration(world)
    return world.make(
        "aws:autoscaling/group:Group",
        availability_zones=["us-east-1a"],
        launch_configuration=configuration.id,
        min_size=0,
        max_size=1,
    )


def test_launch_configuration_is_what_a_group_launches_with(world: World) -> None:
    asg = world.cloud.client("autoscaling")
    group = _group(world)
    name = group["launch_configuration"]
    (shown,) = asg.describe_launch_configurations(LaunchConfigurationNames=[name])[
        "LaunchConfigurations"
    ]
    assert shown["InstanceMonitoring"] == {"Enabled": True}
    (device,) = shown["BlockDeviceMappings"]
    assert (device["DeviceName"], device["Ebs"]["VolumeSize"]) == ("/dev/xvda", 20)
    configuration = next(m for m in world.made if m.id == name)
    assert_shown(world, configuration)
    world.delete(group)
    assert_gone(world, configuration)


def test_launch_configuration_shows_every_device_and_its_metadata_service(world: World) -> None:
    world.make(VPC, cidr_block="10.3.0.0/16")
    configuration = world.make(
        LAUNCH_CONFIGURATION,
        "whole",
        image_id="ami-12345678",
        instance_type="t3.micro",
        enable_monitoring=False,
        metadata_options={"http_endpoint": "enabled", "http_tokens": "required"},
        ebs_block_devices=[{"device_name": "/dev/sdf", "volume_size": 5, "encrypted": True}],
    )
    world.make(
        "aws:autoscaling/group:Group",
        availability_zones=["us-east-1a"],
        launch_configuration=configuration.id,
        min_size=0,
        max_size=1,
    )
    assert_shown(world, configuration)


def test_capacity_provider_scales_its_group(world: World) -> None:
    group = _group(world)
    scaling = {"status": "ENABLED", "target_capacity": 80}
    provider = world.make(
        "aws:ecs/capacityProvider:CapacityProvider",
        auto_scaling_group_provider={
            "auto_scaling_group_arn": group["arn"],
            "managed_scaling": scaling,
            "managed_termination_protection": "DISABLED",
        },
        tags=TAGS,
    )

    def shown() -> Any:
        answer = world.cloud.client("ecs").describe_capacity_providers(
            capacityProviders=[provider.id]
        )
        return answer["capacityProviders"][0]["autoScalingGroupProvider"]["managedScaling"]

    assert shown()["targetCapacity"] == 80
    world.change(
        provider,
        auto_scaling_group_provider={
            "auto_scaling_group_arn": group["arn"],
            "managed_scaling": {**scaling, "target_capacity": 60},
        },
    )
    assert shown()["targetCapacity"] == 60
    world.delete(provider)
    world.delete(provider)


def test_target_is_registered_and_deregistered(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.2.0.0/16")
    group = world.make(
        "aws:lb/targetGroup:TargetGroup", vpc_id=vpc.id, port=80, protocol="HTTP", target_type="ip"
    )
    target = world.make(
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        target_group_arn=group.id,
        target_id="10.2.0.5",
        port=8080,
    )

    def targets() -> list[Any]:
        answer = world.cloud.client("elbv2").describe_target_health(TargetGroupArn=group.id)
        return [
            (d["Target"]["Id"], d["Target"]["Port"]) for d in answer["TargetHealthDescriptions"]
        ]

    assert targets() == [("10.2.0.5", 8080)]
    assert_told(world, target, target_group_arn=group.id, target_id="10.2.0.5", port=8080)
    assert_gone(world, target)
    assert targets() == []


def test_listener_takes_further_certificates(world: World) -> None:
    certificates = [
        world.make("aws:acm/certificate:Certificate", name, domain_name=f"{name}.example.com").id
        for name in ("one", "two")
    ]
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.1.0.0/16")
    subnets = [
        world.make(
            "aws:ec2/subnet:Subnet",
            f"{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.1.{index}.0/24",
            availability_zone=f"us-east-1{zone}",
        ).id
        for index, zone in enumerate("ab")
    ]
    balancer = world.make("aws:lb/loadBalancer:LoadBalancer", subnets=subnets)
    listener = world.make(
        "aws:lb/listener:Listener",
        load_balancer_arn=balancer.id,
        port=443,
        protocol="HTTPS",
        certificate_arn=certificates[0],
        default_actions=[
            {
                "type": "fixed-response",
                "fixed_response": {"content_type": "text/plain", "status_code": "404"},
            }
        ],
    )
    further = world.make(
        "aws:lb/listenerCertificate:ListenerCertificate",
        listener_arn=listener.id,
        certificate_arn=certificates[1],
    )

    def shown() -> set[str]:
        answer = world.cloud.client("elbv2").describe_listener_certificates(ListenerArn=listener.id)
        return {item["CertificateArn"] for item in answer["Certificates"]}

    assert certificates[1] in shown()
    world.delete(further)
    world.delete(further)
    assert certificates[1] not in shown()


def test_listener_of_an_application_balancer_speaks_http_unless_told(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.0.0.0/16")
    subnet = world.make("aws:ec2/subnet:Subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    balancer = world.make("aws:lb/loadBalancer:LoadBalancer", subnets=[subnet.id])
    group = world.make(
        "aws:lb/targetGroup:TargetGroup", vpc_id=vpc.id, port=80, protocol="HTTP", target_type="ip"
    )
    listener = world.make(
        "aws:lb/listener:Listener",
        load_balancer_arn=balancer.id,
        port=80,
        default_actions=[{"type": "forward", "target_group_arn": group.id}],
    )
    assert listener["protocol"] == "HTTP"
