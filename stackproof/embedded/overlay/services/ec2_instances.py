"""EC2: what instances are launched with and moto forgets, their default group, and monitoring."""

from __future__ import annotations

import base64
from typing import Any

from botocore import xform_name

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles, patches, postprocesses

# What instances show as they were launched with it, and moto doesn't keep.
_KEPT = (
    "CapacityReservationSpecification",
    "CpuOptions",
    "EnclaveOptions",
    "MaintenanceOptions",
    "PrivateDnsNameOptions",
)


@postprocesses("ec2", "RunInstances")
def keep_launch_options(call: Call, answer: dict[str, Any]) -> None:
    """Keep the options and the whole placement; without groups of its own give the VPC's default.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
    """
    backend = call.backend("ec2")
    placed = call.params.get("Placement", {})
    for shown in answer["Instances"]:
        instance = backend.get_instance(shown["InstanceId"])
        for name in _KEPT:
            if name in call.params:
                setattr(instance, xform_name(name), dict(call.params[name]))
        instance.placement.tenancy = placed.get("Tenancy", "default")
        instance.placement.group_name = placed.get("GroupName", "")
        if "PartitionNumber" in placed:
            instance.placement.partition_number = placed["PartitionNumber"]
        if not instance.security_groups:
            own = list(instance.nics[0].group_set)
            default = backend.get_security_group_from_name("default", instance.vpc_id)
            instance.security_groups = own or [default]


@patches("ec2")
def take_changed_user_data() -> None:
    """Take new user data as it arrives: decoded, for ModifyInstanceAttribute declares a blob.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
    """
    from moto.ec2.responses import instances

    responses: Any = instances
    parse = responses.parse_user_data

    def parse_user_data(value: Any) -> Any:
        return parse(base64.b64encode(value)) if isinstance(value, bytes) else parse(value)

    responses.parse_user_data = parse_user_data


@patches("ec2")
def end_interfaces_with_their_instances() -> None:
    """Delete an instance's own network interfaces with it, unless it was launched otherwise.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
    """
    from moto.ec2.models import instances

    instance: Any = instances.Instance
    prepare = instance.prep_nics

    def prep_nics(self: Any, nic_spec: list[dict[str, Any]], *rest: Any, **named: Any) -> None:
        prepare(self, nic_spec, *rest, **named)
        asked = {int(nic["DeviceIndex"]): nic for nic in nic_spec}
        for index, nic in self.nics.items():
            if not {"DeleteOnTermination", "NetworkInterfaceId"} & asked.get(index, {}).keys():
                nic.delete_on_termination = True

    instance.prep_nics = prep_nics


@handles("ec2", "MonitorInstances")
def monitor(call: Call) -> dict[str, Any]:
    """Switch detailed monitoring on.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html
    """
    return _monitored(call, "enabled")


@handles("ec2", "UnmonitorInstances")
def unmonitor(call: Call) -> dict[str, Any]:
    """Switch detailed monitoring off.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html
    """
    return _monitored(call, "disabled")


def _monitored(call: Call, state: str) -> dict[str, Any]:
    backend = call.backend("ec2")
    ids = call.params["InstanceIds"]
    for id_ in ids:
        backend.get_instance(id_).monitoring_state = state
    return {
        "InstanceMonitorings": [{"InstanceId": id_, "Monitoring": {"State": state}} for id_ in ids]
    }


@postprocesses("ec2", "DescribeVolumes")
def show_what_goes_with_the_instance(call: Call, answer: dict[str, Any]) -> None:
    """Say of attached volumes whether they are deleted with their instance.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VolumeAttachment.html
    """
    there = {instance.id: instance for instance in call.backend("ec2").all_instances()}
    for volume in answer["Volumes"]:
        for attached in volume.get("Attachments") or ():
            holder = there.get(attached["InstanceId"])
            device = holder and holder.block_device_mapping.get(attached["Device"])
            if device:
                attached["DeleteOnTermination"] = bool(device.delete_on_termination)
