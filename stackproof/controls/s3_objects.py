"""Objects that a program uploads: for whom they are."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.model import Category, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import S3_BUCKET_OBJECT

# Source: Amazon S3 User Guide, "Access control list (ACL) overview", "Canned ACL":
# `authenticated-read` is for whoever has any AWS account.
PUBLIC = ("public-read", "public-read-write", "authenticated-read")


@control(
    "s3-object-not-public",
    title="Objects carry no public access list",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=S3_BUCKET_OBJECT,
    frameworks={Framework.PCI: ("1.4.4",), Framework.NIST: ("AC-3", "AC-21")},
    cases=Cases(
        passing=Given(S3_BUCKET_OBJECT, {"key": "orders.csv", "acl": "private"}),
        failing=(
            Change("acl", "public-read"),
            Change("acl", "public-read-write"),
            Change("acl", "authenticated-read"),
        ),
        unknown=(Hide("acl"),),
        also_passing=(Remove("acl"), Change("acl", "bucket-owner-full-control")),
    ),
)
def not_public(item: Resource) -> Outcome:
    """The list opens the object as soon as somebody takes the bucket's blocks away."""
    return expect_that(
        item,
        "acl",
        lambda value: value not in PUBLIC,
        expected="no access list, or private",
        fix="Leave acl out; let CloudFront or the bucket's policy say who may read.",
    )
