"""Which key something is encrypted with."""

from __future__ import annotations

from typing import Final

from stackproof.model import Resource, Stack, UnresolvedError
from stackproof.types.tokens import KMS_ALIAS, KMS_EXTERNAL_KEY, KMS_KEY

KEY_TYPES: Final = (KMS_KEY, KMS_EXTERNAL_KEY, KMS_ALIAS)
AWS_OWN: Final = "alias/aws/"


def key_of(resource: Resource, stack: Stack, path: str) -> Resource | None:
    """Give the key that a property names by id, ARN or alias, `None` when it names none.

    Raises UnresolvedError when it is not part of the stack.
    """
    try:
        alias = stack.follow_one(resource, path, KMS_ALIAS)
    except UnresolvedError:
        alias = None
    named, path = (resource, path) if alias is None else (alias, "target_key_id")
    try:
        return stack.follow_one(named, path, KMS_KEY)
    except UnresolvedError:
        try:
            return stack.follow_one(named, path, KMS_EXTERNAL_KEY)
        except UnresolvedError:
            pass
        raise
