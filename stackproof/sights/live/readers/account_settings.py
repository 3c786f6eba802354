"""What an account says once for everything in a region, as AWS shows it.

There is one of each, whoever set it: it is the stack's only where the state manages it, and is
asked for only where the stack has something of which it speaks. Of a whole account they are its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.s3_settings import BLOCKS
from stackproof.sights.live.scope import Scope
from stackproof.types.companions import ACCOUNT_WIDE
from stackproof.types.names import to_snake
from stackproof.types.tokens import (
    APIGATEWAY_ACCOUNT,
    EBS_ENCRYPTION_BY_DEFAULT,
    ECR_REGISTRY_POLICY,
    ECR_REGISTRY_SCANNING,
    ECR_REPLICATION,
    ECS_ACCOUNT_SETTING,
    INSTANCE_METADATA_DEFAULTS,
    S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
)


def _scanning(item: Item) -> Mapping[str, Any]:
    configuration = item.get("scanningConfiguration") or {}
    return {
        "registry_id": item.get("registryId"),
        "rules": snake(configuration.get("rules") or []),
        "scan_type": configuration.get("scanType", "BASIC"),
    }


def _replication(item: Item) -> Mapping[str, Any]:
    rules = (item.get("replicationConfiguration") or {}).get("rules")
    if not rules:
        return {}
    return {
        "registry_id": item.get("registryId"),
        "replication_configuration": {"rules": snake(rules)},
    }


def _policy(item: Item) -> Mapping[str, Any]:
    return {"policy": item["policyText"], "registry_id": item.get("registryId")}


def _encryption(item: Item) -> Mapping[str, Any]:
    return {"enabled": item["EbsEncryptionByDefault"]}


def _metadata(item: Item) -> Mapping[str, Any]:
    # What is left out is left to the image. EC2 API Reference, InstanceMetadataDefaultsResponse.
    level = snake(item.get("AccountLevel") or {})
    names = ("http_endpoint", "http_put_response_hop_limit", "http_tokens")
    return {name: level[name] for name in (*names, "instance_metadata_tags") if name in level}


def _logging(item: Item) -> Mapping[str, Any]:
    return {
        "api_key_version": item.get("apiKeyVersion"),
        "cloudwatch_role_arn": item.get("cloudwatchRoleArn"),
        "features": list(item.get("features") or ()),
        "throttle_settings": [snake(item["throttleSettings"])],
    }


def _ecs_setting(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    names = {"name": "name", "value": "value", "principal_arn": "principalArn"}
    data = {name: item.get(member) for name, member in names.items()}
    yield shown(scope, ECS_ACCOUNT_SETTING, item["name"], data)


def _block(item: Item) -> Mapping[str, Any]:
    return {to_snake(name): value for name, value in item.items()}


def _reader(
    type_: str,
    ask: Ask,
    properties: Callable[[Item], Mapping[str, Any]],
    parameters: Callable[[str], Mapping[str, Any]] = lambda account: {},
    unset: Mapping[str, Any] | None = None,
) -> Reader:
    """Give the reader of a setting; one that speaks of nothing judged is read by itself only.

    `parameters` are the question's, for an account: the id of those that need any is its number.
    `unset` is what holds where AWS answers that nobody has set anything.
    """
    spoken_of = next((setting.speaks_of for setting in ACCOUNT_WIDE if setting.type == type_), ())

    def build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
        if data := properties(item):
            yield shown(scope, type_, _id(type_, scope), data)

    def left(scope: Scope) -> Iterable[Resource]:
        if unset is not None:
            yield shown(scope, type_, _id(type_, scope), unset)

    return Reader(
        types=(type_,),
        listing=ask,
        targets=lambda scope: [parameters(scope.account)] if _ids(spoken_of, scope) else [],
        key=lambda item, scope: Key(
            _id(type_, scope),
            tags={},
            parent_ids=_ids(spoken_of, scope),
            others=not scope.whole,
        ),
        get_parameters=lambda id_, state: parameters(id_),
        build=build,
        arn_service="",
        known_by={type_: ()},
        unset=left,
    )


def _ids(types: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    return tuple(id_ for type_ in types for id_ in scope.ids(type_))


def _id(type_: str, scope: Scope) -> str:
    return scope.account if type_.startswith(("aws:ecr/", "aws:s3/")) else scope.region


READERS = (
    _reader(APIGATEWAY_ACCOUNT, Ask("apigateway", "GetAccount", iam="apigateway:GET"), _logging),
    _reader(ECR_REGISTRY_SCANNING, Ask("ecr", "GetRegistryScanningConfiguration"), _scanning),
    _reader(ECR_REPLICATION, Ask("ecr", "DescribeRegistry"), _replication),
    # Its error: Amazon ECR API Reference, GetRegistryPolicy.
    _reader(
        ECR_REGISTRY_POLICY,
        Ask("ecr", "GetRegistryPolicy", absent=("RegistryPolicyNotFoundException",), singular=True),
        _policy,
    ),
    _reader(EBS_ENCRYPTION_BY_DEFAULT, Ask("ec2", "GetEbsEncryptionByDefault"), _encryption),
    _reader(INSTANCE_METADATA_DEFAULTS, Ask("ec2", "GetInstanceMetadataDefaults"), _metadata),
    # It holds for the buckets of all regions. Amazon S3 User Guide, "Blocking public access".
    _reader(
        S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
        Ask(
            "s3control",
            "GetPublicAccessBlock",
            "PublicAccessBlockConfiguration",
            iam="s3:GetAccountPublicAccessBlock",
            absent=("NoSuchPublicAccessBlockConfiguration",),
            any_region=True,
            singular=True,
        ),
        _block,
        lambda account: {"AccountId": account},
        dict.fromkeys(BLOCKS, False),
    ),
    # Of some dozen settings the stack's are those that its state names. What holds for the root
    # user holds for all who have none of their own. ECS API Reference, ListAccountSettings.
    Reader(
        types=(ECS_ACCOUNT_SETTING,),
        listing=Ask("ecs", "ListAccountSettings", "settings"),
        targets=lambda scope: [],
        get_parameters=lambda id_, state: {"name": id_, "effectiveSettings": True},
        key=lambda item, scope: Key(item["name"], tags={}, others=True),
        build=_ecs_setting,
        arn_service="",
    ),
)
