"""What services may do with log groups, as AWS shows it.

The policies are the account's, and those that no state names another's. They are asked for where
something of the stack has a service write to a log group; of that group, its own are as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope, strings
from stackproof.types.tokens import (
    EVENT_TARGET,
    LOG_RESOURCE_POLICY,
    OPENSEARCH_DOMAIN,
    ROUTE53_QUERY_LOG,
)

_WRITERS: Final = (EVENT_TARGET, OPENSEARCH_DOMAIN, ROUTE53_QUERY_LOG)


def _groups(scope: Scope) -> tuple[str, ...]:
    """Give the log groups, by their ARNs, that services write to for the stack."""
    named = (
        text.removesuffix(":*")
        for type_ in _WRITERS
        for writer in scope.members[type_]
        for text in strings(writer.data)
        if f":logs:{scope.region}:" in text and ":log-group:" in text
    )
    return tuple(dict.fromkeys(named))


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    groups = _groups(scope)
    if groups:
        yield {}
    for group in groups:
        yield {"policyScope": "RESOURCE", "resourceArn": group}


def _key(item: Item, scope: Scope) -> Key:
    return Key(_id(item), tags={}, holds=_groups(scope))


def _id(item: Item) -> str:
    return str(item.get("resourceArn") or item["policyName"])


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "policy_document": item["policyDocument"],
        "policy_name": item.get("policyName"),
        "policy_scope": item.get("policyScope") or "ACCOUNT",
        "resource_arn": item.get("resourceArn"),
    }
    yield shown(scope, LOG_RESOURCE_POLICY, _id(item), data, name=item.get("policyName"))


READERS = (
    Reader(
        types=(LOG_RESOURCE_POLICY,),
        listing=Ask("logs", "DescribeResourcePolicies", "resourcePolicies"),
        targets=_targets,
        key=_key,
        build=_build,
        arn_service="logs",
        parents=_WRITERS,
    ),
)
