"""Buckets and what is configured on each, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live import s3_acl
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.s3_settings import SETTINGS
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import S3_ACL, S3_BUCKET


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["Name"]
    arn = f"arn:{scope.partition}:s3:::{name}"
    data = {
        "arn": arn,
        "bucket": name,
        "bucket_domain_name": f"{name}.s3.{scope.suffix}",
        "bucket_regional_domain_name": f"{name}.s3.{scope.region}.{scope.suffix}",
        "region": scope.region,
        "tags": scope.tags_of(arn),
    }
    acl = details["acl"]
    yield _resource(S3_BUCKET, name, data | s3_acl.inline(acl), scope, arn=arn)
    id_, list_ = s3_acl.apart(name, acl, scope.names.starting(name))
    yield _resource(S3_ACL, name, list_, scope, id_=id_)
    for setting in SETTINGS:
        answer = details[setting.type]
        if isinstance(answer, Unknown):
            found: Mapping[str, Any] | None = dict.fromkeys(setting.hides, answer)
        else:
            found = None if answer is None else setting.translate(answer)
        if found is not None:
            yield _resource(setting.type, name, {"bucket": name, **found}, scope)


def _resource(
    type_: str,
    name: str,
    data: Mapping[str, Any],
    scope: Scope,
    *,
    id_: str | None = None,
    arn: str | None = None,
) -> Resource:
    return Resource(
        data=data,
        type=type_,
        name=name,
        id=id_ or name,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(S3_BUCKET, S3_ACL, *(setting.type for setting in SETTINGS)),
        listing=Ask("s3", "ListBuckets", "Buckets", iam="s3:ListAllMyBuckets"),
        targets=lambda scope: ({"BucketRegion": scope.region},),
        get_parameters=lambda id_, state: {"Prefix": id_.partition(",")[0]},
        key=lambda item, scope: Key(
            item["Name"], f"arn:{scope.partition}:s3:::{item['Name']}", shared=True
        ),
        details={
            name: Detail(ask, lambda item: {"Bucket": item["Name"]}, provides=(type_,))
            for name, ask, type_ in (
                ("acl", Ask("s3", "GetBucketAcl"), S3_ACL),
                *((setting.type, setting.ask, setting.type) for setting in SETTINGS),
            )
        },
        build=_build,
        arn_service="s3",
    ),
)
