"""Instances, and launch configurations: who can take them over, and what they leave readable."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated

from stackproof.controls.launch_templates import ENCRYPTED_BY_DEFAULT, by_account
from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, attempt, each, expect, expect_that
from stackproof.controls.support.instance_parts import (
    METADATA_NEIGHBOURS,
    by_default,
    hops_limited,
    tokens_only,
    unless_left_out,
    without_secrets,
)
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.reasoning.effective import stated
from stackproof.types.tokens import EBS_ENCRYPTION_BY_DEFAULT, EC2_INSTANCE, LAUNCH_CONFIGURATION

INSTANCES = (EC2_INSTANCE, LAUNCH_CONFIGURATION)
METADATA = Given(
    EC2_INSTANCE,
    {"metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1}},
)
NO_METADATA = Change("metadata_options", {"http_endpoint": "disabled"})
BY_TEMPLATE = Change("launch_template", {"id": "lt-1", "version": "3"})


@control(
    "ec2-instance-imdsv2",
    title="Instances answer metadata requests with session tokens only",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=INSTANCES,
    needs=METADATA_NEIGHBOURS,
    frameworks={
        Framework.FSBP: ("EC2.8", "AutoScaling.3"),
        Framework.CIS: ("5.7",),
        Framework.PCI: ("2.2.6",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=METADATA,
        failing=(
            Change("metadata_options.http_tokens", "optional"),
            (Remove("metadata_options"), by_account(http_tokens="optional")),
            (BY_TEMPLATE, Change("metadata_options.http_tokens", "optional")),
        ),
        unknown=(
            Hide("metadata_options"),
            Hide("metadata_options.http_tokens"),
            (BY_TEMPLATE, Remove("metadata_options"), by_account(http_tokens="required")),
            Remove("metadata_options.http_tokens"),
        ),
        absent=(Remove("metadata_options"),),
        also_passing=(
            NO_METADATA,
            (Remove("metadata_options"), by_account(http_tokens="required")),
        ),
    ),
)
def imdsv2(instance: Resource, stack: Stack, *, must_be_declared: bool = False) -> Outcome:
    """Without tokens one forged request of a web application reads the instance's credentials.

    Left open, the account's default or the image decides, which the program needn't show.
    """
    instance = stated(instance)
    judged = tokens_only(instance, stack, must_be_declared=_first(instance, must_be_declared))
    return unless_left_out(instance, judged)


@control(
    "ec2-instance-metadata-hop-limit",
    title="Instances keep their metadata to themselves",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=INSTANCES,
    needs=METADATA_NEIGHBOURS,
    frameworks={Framework.NIST: ("AC-6",)},
    cases=Cases(
        passing=METADATA,
        failing=(
            Change("metadata_options.http_put_response_hop_limit", 2),
            Change("metadata_options.http_put_response_hop_limit", 64),
            (Remove("metadata_options"), by_account(http_put_response_hop_limit=2)),
        ),
        unknown=(
            Remove("metadata_options.http_put_response_hop_limit"),
            Hide("metadata_options.http_put_response_hop_limit"),
            (BY_TEMPLATE, Remove("metadata_options.http_put_response_hop_limit")),
        ),
        absent=(Remove("metadata_options"),),
        also_passing=((Remove("metadata_options"), by_account(http_put_response_hop_limit=1)),),
        not_applicable=(NO_METADATA,),
    ),
)
def hop_limit(
    instance: Resource,
    stack: Stack,
    *,
    maximum: Annotated[int, Range(1, 8, "hops")] = 1,
    must_be_declared: bool = False,
) -> Outcome:
    """Containers and proxies on the instance are a hop away and have no business with its role."""
    instance = stated(instance)
    options = _first(instance, must_be_declared)
    judged = hops_limited(instance, stack, maximum, must_be_declared=options)
    return unless_left_out(instance, judged)


def _first(instance: Resource, must_be_declared: bool) -> bool:
    """Ask what the instance itself says where a launch template comes before the account."""
    return must_be_declared or bool(instance["launch_template"])


@control(
    "ec2-instance-volumes-encrypted",
    title="The volumes of instances are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=INSTANCES,
    needs=(EBS_ENCRYPTION_BY_DEFAULT,),
    frameworks={
        Framework.FSBP: ("EC2.3",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28", "SC-13"),
    },
    in_part={Framework.CIS: ("5.1.1",)},
    cases=Cases(
        passing=Given(
            EC2_INSTANCE,
            {
                "root_block_device": {"encrypted": True},
                "ebs_block_devices": [
                    {"device_name": "/dev/sdf", "encrypted": True},
                    {"device_name": "/dev/sdg", "encrypted": True},
                ],
            },
        ),
        failing=(
            Remove("root_block_device"),
            Remove("root_block_device.encrypted"),
            Change("root_block_device.encrypted", False),
            Remove("ebs_block_devices.1.encrypted"),
            (Hide("ebs_block_devices.0"), Change("ebs_block_devices.1.encrypted", False)),
            (
                BY_TEMPLATE,
                Remove("root_block_device"),
                Change("ebs_block_devices.1.encrypted", False),
            ),
        ),
        unknown=(
            Hide("root_block_device"),
            Hide("root_block_device.encrypted"),
            Hide("ebs_block_devices"),
            (BY_TEMPLATE, Remove("root_block_device")),
        ),
        absent=(Remove("root_block_device"),),
        also_passing=(
            (Remove("root_block_device"), ENCRYPTED_BY_DEFAULT),
            Remove("ebs_block_devices"),
            Change("ebs_block_devices.1", {"device_name": "/dev/sdg", "no_device": True}),
        ),
    ),
)
def volumes_encrypted(instance: Resource, stack: Stack) -> Outcome:
    """A volume that is not named takes the image's setting, which is seldom encrypted."""
    instance = stated(instance)

    def encrypted(volume: Block) -> Outcome:
        if volume["no_device"]:
            return NotApplicable("no volume of EBS")
        judged = expect(volume, "encrypted", True, fix="Set encrypted to true.")
        return by_default(unless_left_out(instance, judged), instance, stack)

    root = list(instance.elements("root_block_device"))
    unnamed = Fail(
        "root_block_device", "encrypted: true", None, "Add root_block_device with encrypted true."
    )
    return worst(
        each([*root, *instance.elements("ebs_block_devices")], encrypted),
        Pass()
        if root
        else attempt(lambda: by_default(unless_left_out(instance, unnamed), instance, stack)),
    )


