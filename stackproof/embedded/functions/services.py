"""Looking up what is known by a name that is not its Pulumi id."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.lookups import looked_up, the_one
from stackproof.sights.live.reader import snake, tag_map
from stackproof.types.tokens import KMS_ALIAS


def _tagged(wanted: Properties, tags: Mapping[str, str]) -> bool:
    return (wanted.get("tags") or {}).items() <= tags.items()


@invoke("aws:acm/getCertificate:getCertificate")
def certificate(aws: Cloud, arguments: Properties) -> Properties:
    """Find the certificate of a domain."""
    acm = aws.client("acm")
    statuses = list(arguments.get("statuses") or ("ISSUED",))
    pages = acm.get_paginator("list_certificates").paginate(CertificateStatuses=statuses)
    listed = [item for page in pages for item in page["CertificateSummaryList"]]
    found = [item for item in listed if item["DomainName"] == arguments.get("domain")]
    if arguments.get("most_recent"):
        found = sorted(found, key=lambda item: str(item.get("CreatedAt")))[-1:]
    arn = the_one("aws:acm/getCertificate:getCertificate", arguments.get("domain"), found)[
        "CertificateArn"
    ]
    shown = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    tags = tag_map(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"])
    return {"id": arn, "arn": arn, "status": shown["Status"], "tags": tags}


@invoke("aws:cloudwatch/getLogGroup:getLogGroup")
def log_group(aws: Cloud, arguments: Properties) -> Properties:
    """Find a log group by its name."""
    return looked_up(aws, "aws:cloudwatch/logGroup:LogGroup", arguments["name"])


@invoke("aws:cloudwatch/getEventBus:getEventBus")
def event_bus(aws: Cloud, arguments: Properties) -> Properties:
    """Find an event bus by its name."""
    shown = aws.client("events").describe_event_bus(Name=arguments["name"])
    return {**snake(shown), "id": shown["Name"]}


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
    name = arguments["task_definition"]
    shown = aws.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
    arn = shown["taskDefinitionArn"]
    bare = arn.rpartition(":")[0]
    return {**snake(shown), "id": arn, "arn": arn, "arn_without_revision": bare}


@invoke("aws:iam/getPolicy:getPolicy")
def policy(aws: Cloud, arguments: Properties) -> Properties:
    """Find a managed policy by its ARN or its name, the account's own and AWS's."""
    iam = aws.client("iam")
    arn = arguments.get("arn")
    if not arn:
        pages = iam.get_paginator("list_policies").paginate(
            PathPrefix=arguments.get("path_prefix") or "/"
        )
        listed = [item for page in pages for item in page["Policies"]]
        found = [item for item in listed if item["PolicyName"] == arguments.get("name")]
        arn = the_one("aws:iam/getPolicy:getPolicy", arguments.get("name"), found)["Arn"]
    shown = iam.get_policy(PolicyArn=arn)["Policy"]
    version = shown["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    return {
        "id": arn,
        "arn": arn,
        "attachment_count": shown["AttachmentCount"],
        "description": shown.get("Description", ""),
        "name": shown["PolicyName"],
        "path": shown["Path"],
        "policy": _json(document["Document"]),
        "policy_id": shown["PolicyId"],
        "tags": tag_map(shown.get("Tags")),
    }


def _json(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


@invoke("aws:iam/getUser:getUser")
def user(aws: Cloud, arguments: Properties) -> Properties:
    """Find a user by its name."""
    shown = aws.client("iam").get_user(UserName=arguments["user_name"])["User"]
    boundary = shown.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    return {
        "id": shown["UserId"],
        "arn": shown["Arn"],
        "path": shown["Path"],
        "permissions_boundary": boundary,
        "tags": tag_map(shown.get("Tags")),
        "user_id": shown["UserId"],
        "user_name": shown["UserName"],
    }


@invoke("aws:kms/getKey:getKey")
def key(aws: Cloud, arguments: Properties) -> Properties:
    """Find a key by its id, ARN or alias."""
    shown = aws.client("kms").describe_key(KeyId=arguments["key_id"])["KeyMetadata"]
    plain = {name: value for name, value in snake(shown).items() if not hasattr(value, "year")}
    return {**plain, "id": shown["KeyId"], "key_id": arguments["key_id"]}


@invoke("aws:kms/getAlias:getAlias")
def alias(aws: Cloud, arguments: Properties) -> Properties:
    """Find the key that an alias stands for.

    Describing an alias of AWS's own makes its key where nothing has used it yet.
    AWS: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
    """
    name = arguments["name"]
    target = aws.client("kms").describe_key(KeyId=name)["KeyMetadata"]
    shown = looked_up(aws, KMS_ALIAS, name)
    return {
        **shown,
        "id": shown["arn"],
        "target_key_arn": target["Arn"],
        "target_key_id": target["KeyId"],
    }


def _balancing(operation: str, result: str, arn: str, type_: str) -> Callable[..., Properties]:
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        elb = aws.client("elbv2")
        pages = elb.get_paginator(operation).paginate()
        listed = [item[arn] for page in pages for item in page[result]]
        wanted = {name: arguments[name] for name in ("arn", "name") if arguments.get(name)}
        found = [looked_up(aws, type_, id_) for id_ in listed]
        fitting = [
            one
            for one in found
            if all(one.get(name) == value for name, value in wanted.items())
            and _tagged(arguments, one.get("tags") or {})
        ]
        result_: Properties = the_one(type_, wanted or arguments.get("tags"), fitting)
        return result_

    return look_up


invoke("aws:lb/getLoadBalancer:getLoadBalancer")(
    _balancing(
        "describe_load_balancers",
        "LoadBalancers",
        "LoadBalancerArn",
        "aws:lb/loadBalancer:LoadBalancer",
    )
)
invoke("aws:lb/getTargetGroup:getTargetGroup")(
    _balancing(
        "describe_target_groups", "TargetGroups", "TargetGroupArn", "aws:lb/targetGroup:TargetGroup"
    )
)


@invoke("aws:route53/getZone:getZone")
def zone(aws: Cloud, arguments: Properties) -> Properties:
    """Find a hosted zone by its id, or by its name and kind."""
    route53 = aws.client("route53")
    id_ = arguments.get("zone_id")
    if not id_:
        name = str(arguments.get("name") or "").rstrip(".") + "."
        pages = route53.get_paginator("list_hosted_zones").paginate()
        listed = [item for page in pages for item in page["HostedZones"]]
        private = bool(arguments.get("private_zone") or arguments.get("vpc_id"))
        found = [
            item
            for item in listed
            if item["Name"] == name and item["Config"].get("PrivateZone", False) is private
        ]
        if not found:
            raise EmbeddedError(f"there is no hosted zone {name} on the embedded AWS")
        id_ = the_one("aws:route53/getZone:getZone", name, found)["Id"]
    id_ = str(id_).rpartition("/")[2]
    shown = looked_up(aws, "aws:route53/zone:Zone", id_)
    answer = route53.get_hosted_zone(Id=id_)["HostedZone"]
    return {
        **shown,
        "caller_reference": answer["CallerReference"],
        "name": str(answer["Name"]).rstrip("."),
        "private_zone": answer["Config"].get("PrivateZone", False),
        "resource_record_set_count": answer.get("ResourceRecordSetCount", 0),
        "zone_id": id_,
    }


@invoke("aws:sns/getTopic:getTopic")
def topic(aws: Cloud, arguments: Properties) -> Properties:
    """Find a topic by its name."""
    arn = aws.arn("sns", arguments["name"])
    return looked_up(aws, "aws:sns/topic:Topic", arn)


@invoke("aws:sqs/getQueue:getQueue")
def queue(aws: Cloud, arguments: Properties) -> Properties:
    """Find a queue by its name."""
    url = aws.client("sqs").get_queue_url(QueueName=arguments["name"])["QueueUrl"]
    shown = looked_up(aws, "aws:sqs/queue:Queue", url)
    return {**shown, "url": url}
