"""Objects that a program uploads: for whom they are."""

from __future__ import annotations

from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.s3_access import EVERYBODY
from stackproof.controls.support.checks import each, expect_that
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import S3_BUCKET_OBJECT, S3_BUCKET_OBJECT_V2, S3_OBJECT_COPY

# Source: Amazon S3 User Guide, "Access control list (ACL) overview", "Canned ACL":
# `authenticated-read` is for whoever has any AWS account.
PUBLIC = ("public-read", "public-read-write", "authenticated-read")


def _granted(uri: Any) -> Change:
    return Change("grants", [{"type": "Group", "permissions": ["READ"], "uri": uri}])


@control(
    "s3-object-not-public",
    title="Objects carry no public access list",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(S3_BUCKET_OBJECT, S3_BUCKET_OBJECT_V2, S3_OBJECT_COPY),
    frameworks={Framework.PCI: ("1.4.4",), Framework.NIST: ("AC-3", "AC-21")},
    cases=Cases(
        passing=Given(S3_BUCKET_OBJECT, {"key": "orders.csv", "acl": "private"}),
        failing=(
            Change("acl", "public-read"),
            Change("acl", "public-read-write"),
            Change("acl", "authenticated-read"),
            (Remove("acl"), _granted(EVERYBODY[0])),
            (Remove("acl"), _granted(EVERYBODY[1])),
        ),
        unknown=(
            Hide("acl"),
            (Remove("acl"), Change("grants", Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
            (Remove("acl"), _granted(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
        ),
        also_passing=(Remove("acl"), Change("acl", "bucket-owner-full-control"), _granted(None)),
    ),
)
def not_public(item: Resource) -> Outcome:
    """The list opens the object as soon as somebody takes the bucket's blocks away.

    A copy may say one by one who gets what. Source: Amazon S3 API Reference, CopyObject,
    "x-amz-grant-read".
    """
    canned = expect_that(
        item,
        "acl",
        lambda value: value not in PUBLIC,
        expected="no access list, or private",
        fix="Leave acl out; let CloudFront or the bucket's policy say who may read.",
    )
    return worst(canned, each(item.elements("grants"), _not_for_everybody))


def _not_for_everybody(grant: Block) -> Outcome:
    if grant["uri"] not in EVERYBODY:
        return Pass()
    return Fail(grant.at("uri"), "no group of everybody", grant["uri"], "Remove the grant.")
