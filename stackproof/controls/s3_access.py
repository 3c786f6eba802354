"""Who reaches buckets by other ways than a policy: public access and access lists."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each, expect, expect_that
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.relations import pointing_to
from stackproof.types.tokens import S3_BUCKET, S3_OWNERSHIP, S3_PUBLIC_ACCESS_BLOCK

BLOCKS = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)


@control(
    "s3-bucket-blocks-public-access",
    title="Buckets block public access in all four ways",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=S3_BUCKET,
    needs=(S3_PUBLIC_ACCESS_BLOCK,),
    unknown_blocks=True,
    frameworks={
        Framework.FSBP: ("S3.8",),
        Framework.CIS: ("2.1.4",),
        Framework.PCI: ("1.3.1", "1.4.2"),
        Framework.NIST: ("AC-3", "SC-7"),
    },
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "payments"},
            (
                Neighbour(
                    "block",
                    S3_PUBLIC_ACCESS_BLOCK,
                    {"bucket": Ref("subject"), **dict.fromkeys(BLOCKS, True)},
                ),
            ),
        ),
        failing=(
            *(Change(name, False, of="block") for name in BLOCKS),
            Remove("block_public_policy", of="block"),
            (
                Hide("block_public_acls", of="block"),
                Change("restrict_public_buckets", False, of="block"),
            ),
            Without("block"),
        ),
        unknown=(Hide("block_public_acls", of="block"), Hide("bucket", of="block")),
        absent=(Without("block"),),
        also_passing=(Change("bucket", "payments", of="block"),),
    ),
)
def blocks_public_access(bucket: Resource, stack: Stack) -> Outcome:
    """New buckets have the blocks on; without the resource nothing puts them back."""
    blocks = pointing_to(bucket, stack, S3_PUBLIC_ACCESS_BLOCK, "bucket")
    fix = "Set all four properties of a BucketPublicAccessBlock of this bucket to true."
    if not blocks:
        return Fail("public_access_block", "all four blocks on", None, fix)
    return worst(
        *(
            attempt(lambda block, name: expect(block, name, True, fix=fix), block, name)
            for block in blocks
            for name in BLOCKS
        )
    )


@control(
    "s3-bucket-acls-off",
    title="Buckets own all their objects: access lists are off",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=S3_BUCKET,
    needs=(S3_OWNERSHIP,),
    frameworks={
        Framework.FSBP: ("S3.12",),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "payments"},
            (
                Neighbour(
                    "ownership",
                    S3_OWNERSHIP,
                    {
                        "bucket": Ref("subject"),
                        "rule": {"object_ownership": "BucketOwnerEnforced"},
                    },
                ),
            ),
        ),
        failing=(
            Change("rule.object_ownership", "ObjectWriter", of="ownership"),
            Without("ownership"),
        ),
        unknown=(
            Hide("rule.object_ownership", of="ownership"),
            Hide("rule", of="ownership"),
            Hide("bucket", of="ownership"),
        ),
        absent=(Without("ownership"),),
    ),
)
def acls_off(bucket: Resource, stack: Stack) -> Outcome:
    """An access list on one object opens it whatever the bucket's policy says."""
    owned = pointing_to(bucket, stack, S3_OWNERSHIP, "bucket")
    fix = "Add BucketOwnershipControls with object_ownership BucketOwnerEnforced."
    if not owned:
        return Fail("ownership_controls", "BucketOwnerEnforced", None, fix)
    return each(
        owned,
        lambda item: expect(item, "rule.object_ownership", "BucketOwnerEnforced", fix=fix),
    )


@control(
    "s3-bucket-acl-not-public",
    title="Buckets have no public access list",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=S3_BUCKET,
    frameworks={
        Framework.FSBP: ("S3.2", "S3.3"),
        Framework.PCI: ("1.3.1",),
        Framework.NIST: ("AC-3",),
    },
    cases=Cases(
        passing=Given(S3_BUCKET, {"acl": "private"}),
        failing=tuple(
            Change("acl", acl) for acl in ("public-read", "public-read-write", "authenticated-read")
        ),
        unknown=(Hide("acl"),),
        also_passing=(Change("acl", "log-delivery-write"),),
        not_applicable=(Remove("acl"),),
    ),
)
def acl_not_public(bucket: Resource) -> Outcome:
    """`authenticated-read` is everybody, too: everybody who has any AWS account.

    Only programs state canned access lists; AWS turns them into grants.
    """
    if bucket["acl"] is None:
        return NotApplicable("states no access list; new buckets are private")
    return expect_that(
        bucket,
        "acl",
        lambda acl: not str(acl).startswith(("public-", "authenticated-")),
        expected="private",
        fix="Remove acl; new buckets are private.",
    )
