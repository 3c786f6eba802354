"""Who reaches buckets by other ways than a policy: public access and access lists."""

from __future__ import annotations

from functools import partial
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.account_wide import or_account
from stackproof.controls.support.checks import attempt, each, expect, expect_that
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.effective import alone, parts
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import (
    S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
    S3_ACL,
    S3_BUCKET,
    S3_OWNERSHIP,
    S3_PUBLIC_ACCESS_BLOCK,
)

BLOCKS = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)


STRAY_BLOCK = With(
    Neighbour("stray", S3_PUBLIC_ACCESS_BLOCK, {"bucket": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)})
)


def _account(**blocks: bool) -> With:
    """Give what the account blocks for all of its buckets."""
    return With(Neighbour("account", S3_ACCOUNT_PUBLIC_ACCESS_BLOCK, blocks))


@control(
    "s3-bucket-blocks-public-access",
    title="Buckets block public access in all four ways",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=(S3_BUCKET, S3_PUBLIC_ACCESS_BLOCK),
    needs=(S3_BUCKET, S3_PUBLIC_ACCESS_BLOCK, S3_ACCOUNT_PUBLIC_ACCESS_BLOCK),
    unknown_blocks=True,
    frameworks={
        Framework.FSBP: ("S3.8",),
        Framework.CIS: ("2.1.4",),
        Framework.PCI: ("1.3.1", "1.4.2", "1.4.4"),
        Framework.NIST: ("AC-3", "SC-7"),
    },
    in_part={Framework.FSBP: ("S3.2", "S3.3")},
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
        ),
        unknown=(Hide("block_public_acls", of="block"), Hide("bucket", of="block")),
        absent=((Without("block"), STRAY_BLOCK),),
        also_passing=(
            Change("bucket", "payments", of="block"),
            (Without("block"), _account(**dict.fromkeys(BLOCKS, True))),
            (Change("ignore_public_acls", False, of="block"), _account(ignore_public_acls=True)),
        ),
    ),
)
def blocks_public_access(
    bucket: Resource, stack: Stack, *, must_be_declared: bool = False
) -> Outcome:
    """New buckets have the blocks on; a bucket that AWS shows without them lost them, or is older.

    With `must_be_declared` what new buckets have is not enough at preview: without the resource
    nothing puts them back. What is on for the account is on for each of its buckets.
    Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
    """
    if bucket.type == S3_PUBLIC_ACCESS_BLOCK and not alone(bucket, stack):
        return NotApplicable("judged with its bucket")
    fix = "Set all four properties of a BucketPublicAccessBlock of this bucket to true."
    missing = Fail("public_access_block", "all four blocks on", None, fix)
    by_default = not must_be_declared and stack.sight is not Sight.LIVE

    def on(name: str) -> Outcome:
        blocks = parts(bucket, stack, S3_PUBLIC_ACCESS_BLOCK)
        if not blocks:
            return Pass() if by_default else missing
        return each(blocks, lambda block: expect(block, name, True, fix=fix))

    return worst(
        *(
            or_account(
                attempt(on, name),
                bucket,
                stack,
                S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
                partial(_blocked, name, missing),
            )
            for name in BLOCKS
        )
    )


def _blocked(name: str, missing: Fail, account: Resource) -> Outcome:
    return Pass() if account[name] is True else missing


STRAY_OWNERSHIP = With(
    Neighbour("stray", S3_OWNERSHIP, {"bucket": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)})
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
            Change("rule", {}, of="ownership"),
        ),
        unknown=(
            Hide("rule.object_ownership", of="ownership"),
            Hide("rule", of="ownership"),
            Hide("bucket", of="ownership"),
        ),
        absent=((Without("ownership"), STRAY_OWNERSHIP),),
    ),
)
def acls_off(bucket: Resource, stack: Stack, *, must_be_declared: bool = False) -> Outcome:
    """An access list on one object opens it whatever the bucket's policy says.

    New buckets have them off; a bucket that AWS shows without such a setting is older than that.
    Source: Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs".
    """
    owned = referrers(bucket, stack, S3_OWNERSHIP, "bucket")
    fix = "Add BucketOwnershipControls with object_ownership BucketOwnerEnforced."
    if not owned:
        missing = Fail("ownership_controls", "BucketOwnerEnforced", None, fix)
        return missing if must_be_declared or stack.sight is Sight.LIVE else Pass()
    return each(
        owned,
        lambda item: expect(item, "rule.object_ownership", "BucketOwnerEnforced", fix=fix),
    )


_CANNED_PUBLIC = ("public-read", "public-read-write", "authenticated-read")
# Source: Amazon S3 User Guide, "Access control list (ACL) overview", "Amazon S3 predefined groups".
EVERYBODY = tuple(
    f"http://acs.amazonaws.com/groups/global/{group}"
    for group in ("AllUsers", "AuthenticatedUsers")
)


def _granted(uri: Any) -> Change:
    return Change("grants", [{"type": "Group", "permissions": ["READ"], "uri": uri}])


def _list_apart(bucket: Any, **properties: Any) -> With:
    return With(Neighbour("list", S3_ACL, {"bucket": bucket, **properties}))


@control(
    "s3-bucket-acl-not-public",
    title="Buckets have no public access list",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=(S3_BUCKET, S3_ACL),
    needs=(S3_BUCKET, S3_ACL),
    frameworks={
        Framework.PCI: ("1.3.1",),
        Framework.NIST: ("AC-3",),
    },
    in_part={Framework.FSBP: ("S3.2", "S3.3")},
    cases=Cases(
        passing=Given(S3_BUCKET, {"acl": "private"}),
        failing=(
            *(Change("acl", acl) for acl in _CANNED_PUBLIC),
            (Remove("acl"), _granted(EVERYBODY[0])),
            (Remove("acl"), _list_apart(Ref("subject"), acl="public-read")),
            (
                Remove("acl"),
                _list_apart(
                    Ref("subject"),
                    access_control_policy={"grants": [{"grantee": {"uri": EVERYBODY[1]}}]},
                ),
            ),
        ),
        unknown=(
            Hide("acl"),
            (Remove("acl"), _granted(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),
            (
                Remove("acl"),
                _list_apart(Ref("subject"), acl=Unknown(Cause.NOT_KNOWN_AT_PREVIEW)),
            ),
        ),
        absent=(
            (
                Remove("acl"),
                _list_apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW), acl="public-read"),
            ),
        ),
        also_passing=(Change("acl", "log-delivery-write"),),
        not_applicable=(Remove("acl"),),
    ),
)
def acl_not_public(bucket: Resource, stack: Stack) -> Outcome:
    """`authenticated-read` is everybody, too: everybody who has any AWS account."""
    if bucket.type == S3_ACL and not alone(bucket, stack):
        return NotApplicable("judged with its bucket")
    return each(parts(bucket, stack, S3_ACL), _not_public)


def _not_public(acl: Resource) -> Outcome:
    fix = "Give private as the access list, or none: new buckets are private."
    canned = expect_that(
        acl, "acl", lambda name: name not in _CANNED_PUBLIC, expected="private", fix=fix
    )
    grants = (
        grant if isinstance(grant, Unknown) else attempt(_not_to_everybody, grant, fix)
        for policy in acl.elements("access_control_policy")
        for grant in ([policy] if isinstance(policy, Unknown) else policy.elements("grants"))
    )
    return worst(canned, *grants)


def _not_to_everybody(grant: Block, fix: str) -> Outcome:
    return expect_that(
        grant, "grantee.uri", lambda uri: uri not in EVERYBODY, expected="no group", fix=fix
    )
