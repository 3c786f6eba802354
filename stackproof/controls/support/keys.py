"""Who owns the key that something is encrypted with."""

from __future__ import annotations

from typing import Any

from stackproof.model import Fail, Outcome, Pass, Resource, Stack
from stackproof.reasoning.keys import AWS_OWN, key_of
from stackproof.types.identities import identity
from stackproof.types.tokens import KMS_ALIAS


def customer_key(resource: Resource, stack: Stack, path: str) -> Outcome:
    """Pass when a property leads to a key of this stack, also through an alias.

    Absent, or a key of AWS's own, is a failure: nobody can change who may use such a key, or take
    it away. AWS's own are known by their aliases; services name them by alias or ARN. A key that is
    not part of the stack is Unknown, but another account's is a customer's: AWS's own can't be used
    across accounts (AWS KMS Developer Guide, "Allowing users in other accounts to use a KMS key").
    """
    named = _first(resource.data, path.split("."))
    own = isinstance(named, str) and AWS_OWN in named
    if not own and _is_abroad(named, resource):
        return Pass()
    if named in (None, "") or own or _of_aws(key_of(resource, stack, path), stack):
        return Fail(
            path,
            "a customer managed KMS key",
            named or "the key that AWS manages",
            f"Set {path} to the ARN of a kms.Key of this stack.",
        )
    return Pass()


def _of_aws(key: Resource | None, stack: Stack) -> bool:
    """Tell whether a key is AWS's own for a service, as its alias says."""
    if key is None or all(key is not other for other in stack.foreign):
        return False
    aliases = stack.seen_referrers(key, KMS_ALIAS, "target_key_id")
    return any(alias.name.startswith(AWS_OWN) for alias in aliases)


def _is_abroad(named: Any, resource: Resource) -> bool:
    told = identity(named) if isinstance(named, str) else None
    owner = None if told is None else told.account
    return owner is not None and resource.account is not None and owner != resource.account


def _first(value: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(value, (list, tuple)):
            value = value[0] if value else None
        if not hasattr(value, "get"):
            return value
        value = value.get(part)
    return value
