"""The effective setting of a resource, wherever the program says it.

What stands in a resource, in a companion of its own (`stackproof.types.companions`), or once for
the account, is one setting. Live, AWS shows most of them in the resource itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stackproof.model import LEFT_TO_AWS, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.relations import referrers, referrers_or_unknown
from stackproof.types.companions import (
    PARTS,
    Companion,
    account_wide,
    companions,
    parent_properties,
)


def whole(resource: Resource, stack: Stack, *settings: str) -> Resource:
    """Give a resource with what its companions say of some settings filled in.

    A companion that replaces a setting wins over the resource; one that adds to it is an element
    more. What can't be seen of them is an Unknown in its place, what the program leaves to AWS is
    left out.
    """
    resource = stated(resource)
    for setting in settings:
        for companion in companions(resource.type, setting):
            if companion.type in stack.gaps and not companion.read and stack.sight is Sight.LIVE:
                continue  # the resource itself shows it all
            for speaking in referrers_or_unknown(resource, stack, companion.type, companion.points):
                resource = _joined(resource, companion, speaking, stack)
    return resource


def stated(resource: Resource) -> Resource:
    """Give a resource without the properties that the program leaves to AWS."""
    if LEFT_TO_AWS not in resource.data.values():
        return resource
    return replace(resource, data={k: v for k, v in resource.data.items() if v != LEFT_TO_AWS})


def parts(parent: Resource, stack: Stack, type_: str) -> tuple[Resource, ...]:
    """Give what says a setting of the parent, in the words of the type that says it apart.

    What stands in the parent counts where there is no resource of that type. Raises
    UnresolvedError when nothing is seen, but something unknown may be it.
    """
    if parent.type == type_:
        return (parent,)
    ((points, _),) = parent_properties(type_).items()
    return (
        stack.seen_referrers(parent, type_, points)
        or inline(parent, type_)
        or referrers(parent, stack, type_, points)
    )


def inline(parent: Resource, type_: str) -> tuple[Resource, ...]:
    """Give what stands in the parent itself, in the words of the type that says it apart.

    A resource of that type is its own answer. Raises UnresolvedError when it is unknown.
    """
    if parent.type == type_:
        return (parent,)
    made = []
    for part in PARTS:
        value = parent.raw(part.setting)
        if (part.parent, part.type) != (parent.type, type_) or not value or value == LEFT_TO_AWS:
            continue
        if isinstance(value, Unknown):
            raise UnresolvedError(value.at(part.setting))
        words = part.words(value)
        if words is None:
            continue
        targets = parent.references.get(part.setting, ())
        data = {part.points: parent.urn or parent.id or parent.name, **words}
        made.append(
            replace(parent, data=data, type=type_, references=dict.fromkeys(words, targets))
        )
    return tuple(made)


def alone(companion: Resource, stack: Stack) -> bool:
    """Tell whether what a companion speaks of is outside the stack, so that it is judged itself.

    A group given by its id, another stack's topic, the default group of a VPC.
    """
    return not any(
        _leads(companion, path, type_, stack)
        for path, parents in parent_properties(companion.type).items()
        for type_ in parents
    )


def for_account(resource: Resource, stack: Stack, type_: str) -> tuple[Resource, ...]:
    """Give the resources of a type that speak for the whole account, where this resource is.

    Raises UnresolvedError when the type could not be looked at.
    """
    regional = account_wide(type_).regional
    return tuple(
        speaking
        for speaking in stack.around(type_)
        if _same(speaking.account, resource.account)
        and (not regional or _same(speaking.region, resource.region))
    )


def _same(left: str | None, other: str | None) -> bool:
    """Tell whether two places may be the same: what is not said may be any."""
    return None in (left, other) or left == other


def _leads(companion: Resource, path: str, type_: str, stack: Stack) -> bool:
    value = companion.raw(path)
    keys = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
    named = (*(key for key in keys if isinstance(key, str)), *companion.references.get(path, ()))
    found = (stack.find(key, type_) for key in named)
    return any(hit is not None and not _is_foreign(hit, stack) for hit in found)


def _is_foreign(resource: Resource, stack: Stack) -> bool:
    return any(resource is other for other in stack.foreign)


def _joined(
    resource: Resource, companion: Companion, speaking: Resource | Unknown, stack: Stack
) -> Resource:
    setting = companion.setting
    held = resource.raw(setting)
    if companion.adds:
        value = _added(held, companion, speaking, stack)
    elif isinstance(speaking, Unknown):
        value = speaking if held is None else held
    else:
        value = speaking.raw(companion.says)
    targets = () if isinstance(speaking, Unknown) else speaking.references.get(companion.says, ())
    return replace(
        resource,
        data={**resource.data, setting: value},
        references={
            **resource.references,
            setting: (*resource.references.get(setting, ()), *targets),
        },
    )


def _added(held: Any, companion: Companion, setting: Resource | Unknown, stack: Stack) -> Any:
    if companion.setting == "tags" and not companion.says:
        return _tagged(held, companion, setting, stack)
    listed = [held] if isinstance(held, (Mapping, Unknown)) else list(held or ())
    if isinstance(setting, Unknown):
        return [*listed, setting]
    element = _element(setting, companion)
    return listed if element is None else [*listed, element]


def _element(setting: Resource, companion: Companion) -> Any:
    if companion.words is not None:
        return companion.words(setting.data)
    return setting.raw(companion.says) if companion.says else setting.data


def _tagged(held: Any, companion: Companion, setting: Resource | Unknown, stack: Stack) -> Any:
    """Give a map of tags with one more, or with all that may belong to it as Unknown."""
    strays = isinstance(setting, Unknown)
    found = _pointing_where(companion, stack) if isinstance(setting, Unknown) else [setting]
    tags = held or {}
    for tag in found:
        key = tag.raw("key")
        if isinstance(tags, Unknown) or isinstance(key, Unknown):
            return tags if isinstance(tags, Unknown) else key
        tags = {key: setting, **tags} if strays else {**tags, key: tag.raw("value")}
    return tags


def _pointing_where(companion: Companion, stack: Stack) -> list[Resource]:
    return [
        setting
        for setting in stack.around(companion.type)
        if isinstance(setting.raw(companion.points), Unknown)
        and companion.points not in setting.references
    ]
