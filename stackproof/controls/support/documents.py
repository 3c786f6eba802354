"""What most resource policies are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from stackproof.controls.support.wider import Wider, each_unless_wider
from stackproof.model import Fail, Outcome, Pass, Resource, Stack, Unknown
from stackproof.reasoning.access import Grant, denies_without_tls, grants
from stackproof.reasoning.policy_documents import SourcedStatement, resource_policy
from stackproof.types.tokens import S3_BUCKET


def granted(items: Sequence[SourcedStatement | Unknown]) -> list[tuple[str, Grant] | Unknown]:
    """Give whom a policy lets in, each with the property that says it."""
    paths = {item.statement: item.path for item in items if isinstance(item, SourcedStatement)}
    unknown = [item for item in items if isinstance(item, Unknown)]
    return [*unknown, *((paths[grant.statement], grant) for grant in grants(list(paths)))]


def not_public(items: Sequence[SourcedStatement | Unknown], *, expected: str, fix: str) -> Outcome:
    """Pass when a resource's policy lets nobody in whom it does not name."""

    def judge(item: tuple[str, Grant]) -> Outcome:
        path, grant = item
        if not grant.everybody:
            return Pass()
        actions = ", ".join(grant.statement.actions)
        return Fail(path, expected, f"{grant.statement.name} allows everybody {actions}", fix)

    return over_grants(items, judge)


def over_grants(
    items: Sequence[SourcedStatement | Unknown],
    judge: Callable[[tuple[str, Grant]], Outcome | Wider],
) -> Outcome:
    """Judge all whom a policy lets in; one that lets nobody in is right."""
    return each_unless_wider(granted(items), judge, *([Pass()] if items else []))


def refuses_plain_http(
    holder: Resource, stack: Stack, needed: Iterable[tuple[str, str]], wanted: str
) -> Outcome:
    """Pass when a resource's policy denies everybody what is needed without TLS.

    What is needed are actions, each with what follows the resource's name in the ARN that it is
    about (`/x` for the objects of a bucket). `wanted` is what a failure asks to be denied.
    """
    items = resource_policy(holder, stack)
    known = [item.statement for item in items if isinstance(item, SourcedStatement)]
    failure = Fail(
        "policy",
        f"a statement that denies {wanted} to everybody when aws:SecureTransport is false",
        [statement.name for statement in known],
        f"Add it to the policy of the resource, for {wanted}.",
    )
    unread = next((item for item in items if isinstance(item, Unknown)), None)
    if not known:
        return unread or failure
    name = holder.text("bucket" if holder.type == S3_BUCKET else "name") or holder.name
    if all(denies_without_tls(known, action, f"{name}{rest}") for action, rest in needed):
        return Pass()
    return unread or failure
