"""What a program can say in a resource or apart from it is joined, or listed with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from stackproof.controls import catalogue
from stackproof.types.companions import COMPANIONS, PARTS, Companion, Part, parent_properties
from stackproof.types.names import to_snake
from stackproof.types.table import PulumiType, tagged, type_of, types

_ITSELF = "a thing of its own: what it says is no setting of the other"
_TAGS_ONLY = "no control asks for what it says"
_BY_HAND = "controls ask for both: see"
_ONE = "a thing of its own that the other one is used by or stands in"
REASONS: Mapping[str, str] = {
    "acm/certificateValidation": "waits for the certificate, and says nothing of it",
    "apigateway/basePathMapping": _ITSELF,
    "apigateway/integration": _ITSELF,
    "apigateway/integrationResponse": _ITSELF,
    "apigateway/method": _ITSELF,
    "apigateway/methodResponse": _ITSELF,
    "apigateway/methodSettings": _TAGS_ONLY,
    "apigateway/requestValidator": _ITSELF,
    "apigateway/response": _ITSELF,
    "apigateway/restApiPut": _TAGS_ONLY,
    "apigatewayv2/apiMapping": _ITSELF,
    "apigatewayv2/authorizer": _ITSELF,
    "apigatewayv2/integration": f"{_BY_HAND} http_apis",
    "apigatewayv2/integrationResponse": _ITSELF,
    "apigatewayv2/route": f"{_BY_HAND} http_apis",
    "apigatewayv2/routeResponse": _ITSELF,
    "autoscaling/lifecycleHook": _TAGS_ONLY,
    "autoscaling/policy": f"{_BY_HAND} autoscaling_policies",
    "autoscaling/schedule": "says sizes for some hours of the day only",
    "budgets/budgetAction": _ITSELF,
    "cfg/organizationManagedRule": _ITSELF,
    "cloudfront/distributionTenant": _ITSELF,
    "cloudwatch/eventTarget": _ITSELF,
    "cloudwatch/logDeliveryDestination": _ONE,
    "cloudwatch/logDeliveryDestinationPolicy": _TAGS_ONLY,
    "cloudwatch/logDeliverySource": _ONE,
    "cognito/user": _ITSELF,
    "cognito/userInGroup": _ITSELF,
    "dms/s3Endpoint": "an endpoint of another kind, with settings of its own",
    "docdb/clusterInstance": _ONE,
    "docdb/clusterParameterGroup": _ONE,
    "docdb/clusterSnapshot": _ITSELF,
    "dynamodb/globalSecondaryIndex": _TAGS_ONLY,
    "dynamodb/tableItem": _ITSELF,
    "dynamodb/tableReplica": _TAGS_ONLY,
    "ebs/snapshot": _ITSELF,
    "ebs/snapshotCopy": _ITSELF,
    "ebs/snapshotImport": _ITSELF,
    "ebs/volume": _ONE,
    "ebs/volumeCopy": _ITSELF,
    "ec2/amiCopy": _ITSELF,
    "ec2/amiFromInstance": _ITSELF,
    "ec2/eip": _ONE,
    "ec2/eipAssociation": "no control asks for the addresses of an instance that it gets later",
    "ec2/eipDomainName": _TAGS_ONLY,
    "ec2/flowLog": _ITSELF,
    "ec2/instance": _ONE,
    "ec2/internetGatewayAttachment": "no control asks for the VPC of a gateway: routes tell",
    "ec2/mainRouteTableAssociation": f"{_BY_HAND} reasoning.network",
    "ec2/natGateway": _ONE,
    "ec2/natGatewayEipAssociation": _TAGS_ONLY,
    "ec2/networkAclAssociation": _TAGS_ONLY,
    "ec2/networkAclRule": _TAGS_ONLY,
    "ec2/networkInterfaceAttachment": _TAGS_ONLY,
    "ec2/peeringConnectionOptions": _TAGS_ONLY,
    "ec2/route": f"{_BY_HAND} reasoning.network",
    "ec2/routeTable": f"{_BY_HAND} reasoning.network",
    "ec2/routeTableAssociation": f"{_BY_HAND} reasoning.network",
    "ec2/snapshotCreateVolumePermission": _TAGS_ONLY,
    "ec2/spotInstanceRequest": _ONE,
    "ec2/subnet": _ONE,
    "ec2/subnetCidrReservation": _TAGS_ONLY,
    "ec2/vpcBlockPublicAccessExclusion": _TAGS_ONLY,
    "ec2/vpcEndpointConnectionAccepter": _ITSELF,
    "ec2/vpcEndpointConnectionNotification": _ITSELF,
    "ec2/vpcEndpointRouteTableAssociation": "joined with the endpoint; routes of it are no exits",
    "ec2/vpcEndpointService": _ITSELF,
    "ec2/vpcEndpointServiceAllowedPrinciple": _ITSELF,
    "ec2/vpcIpam": _ITSELF,
    "ec2/vpcIpamPool": _ITSELF,
    "ec2/vpcIpv4CidrBlockAssociation": _TAGS_ONLY,
    "ec2/vpcIpv6CidrBlockAssociation": _TAGS_ONLY,
    "ec2/vpcPeeringConnectionAccepter": _TAGS_ONLY,
    "ec2/vpnGatewayRoutePropagation": "routes to a VPN are no exits to the internet",
    "ec2transitgateway/connect": _ITSELF,
    "ec2transitgateway/defaultRouteTableAssociation": _TAGS_ONLY,
    "ec2transitgateway/defaultRouteTablePropagation": _TAGS_ONLY,
    "ec2transitgateway/routeTable": _ITSELF,
    "ec2transitgateway/routeTableAssociation": f"{_BY_HAND} transit_gateways",
    "ec2transitgateway/routeTablePropagation": f"{_BY_HAND} transit_gateways",
    "ec2transitgateway/vpcAttachment": _ITSELF,
    "ec2transitgateway/vpcAttachmentAccepter": _ITSELF,
    "ecr/repositoryCreationTemplate": "for repositories that ECR itself makes",
    "ecs/expressGatewayService": _ITSELF,
    "ecs/service": _ONE,
    "ecs/taskSet": "for services whose deployments somebody else controls",
    "efs/fileSystemPolicy": _TAGS_ONLY,
    "eks/addon": _ITSELF,
    "eks/capability": _ITSELF,
    "eks/fargateProfile": _ITSELF,
    "eks/nodeGroup": _ITSELF,
    "eks/podIdentityAssociation": _ITSELF,
    "elasticache/cluster": "a member; its group says what members are like",
    "guardduty/organizationConfiguration": "for the other accounts of an organisation",
    "guardduty/organizationConfigurationFeature": "for the other accounts of an organisation",
    "iam/groupPolicyAttachment": _ITSELF,
    "iam/groupPolicyAttachmentsExclusive": _ITSELF,
    "iam/instanceProfile": _ONE,
    "iam/rolePolicy": f"{_BY_HAND} support.documents",
    "iam/rolePolicyAttachment": f"{_BY_HAND} support.documents",
    "iam/rolePolicyAttachmentsExclusive": f"{_BY_HAND} support.documents",
    "iam/userPolicyAttachment": _ITSELF,
    "iam/userPolicyAttachmentsExclusive": _ITSELF,
    "kinesis/streamConsumer": _ITSELF,
    "lambda/eventSourceMapping": _ITSELF,
    "lambda/functionScalingConfig": _TAGS_ONLY,
    "lambda/provisionedConcurrencyConfig": _TAGS_ONLY,
    "lambda/runtimeManagementConfig": "says when a runtime is patched, not which one it is",
    "lb/listenerCertificate": "more certificates, for other names",
    "lb/targetGroupAttachment": "a target; no setting of its group",
    "elasticsearch/vpcEndpoint": _ITSELF,
    "opensearch/vpcEndpoint": _ITSELF,
    "neptune/clusterInstance": _ONE,
    "neptune/clusterParameterGroup": _ONE,
    "neptune/clusterSnapshot": _ITSELF,
    "rds/clusterActivityStream": _TAGS_ONLY,
    "rds/clusterEndpoint": _ITSELF,
    "rds/clusterInstance": f"{_BY_HAND} rds_placement",
    "rds/clusterParameterGroup": f"{_BY_HAND} rds_tls",
    "rds/clusterSnapshot": _ITSELF,
    "rds/clusterSnapshotCopy": _ITSELF,
    "rds/instance": _ONE,
    "rds/instanceAutomatedBackupsReplication": _TAGS_ONLY,
    "rds/instanceDesiredState": _TAGS_ONLY,
    "rds/snapshotCopy": _ITSELF,
    "redshift/clusterIamRoles": _TAGS_ONLY,
    "redshift/clusterSnapshot": _ITSELF,
    "redshift/endpointAccess": _ITSELF,
    "redshift/partner": _ITSELF,
    "redshift/snapshotCopy": _TAGS_ONLY,
    "redshift/snapshotScheduleAssociation": _TAGS_ONLY,
    "route53/vpcAssociationAuthorization": _ITSELF,
    "route53/zoneAssociation": _TAGS_ONLY,
    "s3/accessPoint": _ITSELF,
    "s3/bucketCorsConfiguration": _TAGS_ONLY,
    "s3/bucketObject": _ITSELF,
    "s3/bucketObjectLockConfiguration": _TAGS_ONLY,
    "s3/bucketObjectv2": _ITSELF,
    "s3/bucketWebsiteConfiguration": _TAGS_ONLY,
    "s3/directoryBucket": _ITSELF,
    "s3/objectCopy": _ITSELF,
    "scheduler/scheduleGroup": _ONE,
    "sns/topicSubscription": f"{_BY_HAND} sns_topics",
    "vpc/endpointPrivateDns": _TAGS_ONLY,
    "vpc/routeServerPropagation": "routes of a route server are no exits to the internet",
    "vpc/securityGroupVpcAssociation": "further VPCs of a group: its rules are the same there",
    "wafv2/webAclAssociation": f"{_BY_HAND} load_balancer_waf",
}
JUDGED = {type_ for control in catalogue().values() for type_ in control.types}
# What says little of what a setting is: two types that share it say nothing of each other.
COMMON = {"arn", "description", "enabled", "id", "name", "name_prefix", "region", "tags", "type"}
# Modules in which the provider keeps types that belong together.
TOGETHER = {"vpc": "ec2", "ebs": "ec2"}


def module(token: str) -> str:
    name = token.split(":")[1].split("/", maxsplit=1)[0]
    return TOGETHER.get(name, name)


def words(token: str) -> str:
    return to_snake(token.rpartition(":")[2])


def stem(name: str) -> str:
    """Give what a property is about: `route_table_ids` and `route_table_id` are about the same."""
    bare = re.sub(r"_(ids?|arns?|names?|identifiers?|urls?|configurations?)$", "", name)
    return re.sub(r"ies$", "y", bare).removesuffix("s")


def inputs(type_: PulumiType) -> set[str]:
    return set(type_.shape.kinds) - type_.outputs - COMMON


def apart(parent: PulumiType, other: PulumiType) -> bool:
    """Tell whether a type may say, in a resource of its own, a setting of another type.

    It belongs to the other one by its name or by a property that names it, and has a property
    that the other one has, too, or is called like one.
    """
    own, name = words(parent.token), words(other.token)
    service = parent.token.split(":")[1].split("/")[0]
    ends = ("", "_id", "_arn", "_name", "_url", "_identifier")
    points = inputs(other) & {f"{kind}{end}" for kind in (own, f"{service}_{own}") for end in ends}
    called = name.startswith(f"{own}_")
    if not points and not called:
        return False
    settings = {stem(one) for one in inputs(parent)} - {own}
    rest = name.removeprefix(own).strip("_")
    said = {stem(one) for one in inputs(other) - points}
    return bool(
        settings & said
        or any(len(one) > 3 and (one in rest or rest in one) for one in settings if rest)
        or any(a.endswith(f"_{b}") for a in said for b in settings)
    )


def pairs() -> Iterator[tuple[str, str]]:
    known = {one.token: one for one in types()}
    for parent in sorted(JUDGED & known.keys()):
        for token, other in known.items():
            if token != parent and module(token) == module(parent) and apart(known[parent], other):
                yield parent, token


def joined(parent: str, other: str) -> bool:
    return any(parent in parents for parents in parent_properties(other).values())


def short(token: str) -> str:
    return token.split(":")[1]


def test_setting_that_may_stand_apart_is_joined_or_listed_with_a_reason() -> None:
    open_ = {short(other) for parent, other in pairs() if not joined(parent, other)}
    assert open_ - REASONS.keys() == set()
    assert REASONS.keys() - open_ == set(), "joined by now, or gone from Pulumi: leave it out"


@pytest.mark.parametrize("companion", [*COMPANIONS, *PARTS], ids=lambda companion: companion.type)
def test_companion_speaks_pulumi(companion: Companion | Part) -> None:
    parent, other = type_of(companion.parent), type_of(companion.type)
    assert parent is not None
    assert other is not None
    older = getattr(companion, "older", False)
    assert (companion.setting in parent.shape.kinds) is not older
    names = {companion.points, getattr(companion, "says", "")} - {""}
    assert names <= other.shape.kinds.keys()
    assert not names & other.outputs


def test_tags_that_stand_apart_are_joined_for_every_type_that_takes_them() -> None:
    apart_ = {one.parent for one in COMPANIONS if one.setting == "tags"}
    has_tag_type = {"autoscaling", "dynamodb", "ec2", "ecs"}
    taking = {token for token in tagged() if module(token) in has_tag_type}
    assert taking & JUDGED - apart_ == set()
