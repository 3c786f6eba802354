"""Policy documents where resources keep them, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stackproof.model import Block, Resource, Unknown, UnresolvedError
from stackproof.model.types import IAM_POLICY, IAM_ROLE, IAM_ROLE_POLICY
from stackproof.reasoning.iam import Statement, statements

IDENTITY_TYPES = (IAM_POLICY, IAM_ROLE, IAM_ROLE_POLICY)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and the property that says it."""

    path: str
    statement: Statement


def said(block: Block, name: str) -> list[Said | Unknown]:
    """Give a document's statements, or one Unknown when it is unknown or unreadable."""
    try:
        return [Said(block.at(name), item) for item in policy(block, name)]
    except UnresolvedError as error:
        return [error.unknown]


def policy(block: Block, name: str) -> tuple[Statement, ...]:
    """Give the statements of a document, none when there is no document.

    Raises UnresolvedError, with the property's name, when it is unknown or unreadable.
    """
    try:
        text = block[name]
        return _read(text) if isinstance(text, str) else statements(text)
    except UnresolvedError as error:
        raise UnresolvedError(error.unknown.at(block.at(name))) from None


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Statement, ...]:
    # Many controls ask the same document, and many resources of a stack share one.
    return statements(Block({"document": text}).document("document"))


def identity_statements(resource: Resource) -> Iterator[Said | Unknown]:
    """Give what a policy, an inline policy or the inline policies of a role say."""
    if resource.type != IAM_ROLE:
        yield from said(resource, "policy")
        return
    for inline in resource.elements("inline_policies"):
        if isinstance(inline, Unknown):
            yield inline
        else:
            yield from said(inline, "policy")
