"""The events in an account's trail that somebody is to be told of.

Source: CIS AWS Foundations Benchmark v5.0, section 4: a metric filter and an alarm for each. Of the
changes to a VPC those of ClassicLink are left out, which AWS has retired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """A recommendation: what it is about, and how its events look in the trail."""

    number: str
    about: str
    events: tuple[Event, ...]


def _event(name: str, source: str, **more: Any) -> Event:
    return {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "sourceIPAddress": "203.0.113.7",
        "userIdentity": {"type": "AssumedRole"},
        **more,
    }


def _calls(source: str, names: str) -> tuple[Event, ...]:
    return tuple(_event(name, source) for name in names.split())


def _each(names: str, *things: str) -> str:
    return " ".join(f"{name}{thing}" for name in names.split() for thing in things)


_SIGN_IN: Final = {"eventType": "AwsConsoleSignIn", "userIdentity": {"type": "IAMUser"}}
_GATEWAYS: Final = _each("Create Delete", "CustomerGateway", "InternetGateway")


@cache
def watched() -> tuple[Watched, ...]:
    """Give the recommendations in their order."""
    return tuple(_watched())


def _watched() -> Iterator[Watched]:
    yield Watched(
        "4.1",
        "calls that were not allowed",
        (
            _event("RunInstances", "ec2", errorCode="Client.UnauthorizedOperation"),
            _event("GetSecretValue", "secretsmanager", errorCode="AccessDenied"),
        ),
    )
    no_mfa = {"additionalEventData": {"MFAUsed": "No"}}
    success = {"responseElements": {"ConsoleLogin": "Success"}}
    yield Watched(
        "4.2",
        "sign-ins to the console without a second factor",
        (_event("ConsoleLogin", "signin", **_SIGN_IN, **no_mfa, **success),),
    )
    yield Watched(
        "4.3", "use of the root user", (_event("CreateUser", "iam", userIdentity={"type": "Root"}),)
    )
    inline = _each("Delete Put", "GroupPolicy", "RolePolicy", "UserPolicy")
    attached = _each("Attach Detach", "GroupPolicy", "RolePolicy", "UserPolicy")
    managed = _each("Create Delete", "Policy", "PolicyVersion")
    yield Watched("4.4", "changes to policies", _calls("iam", f"{inline} {attached} {managed}"))
    trails = "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"
    yield Watched("4.5", "changes to trails", _calls("cloudtrail", trails))
    failed = {"errorMessage": "Failed authentication"}
    yield Watched(
        "4.6",
        "sign-ins to the console that fail",
        (_event("ConsoleLogin", "signin", **_SIGN_IN, **failed),),
    )
    keys = "DisableKey ScheduleKeyDeletion"
    yield Watched("4.7", "keys that are disabled or to be deleted", _calls("kms", keys))
    buckets = f"PutBucketAcl {_each('Put Delete', *_BUCKET_SETTINGS)}"
    yield Watched("4.8", "changes to the policies of buckets", _calls("s3", buckets))
    recorder = _each("Stop Put", "ConfigurationRecorder")
    channel = _each("Delete Put", "DeliveryChannel")
    yield Watched("4.9", "changes to AWS Config", _calls("config", f"{recorder} {channel}"))
    rules = _each("Authorize Revoke", "SecurityGroupIngress", "SecurityGroupEgress")
    groups = f"{rules} CreateSecurityGroup DeleteSecurityGroup"
    yield Watched("4.10", "changes to security groups", _calls("ec2", groups))
    lists = _each("Create Delete", "NetworkAcl", "NetworkAclEntry")
    replaced = "ReplaceNetworkAclEntry ReplaceNetworkAclAssociation"
    yield Watched("4.11", "changes to network ACLs", _calls("ec2", f"{lists} {replaced}"))
    ways = f"{_GATEWAYS} AttachInternetGateway DetachInternetGateway"
    yield Watched("4.12", "changes to gateways", _calls("ec2", ways))
    tables = _each("Create Delete", "Route", "RouteTable")
    routes = f"{tables} ReplaceRoute ReplaceRouteTableAssociation DisassociateRouteTable"
    yield Watched("4.13", "changes to route tables", _calls("ec2", routes))
    peerings = _each("Accept Create Delete Reject", "VpcPeeringConnection")
    vpcs = f"CreateVpc DeleteVpc ModifyVpcAttribute {peerings}"
    yield Watched("4.14", "changes to VPCs", _calls("ec2", vpcs))
    yield Watched("4.15", "changes to the organization", _calls("organizations", _ORGANIZATION))


_BUCKET_SETTINGS: Final = ("BucketPolicy", "BucketCors", "BucketLifecycle", "BucketReplication")
_ORGANIZATION: Final = (
    "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy "
    "DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy "
    "DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount "
    "RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit"
)
