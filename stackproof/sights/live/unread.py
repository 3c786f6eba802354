"""The types that controls judge or ask for and that no reader reads, each with the reason.

One that AWS shows as another type is read as that. Of the others the live sight knows only that
there are some, by the ARNs that state, outputs and tags name: then every control that judges the
type, or asks for it as a neighbour, is Unknown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stackproof.model import Cause, Unknown
from stackproof.sights.live.scope import Scope
from stackproof.types import tokens
from stackproof.types.adopted import ADOPTED
from stackproof.types.companions import COMPANIONS


@dataclass(frozen=True, slots=True)
class Unread:
    """Why nothing reads a type, and how it is known that there is one.

    `shown_as` are the types that AWS shows in its place; `arns` is a pattern of what follows the
    account in its ARN, after the service and a colon (`glue:connection/.+`).
    """

    reason: str
    shown_as: tuple[str, ...] = ()
    arns: str = ""


def _in_their_parents() -> dict[str, Unread]:
    """Give the settings that stand apart in programs only: AWS shows them in what they are of."""
    parents: dict[str, list[str]] = defaultdict(list)
    for companion in COMPANIONS:
        if not companion.read:
            parents[companion.type].append(companion.parent)
    return {
        type_: Unread("AWS shows it in what it belongs to", tuple(of))
        for type_, of in parents.items()
    }


_ONE_BY_ONE = "AWS shows each attachment by itself"
UNREAD: Final[Mapping[str, Unread]] = {
    **_in_their_parents(),
    **{
        type_: Unread("AWS shows it as any other of its kind", shown_as=(ADOPTED[type_],))
        for type_ in (tokens.EC2_DEFAULT_SUBNET, tokens.EC2_DEFAULT_VPC)
    },
    tokens.ACM_CERTIFICATE_VALIDATION: Unread(
        "it only waits for its certificate", shown_as=(tokens.ACM_CERTIFICATE,)
    ),
    tokens.VPC_DHCP_OPTIONS_ASSOCIATION: Unread(
        "AWS shows it in the network", shown_as=(tokens.VPC,)
    ),
    tokens.INTERNET_GATEWAY_ATTACHMENT: Unread(
        "AWS shows it in the gateway", shown_as=(tokens.INTERNET_GATEWAY,)
    ),
    # Amazon OpenSearch Service lists and describes domains of both engines.
    tokens.ELASTICSEARCH_DOMAIN: Unread(
        "AWS shows it as a domain of OpenSearch", shown_as=(tokens.OPENSEARCH_DOMAIN,)
    ),
    tokens.IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE: Unread(
        _ONE_BY_ONE, shown_as=(tokens.IAM_GROUP_POLICY_ATTACHMENT,)
    ),
    tokens.IAM_GROUP_POLICIES_EXCLUSIVE: Unread(
        "AWS shows each policy by itself", shown_as=(tokens.IAM_GROUP_POLICY,)
    ),
    tokens.IAM_ROLE_POLICIES_EXCLUSIVE: Unread(
        "AWS shows each policy by itself", shown_as=(tokens.IAM_ROLE_POLICY,)
    ),
    tokens.IAM_USER_POLICIES_EXCLUSIVE: Unread(
        "AWS shows each policy by itself", shown_as=(tokens.IAM_USER_POLICY,)
    ),
    tokens.IAM_POLICY_ATTACHMENT: Unread(
        _ONE_BY_ONE,
        shown_as=(
            tokens.IAM_GROUP_POLICY_ATTACHMENT,
            tokens.IAM_ROLE_POLICY_ATTACHMENT,
            tokens.IAM_USER_POLICY_ATTACHMENT,
        ),
    ),
    tokens.IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE: Unread(
        _ONE_BY_ONE, shown_as=(tokens.IAM_ROLE_POLICY_ATTACHMENT,)
    ),
    tokens.IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE: Unread(
        _ONE_BY_ONE, shown_as=(tokens.IAM_USER_POLICY_ATTACHMENT,)
    ),
    **dict.fromkeys(
        (tokens.S3_BUCKET_OBJECT, tokens.S3_BUCKET_OBJECT_V2, tokens.S3_OBJECT_COPY),
        Unread("each object would be a question of its own", arns="s3:[^/]+/.+"),
    ),
}


def unread_gaps(scope: Scope) -> dict[str, Unknown]:
    """Give the types that are known to be there and that nothing reads.

    Of types whose things have the same ARNs it is the first one: it can't be told which it is.
    """
    first = {unread.arns: type_ for type_, unread in reversed(list(UNREAD.items()))}
    return {
        type_: Unknown(Cause.UNREADABLE, detail=f"nothing reads {type_}: {UNREAD[type_].reason}")
        for arns, type_ in first.items()
        if arns and scope.named(_pattern(arns, scope))
    }


def _pattern(arns: str, scope: Scope) -> str:
    service, _, resource = arns.partition(":")
    region = f"({re.escape(scope.region)})?"
    return rf"arn:[^:]+:{service}:{region}:({scope.account})?:{resource}"
