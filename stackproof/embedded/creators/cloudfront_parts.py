"""CloudFront: what distributions refer to: access to origins, policies and functions."""

from __future__ import annotations

from typing import Any, ClassVar

from botocore import xform_name

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "cloudfront"
_ARN = "arn:{partition}:cloudfront::{account}:"
_USERS = "arn:{partition}:iam::cloudfront:user/"
_OAI = "CloudFrontOriginAccessIdentity"
# CloudFront changes and deletes only what is as it was last seen.
_SEEN = {"etag": "if_match"}


def _part(name: str, type_: str, **more: Any) -> Plain:
    """Give the entry of a type whose properties are all inside one configuration."""
    inside = f"{name}Config"
    return Plain(
        type=type_,
        service=_SERVICE,
        create=Call(xform_name(f"Create{name}"), inside=inside),
        update=Call(xform_name(f"Update{name}"), _SEEN, inside=inside, whole=True),
        read=Call(xform_name(f"Get{name}")),
        id=f"{{answer[{name}][Id]}}",
        delete=Call(xform_name(f"Delete{name}"), _SEEN),
        **{
            "shown": {"etag": "ETag"},
            "auto_name": "name",
            **more,
        },
    )


table(
    _part(
        "OriginAccessControl",
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        defaults={"description": "Managed by Pulumi"},
        auto_name_limit=64,
    ),
    _part(
        _OAI,
        "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
        shown={"etag": "ETag", "s3_canonical_user_id": f"{_OAI}.S3CanonicalUserId"},
        composed={
            "arn": f"{_ARN}origin-access-identity/{{id}}",
            "cloudfront_access_identity_path": "origin-access-identity/cloudfront/{id}",
            "iam_arn": f"{_USERS}CloudFront Origin Access Identity {{id}}",
        },
        defaults={"comment": ""},
        # AWS wants a reference of the caller's own, and keeps it for good.
        auto_name="caller_reference",
    ),
    _part(
        "CachePolicy",
        "aws:cloudfront/cachePolicy:CachePolicy",
        defaults={"default_ttl": 86400, "max_ttl": 31536000, "min_ttl": 0},
    ),
    _part(
        "OriginRequestPolicy",
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
    ),
    _part(
        "ResponseHeadersPolicy",
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    ),
)


@creator
class Function(Creator):
    """A function that runs at the edge; it serves nobody until it is published."""

    type = "aws:cloudfront/function:Function"
    replace_on = frozenset({"name"})
    auto_name = "name"
    auto_name_limit = 64
    defaults: ClassVar[Properties] = {"publish": True}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the function, and publish it if the program wants it."""
        made = aws.client(_SERVICE).create_function(**self._request(aws, inputs))
        arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
        self._publish(aws, inputs, made["ETag"])
        retag(aws, _SERVICE, arn, {}, inputs)
        return Created(inputs["name"], self._tags(aws, inputs["name"]))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the code, and publish it if the program wants it; change the tags."""
        if changed(old, new, "code", "comment", "key_value_store_associations", "runtime"):
            aws.client(_SERVICE).update_function(**self._request(aws, new), IfMatch=old["etag"])
        if new["publish"]:
            self._publish(aws, new, self._tags(aws, id_)["etag"])
        retag(aws, _SERVICE, old["arn"], old, new)
        return self._tags(aws, id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the function."""
        with already_gone():
            tag = self._tags(aws, id_)["etag"]
            aws.client(_SERVICE).delete_function(Name=id_, IfMatch=tag)

    def _request(self, aws: Cloud, inputs: Properties) -> dict[str, Any]:
        stores = inputs.get("key_value_store_associations") or ()
        given = {
            "function_code": inputs["code"],
            "function_config": {
                "comment": inputs.get("comment") or "",
                "key_value_store_associations": [{"key_value_store_arn": arn} for arn in stores],
                "runtime": inputs["runtime"],
            },
            "name": inputs["name"],
        }
        return parameters(aws, _SERVICE, "create_function", given)

    def _publish(self, aws: Cloud, inputs: Properties, tag: str) -> None:
        if inputs["publish"]:
            aws.client(_SERVICE).publish_function(Name=inputs["name"], IfMatch=tag)

    def _tags(self, aws: Cloud, name: str) -> dict[str, Any]:
        """Give by what CloudFront knows the version that a change is of."""
        tag = aws.client(_SERVICE).describe_function(Name=name)["ETag"]
        return {"etag": tag, "live_stage_etag": tag}
