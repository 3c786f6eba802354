"""CloudFront: settings of distributions that moto drops, and kinds that it lacks."""

from __future__ import annotations

import copy
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.keeping import keep
from stackproof.embedded.overlay.registry import handles, patches, validates

_ORIGIN = (
    "OriginAccessControlId",
    "ResponseCompletionTimeout",
    "S3OriginConfig",
    "VpcOriginConfig",
)
_BEHAVIOR = (
    "FunctionAssociations",
    "GrpcConfig",
    "LambdaFunctionAssociations",
    "ForwardedValues",
)


@patches("cloudfront")
def keep_every_setting() -> None:
    """Keep what leads to origins, and what runs at the edge.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
    """
    from moto.cloudfront.models import DistributionConfig

    config_class: Any = DistributionConfig
    original = config_class.__init__

    def init(config: Any, given: dict[str, Any]) -> None:
        asked = copy.deepcopy(given)
        original(config, given)
        origins = zip(config.Origins["Items"], asked["Origins"]["Items"], strict=True)
        for origin, wanted in origins:
            keep(origin, wanted, _ORIGIN)
        behaviors = (asked.get("CacheBehaviors") or {}).get("Items") or ()
        kept = config.CacheBehaviors.get("Items") or ()
        for behavior, wanted in (
            (config.DefaultCacheBehavior, asked["DefaultCacheBehavior"]),
            *zip(kept, behaviors, strict=True),
        ):
            keep(behavior, wanted, _BEHAVIOR)
            if "ForwardedValues" not in wanted:  # a policy says it instead
                behavior.ForwardedValues = None

    config_class.__init__ = init


@validates("cloudfront", "DeleteDistribution")
def delete_only_what_is_disabled(call: Call) -> None:
    """Refuse to delete a distribution that serves.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html
    """
    found = call.backend("cloudfront").distributions.get(call.params["Id"])
    if found is not None and found.distribution_config.Enabled:
        raise AwsError(
            "DistributionNotDisabled", "The distribution you are trying to delete is not disabled."
        )


@handles("cloudfront", "UpdateFunction")
def update_function(call: Call) -> dict[str, Any]:
    """Change the code and the settings of a function.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateFunction.html
    """
    function = _function(call)
    function.config = dict(call.params["FunctionConfig"])
    function.code = call.params["FunctionCode"]
    function.etag, function.status = _tag(), "UNPUBLISHED"
    return {"FunctionSummary": function.function_summary, "ETag": function.etag}


@handles("cloudfront", "PublishFunction")
def publish_function(call: Call) -> dict[str, Any]:
    """Let a function serve.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_PublishFunction.html
    """
    function = _function(call)
    function.status = "UNASSOCIATED"
    return {"FunctionSummary": function.function_summary}


def _function(call: Call) -> Any:
    function = call.backend("cloudfront").functions.get(call.params["Name"])
    if function is None:
        raise AwsError("NoSuchFunctionExists", "The function does not exist.", 404)
    if function.etag != call.params["IfMatch"]:
        raise AwsError("InvalidIfMatchVersion", "The If-Match version is missing or not valid.")
    return function


def create(call: Call) -> dict[str, Any]:
    """Make a policy or an identity out of its configuration.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateCachePolicy.html
    """
    kind = call.operation.removeprefix("Create")
    config = call.params[f"{kind}Config"]
    shelf = call.kept_by_account(kind)
    if any(_named(held[kind][f"{kind}Config"]) == _named(config) for held in shelf.values()):
        raise AwsError(f"{kind}AlreadyExists", f"There is one of the name {_named(config)}.", 409)
    id_ = f"E{secrets.token_hex(7).upper()}" if kind == _IDENTITY else str(uuid.uuid4())
    shelf[id_] = _made(kind, id_, config)
    return {**shelf[id_], "Location": f"https://cloudfront.amazonaws.com/{id_}"}


def get(call: Call) -> dict[str, Any]:
    """Show a policy or an identity.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetCachePolicy.html
    """
    return _kept(call, call.operation.removeprefix("Get"))


def update(call: Call) -> dict[str, Any]:
    """Put the configuration of a policy or an identity anew.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateCachePolicy.html
    """
    kind, id_ = call.operation.removeprefix("Update"), call.params["Id"]
    _match(call, _kept(call, kind))
    call.kept_by_account(kind)[id_] = _made(kind, id_, call.params[f"{kind}Config"])
    return _kept(call, kind)


def delete(call: Call) -> None:
    """Delete a policy or an identity.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteCachePolicy.html
    """
    kind = call.operation.removeprefix("Delete")
    _match(call, _kept(call, kind))
    del call.kept_by_account(kind)[call.params["Id"]]


def listed(call: Call) -> dict[str, Any]:
    """List the policies of one kind that were made here; there are none of AWS's own.

    AWS: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListCachePolicies.html
    """
    kind = f"{call.operation.removeprefix('List').removesuffix('ies')}y"
    kept = call.kept_by_account(kind).values()
    items = [{"Type": "custom", kind: policy[kind]} for policy in kept]
    return {f"{kind}List": {"MaxItems": 100, "Quantity": len(items), "Items": items}}


_POLICIES = ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")
for _kind in _POLICIES:
    handles("cloudfront", f"List{_kind[:-1]}ies")(listed)

_IDENTITY = "CloudFrontOriginAccessIdentity"
for _kind in (_IDENTITY, *_POLICIES):
    for _verb, _entry in (("Create", create), ("Get", get), ("Update", update), ("Delete", delete)):
        handles("cloudfront", f"{_verb}{_kind}")(_entry)


def _named(config: Mapping[str, Any]) -> str:
    return str(config.get("Name") or config.get("CallerReference"))


def _made(kind: str, id_: str, config: Mapping[str, Any]) -> dict[str, Any]:
    more = {"S3CanonicalUserId": secrets.token_hex(48)} if kind == _IDENTITY else {}
    thing = {
        "Id": id_,
        f"{kind}Config": dict(config),
        "LastModifiedTime": datetime.now(UTC),
        **more,
    }
    return {kind: thing, "ETag": _tag()}


def _kept(call: Call, kind: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.kept_by_account(kind).get(call.params["Id"])
    if found is None:
        raise AwsError(f"NoSuch{kind}", f"There is no {kind} {call.params['Id']}.", 404)
    return found


def _match(call: Call, kept: Mapping[str, Any]) -> None:
    if call.params.get("IfMatch") != kept["ETag"]:
        raise AwsError(
            "PreconditionFailed", "The precondition in one of the request fields is false.", 412
        )


def _tag() -> str:
    return f"E{secrets.token_hex(6).upper()}"
