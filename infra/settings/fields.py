"""Kinds of configuration values: what is accepted, and how to say what would be right.

Each kind's description completes the sentence "... must be ...".
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Annotated, Any

import pulumi_aws as aws
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

__all__ = [
    "IMAGE",
    "PRIVATE_NETWORK",
    "ZONE_ID",
    "DomainName",
    "Email",
    "Environment",
    "EnvironmentSuffix",
    "ExtraTags",
    "HostedZoneId",
    "Image",
    "ProjectName",
    "Region",
    "SourceNetwork",
    "Switch",
    "TagValue",
    "VpcCidr",
    "ZoneNames",
]


class Environment(StrEnum):
    """The environments a system is deployed to."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


_PRIVATE_RANGES = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_TAG_TEXT = r"[A-Za-z0-9 _.:/=+@-]"
# The prefix is AWS's own in any case; the pack refuses spaces at the ends of a value.
_TAG_KEY = re.compile(rf"(?!(?i:aws:)){_TAG_TEXT}{{1,128}}")
_TAG_END = _TAG_TEXT.replace(" ", "")
_TAG_VALUE = re.compile(rf"{_TAG_END}(?:{_TAG_TEXT}{{0,254}}{_TAG_END})?")
_NETWORK = re.compile(r"[0-9.]+/[0-9]{1,2}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


def _written_with_its_size(network: Any) -> Any:
    """Refuse an address without a size, which would be read as a network of that one address."""
    if isinstance(network, str) and not _NETWORK.fullmatch(network):
        raise ValueError("no size")
    return network


def _private_and_roomy(network: IPv4Network) -> IPv4Network:
    if not 16 <= network.prefixlen <= 20:
        raise ValueError("size")
    if not any(network.subnet_of(private) for private in _PRIVATE_RANGES):
        raise ValueError("not private")
    return network


def _real_region(region: str) -> str:
    return aws.Region(region).value


def _in_a_real_region(arn: str) -> str:
    _real_region(arn.split(":")[3])
    return arn


def _short_enough(domain: str) -> str:
    # AWS Certificate Manager User Guide, "Request a public certificate": the first name of a
    # certificate has at most 64 characters.
    if len(domain) > 64:
        raise ValueError("length")
    return domain


def _fixed_version(image: str) -> str:
    if image.endswith(":latest"):
        raise ValueError("latest is whatever was pushed last")
    return image


def _structured(value: Any) -> Any:
    """Read a list or a map from the JSON text that Pulumi makes of it."""
    return json.loads(value) if isinstance(value, str) else value


def _not_the_internet(network: IPv4Network) -> IPv4Network:
    if network.prefixlen < 8:
        raise ValueError("too wide")
    return network


def _all_different(zones: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(zones)) != len(zones):
        raise ValueError("twice the same")
    return zones


def _aws_tags(tags: dict[str, str]) -> dict[str, str]:
    for key, value in tags.items():
        if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(value):
            raise ValueError(key)
    return tags


# An optional field's own description has to be given where the field is, hence the constants.
PRIVATE_NETWORK = (
    "a private IPv4 network of size /16 to /20, written as its first address and size, "
    "such as 10.1.0.0/16"
)
IMAGE = (
    "a container image with its registry and a fixed version (a tag other than latest, or a "
    "digest), such as 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.2.3 (left out, it "
    "is the sample service)"
)
ZONE_ID = "the id of a Route 53 public hosted zone such as Z0123456789ABCDEFGHIJ"

TRAIL_ARN = (
    "the ARN of a CloudTrail trail that the account or its organization already has, such as "
    "arn:aws:cloudtrail:us-east-1:123456789012:trail/account"
)
DETECTOR_ID = (
    "the id of the GuardDuty detector that the account already has in the region, "
    "32 hexadecimal digits"
)
RECORDER_NAME = (
    "the name of the AWS Config recorder that the account already has in the region, "
    "such as default"
)

VpcCidr = Annotated[
    IPv4Network, BeforeValidator(_written_with_its_size), AfterValidator(_private_and_roomy)
]
Region = Annotated[
    str,
    AfterValidator(_real_region),
    Field(description="an AWS region such as us-east-1"),
]
Email = Annotated[
    str,
    StringConstraints(pattern=rf"^[A-Za-z0-9._%+-]{{1,64}}@(?:{_LABEL}\.)+[a-z]{{2,63}}$"),
    Field(description="an e-mail address such as payments-oncall@example.com"),
]
DomainName = Annotated[
    str,
    StringConstraints(pattern=rf"^(?:{_LABEL}\.)+[a-z]{{2,63}}$"),
    AfterValidator(_short_enough),
    Field(
        description="a lower-case domain name of at most 64 characters such as payments.example.com"
    ),
]
HostedZoneId = Annotated[str, StringConstraints(pattern=r"^Z[A-Z0-9]{1,31}$")]
TrailArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:cloudtrail:[a-z0-9-]+:\d{12}:trail/[A-Za-z0-9][A-Za-z0-9._-]{2,127}$"
    ),
    AfterValidator(_in_a_real_region),
]
DetectorId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
RecorderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,256}$")]
Image = Annotated[
    str,
    StringConstraints(
        # What comes first is a registry by its dot or port, and else a folder of Docker Hub's.
        pattern=r"^[a-z0-9][a-z0-9-]*(?:(?:\.[a-z0-9-]+)+(?::\d+)?|:\d+)"
        r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+"
        r"(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$",
    ),
    AfterValidator(_fixed_version),
]
ProjectName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$"),
    Field(
        description="lower-case words of letters and digits joined by single hyphens, such as "
        "scalepayments"
    ),
]
TagValue = Annotated[
    str,
    StringConstraints(pattern=rf"^{_TAG_VALUE.pattern}$"),
    Field(
        description="1 to 256 letters, digits, spaces or any of _ . : / = + - @, with no space "
        "at the ends, such as payments-team"
    ),
]
Switch = Annotated[bool, Field(description="true or false")]
EnvironmentSuffix = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$"),
    Field(
        description="lower-case words of letters and digits joined by single hyphens, such as "
        "production"
    ),
]
SourceNetwork = Annotated[
    IPv4Network,
    BeforeValidator(_written_with_its_size),
    AfterValidator(_not_the_internet),
    Field(
        description="an IPv4 network of size /8 to /32, written as its first address and size, "
        "such as 10.0.0.0/8"
    ),
]
ZoneNames = Annotated[
    tuple[str, ...],
    BeforeValidator(_structured),
    AfterValidator(_all_different),
    Field(
        min_length=2,
        max_length=6,
        description="a list of 2 to 6 different availability zones of the stack's region, such as "
        "[us-east-1a, us-east-1b]",
    ),
]
ExtraTags = Annotated[
    dict[str, str],
    BeforeValidator(_structured),
    AfterValidator(_aws_tags),
    Field(
        max_length=30,
        description="a map of at most 30 tags, keys of 1 to 128 and values of 1 to 256 letters, "
        "digits, spaces or any of _ . : / = + - @, no value with a space at its ends, such as "
        "{CostCenter: CC-4100}",
    ),
]
