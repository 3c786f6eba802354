"""Whether a statement of a resource's policy names a caller.

Source: IAM User Guide, "AWS JSON policy elements: Principal", "AWS JSON policy elements:
NotPrincipal".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from stackproof.model import Cause, Unknown
from stackproof.reasoning.access import Statement, service_of
from stackproof.reasoning.permissions.verdicts import Verdict, either
from stackproof.types.aws_accounts import service_behind

_ACCOUNT: Final = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?")
_SESSION: Final = re.compile(r"arn:[\w-]+:sts::\d{12}:assumed-role/([^/]+)/.+")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a service of AWS by its names, or a role by its ARN, and the account of it."""

    service: tuple[str, ...] = ()
    role: str | Unknown | None = None
    account: str | None = None


class Named(Enum):
    """How a statement names a caller: not at all, itself, or with its whole account."""

    NOT = auto()
    DIRECTLY = auto()
    BY_ACCOUNT = auto()


def named(statement: Statement, caller: Caller) -> Named | Unknown:
    """Tell how a statement names a caller; unknown where the caller's ARN is."""
    pairs = statement.excepted_principals or statement.principals
    hit = either(_is(kind, name, caller) for kind, name in pairs)
    inside = either(_is_account(kind, name, caller) for kind, name in pairs)
    if statement.excepted_principals:
        excepted = either((hit, inside))
        if isinstance(excepted, Unknown):
            return excepted
        return Named.NOT if excepted else Named.DIRECTLY
    if hit is True:
        return Named.DIRECTLY
    if isinstance(hit, Unknown) or inside is False:
        return hit if isinstance(hit, Unknown) else Named.NOT
    return inside if isinstance(inside, Unknown) else Named.BY_ACCOUNT


def _is(kind: str, name: str, caller: Caller) -> Verdict:
    if name == "*":
        return kind != "Service" or bool(caller.service)
    if caller.service:
        if kind == "AWS" and (account := _ACCOUNT.fullmatch(name)):
            return service_behind(account[1]) in caller.service
        return kind == "Service" and service_of(name) in caller.service
    if kind != "AWS" or _ACCOUNT.fullmatch(name):
        return False
    if isinstance(caller.role, Unknown):
        return caller.role
    session = _SESSION.fullmatch(name)
    if session is None or caller.role is None:
        return name == caller.role
    if caller.role.rpartition("/")[2] != session[1]:
        return False
    return Unknown(Cause.UNREADABLE, detail="the name of the role's session")


def _is_account(kind: str, name: str, caller: Caller) -> Verdict:
    account = _ACCOUNT.fullmatch(name) if kind == "AWS" and not caller.service else None
    if account is None:
        return False
    if caller.account is None:
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail="the account of the role")
    return account[1] == caller.account
