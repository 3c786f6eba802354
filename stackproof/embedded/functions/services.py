"""Looking up what is known by a name that is not its Pulumi id."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from stackproof.embedded.asking import listed
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.lookups import answered, looked_up, the_one
from stackproof.sights.live.iam_answers import document_text, policy_properties
from stackproof.sights.live.reader import snake, tag_map
from stackproof.types.tokens import (
    ACM_CERTIFICATE,
    ECS_TASK_DEFINITION,
    KMS_ALIAS,
    KMS_KEY,
    LB,
    LB_TARGET_GROUP,
    ROUTE53_ZONE,
    SQS_QUEUE,
)


@invoke("aws:acm/getCertificate:getCertificate")
def certificate(aws: Cloud, arguments: Properties) -> Properties:
    """Find the certificate of a domain."""
    statuses = list(arguments.get("statuses") or ("ISSUED",))
    pages = aws.client("acm").get_paginator("list_certificates")
    listed_ = pages.paginate(CertificateStatuses=statuses).search("CertificateSummaryList")
    found = [item for item in listed_ if item["DomainName"] == arguments.get("domain")]
    if arguments.get("most_recent"):
        found = sorted(found, key=lambda item: str(item.get("CreatedAt")))[-1:]
    token = "aws:acm/getCertificate:getCertificate"
    arn = the_one(token, arguments.get("domain"), found)["CertificateArn"]
    return answered(token, looked_up(aws, ACM_CERTIFICATE, arn))


@invoke("aws:cloudwatch/getLogGroup:getLogGroup")
def log_group(aws: Cloud, arguments: Properties) -> Properties:
    """Find a log group by its name."""
    return looked_up(aws, "aws:cloudwatch/logGroup:LogGroup", arguments["name"])


def _credentials(aws: Cloud, arguments: Properties) -> Properties:
    request = {"registryIds": [arguments["registry_id"]]} if arguments.get("registry_id") else {}
    (given,) = aws.client("ecr").get_authorization_token(**request)["authorizationData"]
    token = given["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    return {
        "id": aws.region,
        "authorization_token": token,
        "expires_at": f"{given['expiresAt']:%Y-%m-%dT%H:%M:%SZ}",
        "password": password,
        "proxy_endpoint": given["proxyEndpoint"],
        "user_name": user,
    }


for _token in ("getAuthorizationToken:getAuthorizationToken", "getCredentials:getCredentials"):
    invoke(f"aws:ecr/{_token}")(_credentials)


@invoke("aws:ecs/getCluster:getCluster")
def cluster(aws: Cloud, arguments: Properties) -> Properties:
    """Find a cluster by its name."""
    name = arguments["cluster_name"]
    shown = looked_up(aws, "aws:ecs/cluster:Cluster", aws.arn("ecs", f"cluster/{name}"))
    return {**shown, "cluster_name": name, "status": "ACTIVE"}


@invoke("aws:ecs/getTaskDefinition:getTaskDefinition")
def task_definition(aws: Cloud, arguments: Properties) -> Properties:
    """Find a task definition by its family, with its revision or without."""
    token, name = "aws:ecs/getTaskDefinition:getTaskDefinition", arguments["task_definition"]
    arn, _ = the_one(token, name, listed(aws, ECS_TASK_DEFINITION, {"taskDefinition": name}))
    shown = looked_up(aws, ECS_TASK_DEFINITION, arn)
    return answered(token, {**shown, "id": arn, "status": "ACTIVE"})


@invoke("aws:iam/getPolicy:getPolicy")
def policy(aws: Cloud, arguments: Properties) -> Properties:
    """Find a managed policy by its ARN or its name, the account's own and AWS's."""
    iam = aws.client("iam")
    arn = arguments.get("arn")
    if not arn:
        pages = iam.get_paginator("list_policies")
        listed_ = pages.paginate(PathPrefix=arguments.get("path_prefix") or "/").search("Policies")
        found = [item for item in listed_ if item["PolicyName"] == arguments.get("name")]
        arn = the_one("aws:iam/getPolicy:getPolicy", arguments.get("name"), found)["Arn"]
    shown = iam.get_policy(PolicyArn=arn)["Policy"]
    version = shown["DefaultVersionId"]
    held = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    return {
        **policy_properties(shown),
        "id": arn,
        "attachment_count": shown["AttachmentCount"],
        "policy": document_text(held["Document"]),
        "tags": tag_map(shown.get("Tags")),
    }


@invoke("aws:kms/getKey:getKey")
def key(aws: Cloud, arguments: Properties) -> Properties:
    """Find a key by its id, ARN or alias."""
    token = "aws:kms/getKey:getKey"
    found = listed(aws, KMS_KEY, {"KeyId": arguments["key_id"]})
    id_, item = the_one(token, arguments["key_id"], found)
    plain = {name: value for name, value in snake(item).items() if not hasattr(value, "year")}
    shown = {**plain, **looked_up(aws, KMS_KEY, id_), "key_id": arguments["key_id"]}
    return answered(token, shown)


@invoke("aws:kms/getAlias:getAlias")
def alias(aws: Cloud, arguments: Properties) -> Properties:
    """Find the key that an alias stands for.

    Describing an alias of AWS's own makes its key where nothing has used it yet.
    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
    """
    name = arguments["name"]
    ((id_, target),) = listed(aws, KMS_KEY, {"KeyId": name})
    shown = looked_up(aws, KMS_ALIAS, name)
    named = {"target_key_arn": target["Arn"], "target_key_id": id_}
    return {**shown, "id": shown["arn"], **named}


def _balancing(token: str, type_: str, by: Mapping[str, str]) -> None:
    @invoke(token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        wanted = {name: arguments[name] for name in by if arguments.get(name)}
        found = listed(aws, type_, {by[name]: [value] for name, value in wanted.items()})
        shown = [looked_up(aws, type_, id_) for id_, _ in found]
        tags = (arguments.get("tags") or {}).items()
        fitting = [resource for resource in shown if tags <= (resource.get("tags") or {}).items()]
        return answered(token, the_one(token, wanted or arguments.get("tags"), fitting))


_balancing(
    "aws:lb/getLoadBalancer:getLoadBalancer",
    LB,
    {"arn": "LoadBalancerArns", "name": "Names"},
)
_balancing(
    "aws:lb/getTargetGroup:getTargetGroup",
    LB_TARGET_GROUP,
    {"arn": "TargetGroupArns", "name": "Names"},
)


@invoke("aws:route53/getZone:getZone")
def zone(aws: Cloud, arguments: Properties) -> Properties:
    """Find a hosted zone by its id, or by its name and kind."""
    route53 = aws.client("route53")
    id_ = arguments.get("zone_id")
    if not id_:
        name = str(arguments.get("name") or "").rstrip(".") + "."
        pages = route53.get_paginator("list_hosted_zones").paginate()
        private = bool(arguments.get("private_zone") or arguments.get("vpc_id"))
        found = [
            item
            for item in pages.search("HostedZones")
            if item["Name"] == name and item["Config"].get("PrivateZone", False) is private
        ]
        if not found:
            raise EmbeddedError(f"there is no hosted zone {name} on the embedded AWS")
        id_ = the_one("aws:route53/getZone:getZone", name, found)["Id"]
    id_ = str(id_).rpartition("/")[2]
    ((_, item),) = listed(aws, ROUTE53_ZONE, {"Id": id_})
    config = snake(item["HostedZone"])
    more = {"private_zone": config["config"].get("private_zone", False), "zone_id": id_}
    token = "aws:route53/getZone:getZone"
    return answered(token, {**config, **looked_up(aws, ROUTE53_ZONE, id_), **more})


@invoke("aws:sns/getTopic:getTopic")
def topic(aws: Cloud, arguments: Properties) -> Properties:
    """Find a topic by its name."""
    arn = aws.arn("sns", arguments["name"])
    return looked_up(aws, "aws:sns/topic:Topic", arn)


@invoke("aws:sqs/getQueue:getQueue")
def queue(aws: Cloud, arguments: Properties) -> Properties:
    """Find a queue by its name."""
    shown = looked_up(aws, SQS_QUEUE, arguments["name"])
    return {**shown, "id": shown["url"]}
