"""What the account says once, where a resource doesn't say it itself."""

from __future__ import annotations

from collections.abc import Callable

from stackproof.controls.support.checks import attempt
from stackproof.model import NotApplicable, Outcome, Pass, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.effective import for_account


def or_account(
    judged: Outcome,
    resource: Resource,
    stack: Stack,
    type_: str,
    judge: Callable[[Resource], Outcome],
) -> Outcome:
    """Give how a resource is judged by itself, or pass where the account's setting makes it good.

    `judge` tells that of one account-wide resource of the type. Where the resource itself passes
    nothing is asked of the account; else an account's setting that could not be read may be the one
    that decides, and the outcome is Unknown.
    """
    if isinstance(judged, (Pass, NotApplicable)):
        return judged
    try:
        settings = for_account(resource, stack, type_)
    except UnresolvedError as error:
        return error.unknown
    told = [attempt(judge, setting) for setting in settings]
    if any(isinstance(outcome, Pass) for outcome in told):
        return Pass()
    return next((outcome for outcome in told if isinstance(outcome, Unknown)), judged)
