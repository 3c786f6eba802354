"""S3: buckets and objects."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from stackproof.embedded.creators.s3_inline import ELSEWHERE, put_settings
from stackproof.embedded.creators.s3_publishing import website_names
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    physical_name,
    tag_list,
)

# Amazon S3, "Amazon S3 website endpoints" (AWS General Reference).
_HOSTED_ZONES = {
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-south-1": "Z11RGJOFQNVJUP",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ca-central-1": "Z1QDHH18159H29",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "sa-east-1": "Z7KQH4QJS55SO",
    "us-east-1": "Z3AQBSTGFJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}


@creator
class Bucket(Creator):
    """A bucket; its settings are resources of their own, or still inside it."""

    type = "aws:s3/bucket:Bucket"
    replace_on = frozenset({"bucket", "bucket_prefix", "object_lock_enabled"})
    auto_name = "bucket"
    auto_name_limit = 63
    defaults: ClassVar[Properties] = {"force_destroy": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the bucket in its region."""
        _refuse_inline(inputs)
        name = physical_name(inputs, "bucket", 63)
        request: dict[str, Any] = {"Bucket": name}
        if aws.region != "us-east-1":
            request["CreateBucketConfiguration"] = {"LocationConstraint": aws.region}
        if inputs.get("object_lock_enabled"):
            request["ObjectLockEnabledForBucket"] = True
        if {"acl", "policy"} & {key for key in inputs if inputs[key]}:
            # Who sets these inside the bucket has bucket and access open as they once were.
            request["ObjectOwnership"] = "BucketOwnerPreferred"
        aws.client("s3").create_bucket(**request)
        self._tag(aws, name, inputs)
        put_settings(aws, name, {}, inputs)
        return Created(
            name,
            {
                "bucket_region": aws.region,
                "hosted_zone_id": _HOSTED_ZONES.get(aws.region),
                "object_lock_enabled": bool(inputs.get("object_lock_enabled")),
                **(website_names(name, aws.region) if inputs.get("website") else {}),
            },
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the tags, and what the bucket holds of settings."""
        _refuse_inline(new)
        if changed(old, new, "tags"):
            self._tag(aws, id_, new)
        put_settings(aws, id_, old, new)
        return website_names(id_, aws.region) if new.get("website") else {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the bucket, emptied first where the program allows it."""
        with already_gone():
            if state.get("force_destroy"):
                _empty(aws, id_)
            aws.client("s3").delete_bucket(Bucket=id_)

    def _tag(self, aws: Cloud, name: str, inputs: Properties) -> None:
        tags = tag_list(inputs.get("tags"))
        if tags:
            aws.client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        else:
            aws.client("s3").delete_bucket_tagging(Bucket=name)


def _refuse_inline(inputs: Properties) -> None:
    for name, type_ in ELSEWHERE.items():
        if inputs.get(name):
            raise EmbeddedError(
                f"{name} is set inside the bucket, which is deprecated and not available on the "
                f"embedded AWS; use aws.s3.{type_}"
            )


def _empty(aws: Cloud, bucket: str) -> None:
    s3 = aws.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        if found:
            objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


class _Object(Creator):
    replace_on = frozenset({"bucket", "key"})
    auto_name = "key"
    defaults: ClassVar[Properties] = {"force_destroy": False}

    def named(self, logical: str) -> str:
        """Give the key of an object that the program gives none: the resource's own name."""
        return logical

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the object."""
        return Created(inputs["key"], self._put(aws, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the object anew."""
        return self._put(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the object, its earlier versions included."""
        s3 = aws.client("s3")
        where = {"Bucket": state["bucket"], "Prefix": state["key"]}
        with already_gone():
            answer = s3.list_object_versions(**where)
            for item in [*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())]:
                if item["Key"] == state["key"]:
                    s3.delete_object(
                        Bucket=state["bucket"], Key=state["key"], VersionId=item["VersionId"]
                    )

    def _put(self, aws: Cloud, inputs: Properties) -> Properties:
        request = parameters(
            aws,
            "s3",
            "put_object",
            inputs,
            rename={"kms_key_id": "SSEKMSKeyId", "website_redirect": "WebsiteRedirectLocation"},
            omit=["tags", "content", "etag"],
        )
        if inputs.get("tags"):
            request["Tagging"] = urlencode(inputs["tags"])
        answer = aws.client("s3").put_object(**request, Body=_body(inputs))
        return {
            "arn": f"arn:{aws.partition}:s3:::{inputs['bucket']}/{inputs['key']}",
            "etag": answer["ETag"].strip('"'),
            "version_id": answer.get("VersionId", ""),
        }


@creator
class BucketObject(_Object):
    """An object, by the older of its two types."""

    type = "aws:s3/bucketObject:BucketObject"


@creator
class BucketObjectv2(_Object):
    """An object."""

    type = "aws:s3/bucketObjectv2:BucketObjectv2"


def _body(inputs: Properties) -> bytes:
    if inputs.get("content") is not None:
        return str(inputs["content"]).encode()
    if inputs.get("content_base64") is not None:
        return base64.b64decode(inputs["content_base64"])
    source = inputs.get("source")
    if source is None:
        return b""
    given = source if isinstance(source, Mapping) else {"path": source}
    if given.get("text") is not None:
        return str(given["text"]).encode()
    path = Path(str(given.get("path") or given.get("uri") or ""))
    if path.is_file():
        return path.read_bytes()
    raise EmbeddedError(f"the source of object {inputs['key']}, {path}, is no file on this machine")
