"""IAM policy documents as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

__all__ = [
    "Conditions",
    "Statement",
    "allow",
    "allow_publishers",
    "assume_role",
    "deny_insecure_transport",
    "document",
]

# Amazon EventBridge User Guide, "Amazon SNS permissions": a condition shuts EventBridge out.
_SAY_NO_ACCOUNT = frozenset({"events.amazonaws.com"})

# Services that take a role without aws:SourceAccount. Amazon EC2 User Guide, "IAM roles for Amazon
# EC2"; Amazon S3 User Guide, "Setting up permissions for live replication".
_SILENT = frozenset({"ec2.amazonaws.com", "s3.amazonaws.com"})

Statement = dict[str, Any]
Strings = pulumi.Input[str] | Sequence[pulumi.Input[str]]
Conditions = Mapping[str, Mapping[str, Strings]]


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Strings,
    *,
    services: Sequence[str] = (),
    conditions: Conditions | None = None,
) -> Statement:
    """Build an Allow statement; `services` are the principals of a resource policy."""
    statement: Statement = {"Sid": sid, "Effect": "Allow"}
    if services:
        statement["Principal"] = {"Service": list(services)}
    statement["Action"] = list(actions)
    statement["Resource"] = resources
    if conditions:
        statement["Condition"] = conditions
    return statement


def allow_publishers(
    sid: str, actions: Sequence[str], resources: Strings, services: Sequence[str], account_id: str
) -> list[Statement]:
    """Allow services what they need to publish to a topic, for this account if they say for whom.

    There is a statement for those that do, and one for those that don't.
    """
    known = [service for service in services if service not in _SAY_NO_ACCOUNT]
    silent = [service for service in services if service in _SAY_NO_ACCOUNT]
    here = {"StringEquals": {"aws:SourceAccount": account_id}}
    statements = []
    if known:
        statements.append(allow(sid, actions, resources, services=known, conditions=here))
    if silent:
        statements.append(allow(f"{sid}Events", actions, resources, services=silent))
    return statements


def deny_insecure_transport(actions: str, resources: Strings) -> Statement:
    """Deny everybody who doesn't use TLS."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def assume_role(service: str, account_id: str) -> str:
    """Build the trust policy of a role for one AWS service, acting for this account only.

    The account condition keeps another customer from using the service as a confused deputy;
    services that don't say for whom they act would never meet it.
    """
    trust: Statement = {
        "Sid": "AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if service not in _SILENT:
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return json.dumps({"Version": "2012-10-17", "Statement": [trust]})


def document(*statements: Statement) -> pulumi.Output[str]:
    """Turn statements, which may hold outputs of other resources, into a policy document."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})
