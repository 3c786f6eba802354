"""EC2: what each region's default VPC holds, and in which zones subnets can be."""

from __future__ import annotations

import inspect
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import patches, postprocesses, validates


@patches("ec2")
def default_vpc_leads_to_the_internet() -> None:
    """Give each default VPC its internet gateway and the route there.

    AWS: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
    """
    from moto.ec2.models.vpcs import VPCBackend

    backend_class: Any = VPCBackend
    original = backend_class.create_default_vpc

    def create_default_vpc(backend: Any) -> Any:
        vpc = original(backend)
        gateway = backend.create_internet_gateway()
        backend.attach_internet_gateway(gateway.id, vpc.id)
        main = {"vpc-id": [vpc.id], "association.main": ["true"]}
        (table,) = backend.describe_route_tables(filters=main)
        backend.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)
        return vpc

    backend_class.create_default_vpc = create_default_vpc


@patches("ec2")
def subnets_without_a_zone_are_in_the_region() -> None:
    """Put a subnet that names no zone into one of its own region: moto always takes us-east-1a.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
    """
    from moto.ec2.models.subnets import SubnetBackend

    backend_class: Any = SubnetBackend
    original = backend_class.create_subnet

    def create_subnet(backend: Any, *args: Any, **options: Any) -> Any:
        call = inspect.signature(original).bind(backend, *args, **options)
        if not any(call.arguments.get(f"availability_zone{kind}") for kind in ("", "_id")):
            call.arguments["availability_zone"] = _zones(backend)[0]
        return original(*call.args, **call.kwargs)

    backend_class.create_subnet = create_subnet


@validates("ec2", "CreateSubnet")
def subnet_in_its_region(call: Call) -> None:
    """Refuse a zone of another region.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
    """
    zone, zones = call.params.get("AvailabilityZone"), _zones(call.backend("ec2"))
    if zone and zone not in zones:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently "
            f"only be created in the following availability zones: {', '.join(zones)}.",
        )


def _zones(backend: Any) -> list[str]:
    return sorted(zone.name for zone in backend.describe_availability_zones())


@patches("ec2")
def services_manage_their_own_interfaces() -> None:
    """Say of interfaces that come with a gateway, an endpoint or a task that a service has them.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
    """
    from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend

    backend_class: Any = NetworkInterfaceBackend
    original = backend_class.create_network_interface

    def create_network_interface(backend: Any, *args: Any, **named: Any) -> Any:
        interface = original(backend, *args, **named)
        interface.requester_managed = "device_index" not in named  # an instance's
        return interface

    backend_class.create_network_interface = create_network_interface


@postprocesses("ec2", "CreateNetworkInterface")
def interfaces_that_are_asked_for_are_the_askers(call: Call, answer: dict[str, Any]) -> None:
    """Leave an interface to who made it.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
    """
    shown = answer["NetworkInterface"]
    shown["RequesterManaged"] = False
    made = call.backend("ec2").get_network_interface(shown["NetworkInterfaceId"])
    made.requester_managed = False


@postprocesses("ec2", "CreateDhcpOptions")
def options_have_their_tags(call: Call, answer: dict[str, Any]) -> None:
    """Keep the tags that DHCP options are made with.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html
    """
    made = call.backend("ec2").dhcp_options_sets[answer["DhcpOptions"]["DhcpOptionsId"]]
    for specification in call.params.get("TagSpecifications", ()):
        made.add_tags({tag["Key"]: tag["Value"] for tag in specification["Tags"]})
