"""What an account says for all of its buckets."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.s3_access import BLOCKS
from stackproof.controls.support.checks import each, expect
from stackproof.model import Category, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import S3_ACCOUNT_PUBLIC_ACCESS_BLOCK


@control(
    "s3-account-blocks-public-access",
    title="What is said of public access for the whole account blocks it in all four ways",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
    frameworks={
        Framework.FSBP: ("S3.1",),
        Framework.PCI: ("1.3.1", "1.4.4"),
        Framework.NIST: ("AC-3", "SC-7"),
    },
    cases=Cases(
        passing=Given(S3_ACCOUNT_PUBLIC_ACCESS_BLOCK, dict.fromkeys(BLOCKS, True)),
        failing=(
            *(Change(name, False) for name in BLOCKS),
            *(Remove(name) for name in BLOCKS),
        ),
        unknown=tuple(Hide(name) for name in BLOCKS),
    ),
)
def account_blocks_public_access(account: Resource) -> Outcome:
    """It holds for buckets that nobody has thought of yet.

    Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
    """
    fix = "Set all four properties of the AccountPublicAccessBlock to true."
    return each(BLOCKS, lambda name: expect(account, name, True, fix=fix))
