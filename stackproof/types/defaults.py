"""What AWS documents for properties that a program leaves out, so that preview sees it, too.

Only what is the same in every account and region stands here: metadata options and encryption of
volumes, for example, are what an account, a region or an image says. Live, AWS shows all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackproof.model.outcome import LEFT_TO_AWS
from stackproof.types import tokens as t


@dataclass(frozen=True, slots=True)
class Default:
    """What a property is when nobody says it, and the page that says so.

    It holds for resources that have the property `beside`, where one is named.
    """

    value: Any
    source: str
    beside: str = ""


_ELB: Final = "Elastic Load Balancing API Reference, CreateLoadBalancer"
DEFAULTS: Final[Mapping[str, Mapping[str, Default]]] = {
    t.API_ROUTE: {
        "authorization_type": Default(
            "NONE", "Amazon API Gateway v2 API Reference, Route, authorizationType"
        )
    },
    t.AUTOSCALING_GROUP: {
        "health_check_type": Default(
            "EC2", "Amazon EC2 Auto Scaling API Reference, CreateAutoScalingGroup, HealthCheckType"
        )
    },
    t.EBS_VOLUME: {
        "type": Default("gp2", "Amazon EC2 API Reference, CreateVolume, VolumeType"),
    },
    t.ECR_REPOSITORY: {
        "image_tag_mutability": Default(
            "MUTABLE", "Amazon ECR API Reference, CreateRepository, imageTagMutability"
        )
    },
    t.GUARDDUTY_DETECTOR: {
        "finding_publishing_frequency": Default(
            "SIX_HOURS", "Amazon GuardDuty User Guide, Frequency of publishing findings"
        )
    },
    t.LB: {
        "internal": Default(False, f"{_ELB}, Scheme: the default is internet-facing"),
        "load_balancer_type": Default("application", f"{_ELB}, Type"),
    },
    t.LB_LISTENER: {
        # Listeners of Gateway Load Balancers have neither protocol nor port.
        "protocol": Default("HTTP", "Pulumi AWS, lb.Listener, protocol", beside="port")
    },
    t.SUBNET: {
        "map_public_ip_on_launch": Default(
            False, "Amazon VPC User Guide, Modify the IP addressing attributes of your subnet"
        )
    },
    t.VPC: {
        "enable_dns_hostnames": Default(False, "Amazon VPC User Guide, DNS attributes in your VPC"),
        "enable_dns_support": Default(True, "Amazon VPC User Guide, DNS attributes in your VPC"),
    },
    t.VPC_ENDPOINT: {
        "vpc_endpoint_type": Default(
            "Gateway", "Amazon EC2 API Reference, CreateVpcEndpoint, VpcEndpointType"
        )
    },
}


def filled(type_: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a resource's properties with what AWS makes of those that are left out."""
    documented = DEFAULTS.get(type_)
    if documented is None:
        return properties
    chosen = {
        name: default.value
        for name, default in documented.items()
        if properties.get(name) in (None, LEFT_TO_AWS)
        and (not default.beside or properties.get(default.beside) not in (None, LEFT_TO_AWS))
    }
    return {**properties, **chosen}
