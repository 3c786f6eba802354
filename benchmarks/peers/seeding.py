"""What the kinds of seeded resources have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3

REGION = "us-east-1"
ACCOUNT = "123456789012"
TAGS = {"Project": "peers", "Environment": "prod"}
PAIRS = [{"Key": key, "Value": value} for key, value in TAGS.items()]

# Makes the resource of a number: one with an odd number is as it should be.
Make = Callable[[int], None]


def client(service: str) -> Any:
    """Give a client of the account that the environment points to."""
    return boto3.client(service, region_name=REGION)


def open_policy(action: str, resource: str) -> str:
    """Give a policy by which anybody may do something."""
    said = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})