@control(
    "ec2-instance-no-public-address",
    title="Instances have no public addresses",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=INSTANCES,
    frameworks={
        Framework.FSBP: ("EC2.9", "AutoScaling.5"),
        Framework.PCI: ("1.4.4",),
        Framework.NIST: ("AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=Given(
            EC2_INSTANCE, {"subnet_id": "subnet-1", "associate_public_ip_address": False}
        ),
        failing=(
            Change("associate_public_ip_address", True),
            Change("public_ip", "198.51.100.7"),
            (Remove("associate_public_ip_address"), Remove("subnet_id")),
        ),
        unknown=(
            Hide("associate_public_ip_address"),
            (Remove("associate_public_ip_address"), BY_TEMPLATE),
        ),
        also_passing=((Remove("associate_public_ip_address"), Change("public_ip", "")),),
        not_applicable=(
            Remove("associate_public_ip_address"),
            (Remove("associate_public_ip_address"), Hide("subnet_id")),
            (
                Remove("associate_public_ip_address"),
                Remove("subnet_id"),
                Change(
                    "network_interfaces", [{"device_index": 0, "network_interface_id": "eni-1"}]
                ),
            ),
        ),
    ),
)
def no_public_address(instance: Resource) -> Outcome:
    """Where the program says nothing the subnet decides, and the default VPC's subnets give one.

    Source: Amazon VPC User Guide, "Default VPCs".
    """
    fix = "Set associate_public_ip_address to false and reach the instance by a load balancer."
    if instance["public_ip"] is not None:
        return expect_that(instance, "public_ip", lambda ip: ip == "", expected="none", fix=fix)
    if instance["associate_public_ip_address"] is not None:
        return expect(instance, "associate_public_ip_address", False, fix=fix)
    if instance.type == LAUNCH_CONFIGURATION or instance.raw("network_interfaces"):
        return NotApplicable("the subnet, or the network interface, decides")
    judged = unless_left_out(instance, Fail("associate_public_ip_address", "false", None, fix))
    if isinstance(judged, Fail) and instance.raw("subnet_id"):
        return NotApplicable("the subnet decides: see subnet-no-public-addresses")
    return judged


@control(
    "ec2-instance-no-secrets-in-user-data",
    title="Instances have no secrets in user data",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=INSTANCES,
    frameworks={Framework.PCI: ("8.6.2",), Framework.NIST: ("IA-5(7)",)},
    cases=Cases(
        passing=Given(EC2_INSTANCE, {"user_data": "#!/bin/bash\ndnf install -y httpd\n"}),
        failing=(
            Change("user_data", "#!/bin/bash\nexport DB_PASSWORD=correct-horse\n"),
            Change("user_data_base64", b64encode(b"export API_KEY=correct-horse").decode()),
            (Hide("user_data"), Change("user_data_base64", "export API_KEY=correct-horse")),
        ),
        unknown=(
            Hide("user_data"),
            Change("user_data_base64", b64encode(b"\x1f\x8b\x08\x00\xff").decode()),
        ),
        also_passing=(
            Remove("user_data"),
            Change("user_data", "DB_PASSWORD=$(aws secretsmanager get-secret-value)"),
        ),
        not_applicable=((Remove("user_data"), Change("instance_state", "running")),),
    ),
)
def no_secrets_in_user_data(instance: Resource) -> Outcome:
    """Whoever may describe the instance, or asks from it, may read them."""
    if instance.raw("instance_state"):
        return NotApplicable("judged where it is declared: AWS is never asked for user data")
    names = ("user_data", "user_data_base64")
    return each(names, lambda name: without_secrets(instance, name))


@control(
    "ec2-instance-detailed-monitoring",
    title="Instances are measured every minute",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=EC2_INSTANCE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CA-7", "SI-4")},
    cases=Cases(
        passing=Given(EC2_INSTANCE, {"monitoring": True}),
        failing=(Change("monitoring", False), Remove("monitoring")),
        unknown=(Hide("monitoring"), (BY_TEMPLATE, Remove("monitoring"))),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def detailed_monitoring(instance: Resource) -> Outcome:
    """Every five minutes, which is the default, an alarm comes five minutes later.

    A launch configuration asks for it unless told otherwise.
    """
    judged = expect(instance, "monitoring", True, fix="Set monitoring to true.")
    return unless_left_out(instance, judged)
