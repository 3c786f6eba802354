"""What serves and starts: distributions read their buckets, groups decrypt their volumes."""

from __future__ import annotations

import re
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.context import Source
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.finding import Found
from stackproof.reasoning.permissions.targets import led_to, target
from stackproof.types import tokens as t

_BUCKET_HOST: Final = re.compile(
    r"(?P<bucket>[\w.-]+?)\.s3[.-](?:[\w-]+\.)?amazonaws\.com(?:\.cn)?"
)


def _origin(distribution: Resource, stack: Stack) -> Found:
    """Give the buckets that a distribution reads with an origin access control."""
    for origin in distribution.blocks("origins"):
        if origin.raw("origin_access_control_id") in (None, ""):
            continue
        domain = origin.raw("domain_name")
        if isinstance(domain, Unknown):
            urns = distribution.references.get("origins", ())
            buckets = [bucket for urn in urns if (bucket := stack.find(urn, t.S3_BUCKET))]
            yield from map(target, buckets)
            if not buckets:
                yield domain
        elif host := _BUCKET_HOST.fullmatch(str(domain)):
            found = stack.find(host["bucket"], t.S3_BUCKET)
            unseen = Unknown(Cause.NOT_IN_STACK, "origins", host["bucket"])
            yield unseen if found is None else target(found)


DISTRIBUTIONS: Final = (
    Pair(
        id="bucket",
        who=t.CLOUDFRONT_DISTRIBUTION,
        on=t.S3_BUCKET,
        find=_origin,
        example={
            "origins": [
                {
                    "domain_name": "pages.s3.us-east-1.amazonaws.com",
                    "origin_access_control_id": "E1",
                }
            ]
        },
        looks={"bucket": "pages"},
        service="cloudfront.amazonaws.com",
        needs=("s3:GetObject",),
        key=("kms:Decrypt",),
        source=Source("{arn}", account=True),
        page="Amazon CloudFront Developer Guide, Restrict access to an Amazon S3 origin",
    ),
)


def _volume_keys(group: Resource, stack: Stack) -> Found:
    """Give the keys of the volumes that a group's instances start with."""
    paths = ("launch_template.id", "launch_template.name")
    for path in paths:
        for template in led_to(group, path, t.LAUNCH_TEMPLATE, stack):
            if isinstance(template, Unknown):
                yield template
            elif template.resource is not None:
                ebs = "block_device_mappings.ebs.kms_key_id"
                yield from led_to(template.resource, ebs, t.KMS_KEY, stack)
                return


VOLUMES: Final = (
    Pair(
        id="key",
        who=t.AUTOSCALING_GROUP,
        on=t.KMS_KEY,
        find=_volume_keys,
        example={"launch_template": {"id": Ref("template")}},
        beside={"@template": t.LAUNCH_TEMPLATE},
        linked="autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        needs=("kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"),
        says=lambda group, sealed: {"kms:grantisforawsresource": ("true",)},
        page="Amazon EC2 Auto Scaling User Guide, Required AWS KMS key policy",
    ),
)
