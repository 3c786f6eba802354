"""Looking up values: parameters, secrets, objects, and facts of AWS itself."""

from __future__ import annotations

import base64
from typing import Any

from stackproof.embedded.asking import listed
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.lookups import answered, looked_up, the_one
from stackproof.embedded.reading import Reading
from stackproof.sights.live.reader import tag_map
from stackproof.types.tokens import KEY_PAIR, SECRET, SECRET_POLICY


@invoke("aws:ssm/getParameter:getParameter")
def parameter(aws: Cloud, arguments: Properties) -> Properties:
    """Give a parameter's value; those that AWS publishes are there as well."""
    decrypted = arguments.get("with_decryption") is not False
    found = aws.client("ssm").get_parameter(Name=arguments["name"], WithDecryption=decrypted)
    shown = found["Parameter"]
    return {
        "id": shown["Name"],
        "arn": shown["ARN"],
        "insecure_value": "" if shown["Type"] == "SecureString" else shown["Value"],
        "name": shown["Name"],
        "type": shown["Type"],
        "value": shown["Value"],
        "version": shown["Version"],
        "with_decryption": decrypted,
    }


@invoke("aws:ssm/getParametersByPath:getParametersByPath")
def parameters_by_path(aws: Cloud, arguments: Properties) -> Properties:
    """Give the values of all parameters below a path."""
    pages = (
        aws.client("ssm")
        .get_paginator("get_parameters_by_path")
        .paginate(
            Path=arguments["path"],
            Recursive=bool(arguments.get("recursive")),
            WithDecryption=arguments.get("with_decryption") is not False,
        )
    )
    found = [item for page in pages for item in page["Parameters"]]
    return {
        "id": arguments["path"],
        "arns": [item["ARN"] for item in found],
        "names": [item["Name"] for item in found],
        "types": [item["Type"] for item in found],
        "values": [item["Value"] for item in found],
    }


@invoke("aws:secretsmanager/getSecret:getSecret")
def secret(aws: Cloud, arguments: Properties) -> Properties:
    """Describe a secret, found by its name or ARN."""
    arn = arguments.get("arn")
    if not arn:
        named = {"Filters": [{"Key": "name", "Values": [arguments["name"]]}]}
        found = [item for _, item in listed(aws, SECRET, named)]
        exact = [item["ARN"] for item in found if item["Name"] == arguments["name"]]
        arn = the_one("aws:secretsmanager/getSecret:getSecret", arguments["name"], exact)
    policy = Reading().read(aws, SECRET_POLICY, arn, {}, whole=True) or {}
    return {**looked_up(aws, SECRET, arn), "policy": policy.get("policy", "")}


@invoke("aws:secretsmanager/getSecretVersion:getSecretVersion")
def secret_version(aws: Cloud, arguments: Properties) -> Properties:
    """Give what a secret holds, now or in another version."""
    names = {"version_id": "VersionId", "version_stage": "VersionStage"}
    which = {there: arguments[here] for here, there in names.items() if arguments.get(here)}
    client = aws.client("secretsmanager")
    shown = client.get_secret_value(SecretId=arguments["secret_id"], **which)
    binary = shown.get("SecretBinary", b"")
    return {
        "id": f"{arguments['secret_id']}|{shown['VersionId']}",
        "arn": shown["ARN"],
        "secret_binary": base64.b64encode(binary).decode(),
        "secret_string": shown.get("SecretString", ""),
        "version_id": shown["VersionId"],
        "version_stage": arguments.get("version_stage") or "AWSCURRENT",
        "version_stages": list(shown["VersionStages"]),
    }


def _object(aws: Cloud, arguments: Properties) -> Properties:
    names = {"range": "Range", "version_id": "VersionId"}
    which = {there: arguments[here] for here, there in names.items() if arguments.get(here)}
    bucket, key = arguments["bucket"], arguments["key"]
    s3 = aws.client("s3")
    shown = s3.get_object(Bucket=bucket, Key=key, **which)
    content: bytes = shown["Body"].read()
    kind = shown.get("ContentType", "")
    # The provider reads a body only where it is text.
    text = kind.startswith("text/") or kind.endswith(("json", "xml", "javascript", "yaml"))
    tags: Any = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {
        "id": f"{bucket}/{key}",
        "arn": f"arn:{aws.partition}:s3:::{bucket}/{key}",
        "body": content.decode(errors="replace") if text else "",
        "body_base64": base64.b64encode(content).decode(),
        "content_length": shown["ContentLength"],
        "content_type": kind,
        "etag": shown["ETag"].strip('"'),
        "last_modified": f"{shown['LastModified']:%a, %d %b %Y %H:%M:%S GMT}",
        "metadata": dict(shown.get("Metadata", {})),
        "server_side_encryption": shown.get("ServerSideEncryption", ""),
        "storage_class": shown.get("StorageClass", "STANDARD"),
        "tags": tag_map(tags),
        "version_id": shown.get("VersionId", ""),
    }


for _token in ("getObject:getObject", "getBucketObject:getBucketObject"):
    invoke(f"aws:s3/{_token}")(_object)


@invoke("aws:s3/getCanonicalUserId:getCanonicalUserId")
def canonical_user(aws: Cloud, arguments: Properties) -> Properties:
    """Say by which id access lists of buckets know the account."""
    owner = aws.client("s3").list_buckets()["Owner"]
    return {"id": owner["ID"], "display_name": owner.get("DisplayName", "")}


@invoke("aws:index/getRegions:getRegions")
def regions(aws: Cloud, arguments: Properties) -> Properties:
    """List the regions."""
    every = bool(arguments.get("all_regions"))
    listed = aws.client("ec2").describe_regions(AllRegions=every)["Regions"]
    return {"id": aws.partition, "names": sorted(item["RegionName"] for item in listed)}


@invoke("aws:ec2/getKeyPair:getKeyPair")
def key_pair(aws: Cloud, arguments: Properties) -> Properties:
    """Find a key pair by its name or id."""
    names = {"key_name": "KeyNames", "key_pair_id": "KeyPairIds"}
    which = {there: [arguments[here]] for here, there in names.items() if arguments.get(here)}
    token = "aws:ec2/getKeyPair:getKeyPair"
    name, _ = the_one(token, which, listed(aws, KEY_PAIR, {**which, "IncludePublicKey": True}))
    shown = looked_up(aws, KEY_PAIR, name)
    return answered(token, {**shown, "id": shown["key_pair_id"]})
