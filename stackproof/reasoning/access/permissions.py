"""What lets one party in and is no policy: permissions, grants, lists of accounts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from stackproof.model import Resource, Unknown
from stackproof.reasoning.access.conditions import NOBODY
from stackproof.reasoning.access.judgement import Grant, grants
from stackproof.reasoning.access.parties import EVERYBODY
from stackproof.reasoning.access.statements import Condition, Statement

# Source: AWS Lambda API Reference, "AddPermission": what becomes of each parameter.
_CONDITIONS: Final = (
    ("source_arn", "ArnLike", "aws:sourcearn"),
    ("source_account", "StringEquals", "aws:sourceaccount"),
    ("principal_org_id", "StringEquals", "aws:principalorgid"),
    ("event_source_token", "StringEquals", "lambda:eventsourcetoken"),
)
_ACCOUNT_OR_ARN = re.compile(r"\*|\d{12}|arn:.*")


def permitted(permission: Resource) -> Grant:
    """Give whom a permission lets in.

    Raises UnresolvedError when the principal is unknown.
    """
    values = {name: permission.raw(name) for name, _, _ in _CONDITIONS}
    conditions = tuple(
        Condition(operator, key, (value,))
        for name, operator, key in _CONDITIONS
        if isinstance(value := values[name], str) and value
    )
    name = permission.text("principal") or ""
    kind = "AWS" if _ACCOUNT_OR_ARN.fullmatch(name) else "Service"
    action = permission.raw("action")
    actions = action if isinstance(action, str) else "lambda:*"
    grant = granted_to(kind, name, actions, conditions, by=permission.name)
    hidden = (value.at(n) for n, value in values.items() if isinstance(value, Unknown))
    return replace(grant, undecided=grant.undecided or next(hidden, None))


def granted_to(
    kind: str, name: str, action: str, conditions: tuple[Condition, ...] = (), *, by: str = ""
) -> Grant:
    """Give the grant that a statement of one principal and one action would be."""
    statement = Statement(
        index=0,
        sid=by,
        allows=True,
        principals=((kind, name),),
        excepted_principals=(),
        actions=(action,),
        excepted_actions=(),
        resources=(),
        excepted_resources=(),
        conditions=conditions,
    )
    found = grants([statement])
    return found[0] if found else Grant(statement, EVERYBODY, (NOBODY,))
