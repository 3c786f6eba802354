"""What each condition key tells of who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stackproof.reasoning.access.parties import ANY_SERVICE, OWNER, Party, Says


@dataclass(frozen=True, slots=True)
class Key:
    """A key that tells who asks; with `source`, for whom a service asks."""

    says: Says
    source: bool = False


def _all(says: Says, *names: str, source: bool = False) -> dict[str, Key]:
    return {name.lower(): Key(says, source) for name in names}


# Source: IAM User Guide, "AWS global condition context keys" (of principals, of role sessions, of
# the network, of the request); of single services: AWS KMS Developer Guide, "kms:CallerAccount";
# Amazon S3 User Guide, "Condition keys for access points"; AWS Lambda Developer Guide,
# "AddPermission"; Amazon SNS Developer Guide, "aws:SourceOwner".
TELLING: Final[Mapping[str, Key]] = {
    **_all(
        Says.ACCOUNT,
        "aws:PrincipalAccount",
        "aws:VpceAccount",
        "kms:CallerAccount",
        "s3:DataAccessPointAccount",
    ),
    **_all(Says.ACCOUNT, "aws:SourceAccount", "aws:SourceOwner", source=True),
    **_all(
        Says.ARN,
        "aws:ChatbotSourceArn",
        "aws:FederatedProvider",
        "aws:PrincipalArn",
        "aws:SourceVpcArn",
        "ec2:SourceInstanceArn",
        "elasticfilesystem:AccessPointArn",
        "lambda:SourceFunctionArn",
        "s3:DataAccessPointArn",
        "ssm:SourceInstanceArn",
    ),
    **_all(Says.ARN, "aws:SourceArn", source=True),
    **_all(Says.ORGANIZATION, "aws:PrincipalOrgID", "aws:VpceOrgID"),
    **_all(Says.ORGANIZATION, "aws:SourceOrgID", source=True),
    **_all(Says.ORGANIZATION_PATH, "aws:PrincipalOrgPaths", "aws:VpceOrgPaths"),
    **_all(Says.ORGANIZATION_PATH, "aws:SourceOrgPaths", source=True),
    **_all(Says.NETWORK, "aws:SourceVpc", "aws:SourceVpce", "aws:Ec2InstanceSourceVpc"),
    **_all(Says.ADDRESSES, "aws:SourceIp"),
    **_all(Says.UNIQUE_ID, "aws:userid"),
    **_all(Says.SERVICE, "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"),
    **_all(Says.TOKEN, "lambda:EventSourceToken", source=True),
}
# What is true of some parties only. What comes by a mount target comes from the owner's networks.
# Source: Amazon EFS User Guide, "Blocking public access to file systems".
FLAGS: Final[Mapping[str, Party]] = {
    "aws:principalisawsservice": ANY_SERVICE,
    "elasticfilesystem:accessedviamounttarget": OWNER,
}

# What anybody can bring about: of the request, of the resource that is asked for, or a name or tag
# that each account gives as it likes. A private address says nothing without its VPC.
SILENT: Final = frozenset(
    name.lower()
    for name in (
        "aws:AssumedRoot",
        "aws:CalledVia",
        "aws:CalledViaFirst",
        "aws:CalledViaLast",
        "aws:CurrentTime",
        "aws:Ec2InstanceSourcePrivateIPv4",
        "aws:EpochTime",
        "aws:MultiFactorAuthAge",
        "aws:MultiFactorAuthPresent",
        "aws:PrincipalType",
        "aws:referer",
        "aws:RequestedRegion",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:SecureTransport",
        "aws:SourceIdentity",
        "aws:TagKeys",
        "aws:TokenIssueTime",
        "aws:UserAgent",
        "aws:username",
        "aws:ViaAWSService",
        "aws:VpcSourceIp",
    )
)
_SILENT_TAGS: Final = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")


def of_who_asks(key: str) -> bool:
    """Tell whether a key, in lower case, is of who asks, whence and when, and not of what for."""
    return key in TELLING or key in SILENT or key.startswith("aws:principaltag/")


def undecidable(key: str) -> bool:
    """Tell whether a global key, in lower case, is none of those that are known here.

    What services call their own keys says nothing of who asks, save for those that are listed.
    """
    known = key in TELLING or key in SILENT or key in FLAGS
    return key.startswith("aws:") and not known and not key.startswith(_SILENT_TAGS)
