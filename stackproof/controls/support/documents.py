"""What most resource policies are asked."""

from __future__ import annotations

from collections.abc import Sequence

from stackproof.model import Fail, Outcome, Pass, Unknown
from stackproof.reasoning.access import denies_without_tls
from stackproof.reasoning.policy_documents import Said


def not_public(item: Said, *, expected: str, fix: str) -> Outcome:
    """Pass when a statement of a resource's policy lets nobody in whom it does not name."""
    if not item.statement.public:
        return Pass()
    actions = ", ".join(item.statement.actions)
    return Fail(item.path, expected, f"{item.statement.name} allows everybody {actions}", fix)


def refuses_plain_http(
    items: Sequence[Said | Unknown], actions: Sequence[str], wanted: str
) -> Outcome:
    """Pass when a resource's policy denies everybody each of the actions without TLS.

    `wanted` is what a failure asks to be denied.
    """
    known = [item.statement for item in items if not isinstance(item, Unknown)]
    if all(denies_without_tls(known, action) for action in actions):
        return Pass()
    failure = Fail(
        "policy",
        f"a statement that denies {wanted} to everybody when aws:SecureTransport is false",
        [statement.name for statement in known],
        "Add it to the policy of the resource.",
    )
    return next((item for item in items if isinstance(item, Unknown)), failure)
