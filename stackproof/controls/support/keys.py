"""Who owns the key that something is encrypted with."""

from __future__ import annotations

from typing import Any

from stackproof.model import Fail, Outcome, Pass, Resource, Stack, UnresolvedError
from stackproof.types.tokens import KMS_ALIAS, KMS_KEY

KEY_TYPES = (KMS_KEY, KMS_ALIAS)


def customer_key(resource: Resource, stack: Stack, path: str) -> Outcome:
    """Pass when a property leads to a key of this stack, also through an alias.

    Absent, or an alias of AWS's own, is a failure: nobody can change who may use such a key, or
    take it away. A key that is not part of the stack is Unknown.
    """
    named = _first(resource.data, path.split("."))
    own = isinstance(named, str) and "alias/aws/" in named
    if named in (None, "") or own:
        return Fail(
            path,
            "a customer managed KMS key",
            named or "the key that AWS manages",
            f"Set {path} to the ARN of a kms.Key of this stack.",
        )
    key_of(resource, stack, path)
    return Pass()


def key_of(resource: Resource, stack: Stack, path: str) -> Resource | None:
    """Give the key that a property names by id, ARN or alias, `None` when it names none.

    Raises UnresolvedError when it is not part of the stack.
    """
    try:
        alias = stack.one(resource, path, KMS_ALIAS)
    except UnresolvedError:
        alias = None
    if alias is not None:
        return stack.one(alias, "target_key_id", KMS_KEY)
    return stack.one(resource, path, KMS_KEY)


def _first(value: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(value, (list, tuple)):
            value = value[0] if value else None
        if not hasattr(value, "get"):
            return value
        value = value.get(part)
    return value
