"""What the tagging API says: which things carry the stack's tags, and which tags a thing has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stackproof.model import Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks
from stackproof.sights.live.fetch import Aws, Fetched, listed
from stackproof.sights.live.reader import Key
from stackproof.sights.live.scope import Scope, Tagged, worldwide
from stackproof.sights.live.translate import translated

TAGGED = Ask("resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList")

_ARNS = 100  # GetResources takes as many at once


def claim_tagged(aws: Aws, scope: Scope) -> list[str]:
    """Learn what carries the stack's own tags, and give its ARNs."""
    if scope.whole:
        _learn_all(aws, scope)
    if not scope.own_tags:
        return []
    scope.tagged = _with_own_tags(aws, scope, scope.region)
    if scope.primary:
        at_home = scope.region == scope.home
        elsewhere = None if at_home else _with_own_tags(aws, scope, scope.home)
        scope.tagged_worldwide = scope.tagged if elsewhere is None else elsewhere
    own = [
        arn
        for tagged in (scope.tagged, scope.tagged_worldwide)
        if not isinstance(tagged, Unknown)
        for arn in tagged
        if tagged is scope.tagged or worldwide(arn)
    ]
    scope.claim(own)
    return own


def _learn_all(aws: Aws, scope: Scope) -> None:
    """Learn the tags of everything that has any, a hundred at once."""
    everything = {"ResourcesPerPage": _ARNS}
    scope.tagged = _tag_maps(aws.fetch(TAGGED, scope.region, everything))
    if scope.primary:
        at_home = scope.region == scope.home
        told = scope.tagged if at_home else _tag_maps(aws.fetch(TAGGED, scope.home, everything))
        scope.tagged_worldwide = told


def _with_own_tags(aws: Aws, scope: Scope, region: str) -> Tagged:
    filters = [{"Key": key, "Values": [value]} for key, value in scope.own_tags.items()]
    answer = aws.fetch(TAGGED, region, {"TagFilters": filters, "ResourcesPerPage": 100})
    return _tag_maps(answer)


def learn_tags(aws: Aws, scope: Scope, keys: Iterable[Key]) -> None:
    """Learn the tags of items whose listing doesn't carry them and that don't have the stack's."""
    arns = {key.arn for key in keys if key.tags is None and key.arn}
    regional = sorted(arn for arn in arns if not worldwide(arn))
    scope.tagged = _with_tags(aws, scope.region, scope.tagged, regional)
    others = sorted(arn for arn in arns if worldwide(arn))
    scope.tagged_worldwide = _with_tags(aws, scope.home, scope.tagged_worldwide, others)


def _with_tags(aws: Aws, region: str, tagged: Tagged, arns: Sequence[str]) -> Tagged:
    if isinstance(tagged, Unknown):
        return tagged
    for some in chunks([arn for arn in arns if arn not in tagged], _ARNS):
        found = _tag_maps(aws.fetch(TAGGED, region, {"ResourceARNList": some}))
        if isinstance(found, Unknown):
            tagged = {**tagged, **dict.fromkeys(some, found)}
        else:
            tagged = {**tagged, **{arn: {} for arn in some}, **found}
    return tagged


def _tag_maps(answer: Fetched) -> dict[str, dict[str, str]] | Unknown:
    """Give the tags by ARN; Unknown as a whole where one item doesn't say whose it is."""

    def read() -> dict[str, dict[str, str]]:
        return {
            item["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
            for item in listed(answer)
        }

    return answer if isinstance(answer, Unknown) else translated(read, _tag_maps, TAGGED)
