"""Policy documents where resources keep them, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stackproof.model import (
    LEFT_TO_AWS,
    Block,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.access import Statement, statements
from stackproof.reasoning.effective import alone
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.companions import companions, parent_properties
from stackproof.types.tokens import (
    IAM_GROUP_POLICY,
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_USER_POLICY,
)

IDENTITY_TYPES = (IAM_POLICY, IAM_ROLE, IAM_ROLE_POLICY, IAM_USER_POLICY, IAM_GROUP_POLICY)


@dataclass(frozen=True, slots=True)
class SourcedStatement:
    """A statement and the property that says it."""

    path: str
    statement: Statement


def document_statements(block: Block, name: str) -> list[SourcedStatement | Unknown]:
    """Give a document's statements, or one Unknown when it is unknown or unreadable."""
    try:
        return [SourcedStatement(block.at(name), item) for item in policy(block, name)]
    except UnresolvedError as error:
        return [error.unknown]


def resource_policy(holder: Resource, stack: Stack) -> list[SourcedStatement | Unknown]:
    """Give what the policies of a resource say, in it or apart, an Unknown for what can't be seen.

    A policy that stands apart and speaks of something outside the stack is judged by itself; one
    inside the stack says nothing here, because it is judged with what it speaks of.
    """
    if parent_properties(holder.type):
        return document_statements(holder, "policy") if alone(holder, stack) else []
    found: list[SourcedStatement | Unknown] = []
    if holder.raw("policy") != LEFT_TO_AWS:
        found += document_statements(holder, "policy")
    for companion in companions(holder.type, "policy"):
        for apart in referrers_or_unknown(holder, stack, companion.type, companion.points):
            found += [apart] if isinstance(apart, Unknown) else document_statements(apart, "policy")
    return found


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


def identity_statements(resource: Resource) -> Iterator[SourcedStatement | Unknown]:
    """Give what a policy, an inline policy or the inline policies of a role say."""
    if resource.type != IAM_ROLE:
        yield from document_statements(resource, "policy")
        return
    for inline in resource.elements("inline_policies"):
        if isinstance(inline, Unknown):
            yield inline
        else:
            yield from document_statements(inline, "policy")
