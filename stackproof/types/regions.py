"""Regions as names, ARNs and addresses of AWS say them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# AWS General Reference, "AWS service endpoints"; the directions keep `my-app-1` from being one.
NAME = (
    r"(?:eusc-de|[a-z]{2}(?:-(?:gov|iso[a-z]?))?)"
    r"-(?:central|(?:north|south)(?:east|west)?|east|west)-\d{1,2}"
)
_REGION = re.compile(NAME)
# `vpce-1.ec2.eu-west-1.vpce.amazonaws.com`, `sqs.us-east-1.amazonaws.com`, `lb-1.us-east-1.elb.…`.
_ADDRESS = re.compile(rf"(?:https?://)?(?:[\w-]+\.)+({NAME})\.(?:[\w-]+\.)*amazonaws\.com.*")


# AWS General Reference, "Amazon Resource Names"; the regions of every other one begin with theirs.
_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "eu-isoe": "aws-iso-e",
    "us-isof": "aws-iso-f",
    "eusc-de": "aws-eusc",
}


def partition_of(region: str) -> str:
    """Give the partition that a region is in."""
    area = re.split(r"-(?:central|north|south|east|west)", region, maxsplit=1)[0]
    return _PARTITIONS.get(area, "aws")


def is_region(text: str) -> bool:
    """Tell whether a text is the name of a region."""
    return _REGION.fullmatch(text) is not None


def regions_in(text: str) -> Iterator[str]:
    """Give the region that a text is, or names as an ARN or as an address of AWS."""
    label = text
    if text.startswith("arn:") and text.count(":") >= 5:
        label = text.split(":")[3]
    elif found := _ADDRESS.fullmatch(text):
        label = found[1]
    if is_region(label):
        yield label
