"""Whose container images are: AWS's, the account's own, or a stranger's."""

from __future__ import annotations

import re
from typing import Final

from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Unknown,
    UnresolvedError,
)

_ECR: Final = re.compile(r"(\d{12})\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/")


def image_known(block: Block, path: str, account: str | None, trusted: tuple[str, ...]) -> Outcome:
    """Pass for an image of an account's own registry, or whose name begins as a trusted one's."""
    image = block.text(path)
    if image is None:
        return NotApplicable("no image is named")
    if image.startswith(trusted):
        return Pass()
    held = _ECR.match(image)
    if held and account is None:
        where = block.at(path)
        raise UnresolvedError(Unknown(Cause.NOT_KNOWN_AT_PREVIEW, where, f"is {held[1]} ours?"))
    if held and held[1] == account:
        return Pass()
    return Fail(
        block.at(path),
        "an image of AWS, of this account's ECR, or of a trusted registry",
        image,
        "Copy the image into a repository of this account, or name its registry in "
        "`trusted_registries`.",
    )
