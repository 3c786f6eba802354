"""Judgements by the tables of what AWS ends on a day."""

from __future__ import annotations

from stackproof import clock
from stackproof.model import Block, Cause, Fail, Outcome, Pass, Unknown
from stackproof.types.ends import Ends, Table, UnlistedError, end_of


def in_support(block: Block, path: str, version: str, table: Ends, *, fix: str) -> Outcome:
    """Pass while AWS supports a version; a failure says since when it doesn't, by which page."""
    try:
        end = end_of(table, version)
    except UnlistedError:
        return unlisted(block, path, version, table)
    if end is None or clock.today() <= end:
        return Pass()
    return Fail(
        block.at(path),
        f"what AWS supports ({table})",
        f"{version}, whose standard support ended on {end}",
        fix,
    )


def accepts_from(
    block: Block, path: str, policy: str, table: Table[str], *, oldest: str, fix: str
) -> Outcome:
    """Pass when a TLS policy accepts no version of TLS before the given one."""
    if policy not in table.rows:
        return unlisted(block, path, policy, table)
    accepted = table.rows[policy]
    if accepted >= oldest:
        return Pass()
    return Fail(
        block.at(path),
        f"a policy with TLS {oldest} or later ({table})",
        f"{policy}, which accepts TLS {accepted}",
        fix,
    )


def unlisted(block: Block, path: str, value: str, table: Table[object]) -> Unknown:
    """Give the Unknown of what a table doesn't know."""
    return Unknown(Cause.UNREADABLE, block.at(path), f"{value} is not in {table}")
