"""How EC2 is asked for a stack's own things only: by the ids that are known, with filters.

A filter that matches nothing gives an empty list, whereas an id parameter that AWS does not know
fails the whole call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stackproof.model import Unknown
from stackproof.sights.live.build import chunks
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import VPC

# EC2 API, "Filter your resources": at most 200 values.
FILTER_VALUES = 200

Parameters = Mapping[str, Any]


def known_ids(scope: Scope, kind: str, prefix: str) -> list[str]:
    """Give the known ids of an EC2 kind, from ids (`vpc-1`) and ARNs (`arn:…:vpc/vpc-1`)."""
    arns = scope.named(rf"arn:[^:]+:ec2:{scope.region}:\d+:{kind}/{prefix}-[0-9a-f]+")
    ids = {*scope.named(rf"{prefix}-[0-9a-f]+"), *(arn.rpartition("/")[2] for arn in arns)}
    return sorted(ids)


def known(kind: str, prefix: str) -> Callable[[Scope], list[str]]:
    """Give what tells the known ids of an EC2 kind."""
    return lambda scope: known_ids(scope, kind, prefix)


def with_ids(name: str, parameter: str = "Filters") -> Callable[[list[str]], Iterator[Parameters]]:
    """Give what makes the questions for ids out of a filter's name."""

    def ask(ids: list[str]) -> Iterator[Parameters]:
        for values in chunks(ids, FILTER_VALUES):
            yield {parameter: [{"Name": name, "Values": values}]}

    return ask


def in_vpcs(
    name: str = "vpc-id", parameter: str = "Filters"
) -> Callable[[Scope], Iterator[Parameters]]:
    """Give what makes the questions for everything inside the stack's VPCs."""
    ask = with_ids(name, parameter)
    return lambda scope: ask(scope.ids(VPC))


def own_vpcs(scope: Scope) -> list[str]:
    """Give the ids of the VPCs that are the stack's own, and not only where it stands."""
    return [vpc for vpc in scope.ids(VPC) if vpc in scope.owned]


def in_own_vpcs(scope: Scope) -> Iterator[Parameters]:
    """Give the questions for what stands in the stack's own VPCs, whoever put it there."""
    yield from with_ids("vpc-id")(own_vpcs(scope))


def own_ids(scope: Scope, kind: str, prefix: str) -> list[str]:
    """Give the ids of an EC2 kind that state, outputs or the stack's tags name.

    What other resources merely name (an instance its interface) is left out.
    """
    of_kind = re.compile(rf"(arn:[^:]+:ec2:{scope.region}:\d+:{kind}/)?({prefix}-[0-9a-f]+)")
    tagged = () if isinstance(scope.tagged, Unknown) else scope.tagged
    # Most names are others', which a look tells sooner than an expression.
    named = (key for key in {*scope.given, *tagged} if f"{prefix}-" in key)
    matches = map(of_kind.fullmatch, named)
    return sorted({match[2] for match in matches if match})
