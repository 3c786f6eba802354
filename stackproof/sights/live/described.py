"""Make readers of the descriptions of types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown
from stackproof.sights.live.reader import (
    AnyDetail,
    Batch,
    Detail,
    Details,
    Item,
    Key,
    Reader,
    tag_map,
)
from stackproof.sights.live.scope import Scope
from stackproof.types.described import Question, Type, filled
from stackproof.types.mapping import LISTED, mapping, value_of
from stackproof.types.table import has, tagged


def reader_of(type_: Type) -> Reader:
    """Make the reader of a described type."""
    listing = type_.listing
    return Reader(
        types=(type_.token,),
        listing=Ask(type_.service, listing.operation, listing.result, listing.absent, listing.iam),
        key=lambda item, scope: _key(type_, item, scope),
        build=_builder(type_),
        arn_service="" if listing.parent else type_.namespace,
        targets=lambda scope: _targets(type_, scope),
        get_parameters=lambda id_, state: _asked_by_id(type_, id_, state),
        details={name: _detail(type_, asked) for name, asked in type_.questions.items()},
        dying=lambda item, details: _is_dying(type_, item, details),
        parents=(listing.parent,) if listing.parent else (),
        parent_fields=(listing.by,) if listing.parent else (),
        referenced=type_.referenced,
        regional=type_.regional,
    )


def _targets(type_: Type, scope: Scope) -> Iterable[Mapping[str, Any]]:
    listing = type_.listing
    if listing.named:
        return ({**listing.fixed, listing.by: name} for name in _named(listing.named, scope))
    if not listing.parent:
        return ({**listing.fixed},)
    return ({**listing.fixed, listing.by: id_} for id_ in scope.ids(listing.parent))


def _named(pattern: str, scope: Scope) -> Iterator[str]:
    service, _, resource = pattern.partition(":")
    whole = rf"arn:[^:]+:{service}:{scope.region}:\d+:{resource}"
    for arn in scope.named(whole):
        found = re.fullmatch(whole, arn)
        yield found[found.lastindex or 0] if found else arn


def _asked_by_id(type_: Type, id_: str, state: Item) -> Mapping[str, Any]:
    wanted: dict[str, Any] = filled(type_.listing.single, {**state, "id": id_})
    return {**type_.listing.fixed, **wanted}


def _detail(type_: Type, asked: Question) -> AnyDetail:
    ask = Ask(type_.service, asked.operation, asked.result, asked.absent, asked.iam)
    many = asked.together
    if many is None:
        return Detail(ask, lambda item: filled(asked.parameters, item))
    return Batch(
        ask,
        id=lambda item: str(filled(many.id, item)),
        parameters=lambda ids: {**asked.parameters, many.ids: list(ids)},
        about=lambda told: str(told[many.about]),
        size=many.size,
    )


def _root(type_: Type, item: Item, details: Details) -> Any:
    """Give what describes an item: itself or the answer to a question, of many what is about it."""
    if not type_.whole:
        return item
    answer = details[type_.whole]
    if type_.questions[type_.whole].together is None or isinstance(answer, Unknown):
        return answer
    return answer[0] if answer else None


def _around(scope: Scope) -> dict[str, str]:
    return {"region": scope.region, "account": scope.account, "partition": scope.partition}


def _key(type_: Type, item: Item, scope: Scope) -> Key:
    values = {**_around(scope), **item}
    id_ = filled(type_.id, values)
    parents = tuple(item[member] for member in type_.parent_ids if item.get(member))
    return Key(
        id=id_,
        arn=None if type_.arn_told else filled(type_.arn, values) or None,
        names=(filled(type_.name, values),) if type_.name else (),
        tags=tag_map(item.get(type_.tags)) if type_.tags and ":" not in type_.tags else None,
        parent_ids=parents,
        inside=tuple(item[member] for member in type_.inside if item.get(member)),
        foreign=type_.foreign(item),
        # One that is called as what it stands in: whoever points to that owns neither.
        shared=id_ in parents,
    )


def _is_dying(type_: Type, item: Item, details: Details) -> bool:
    root = _root(type_, item, details)
    return isinstance(root, Mapping) and type_.dying(root)


def _builder(type_: Type) -> Callable[[Item, Details, Scope], Iterable[Resource]]:
    def build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
        root = _root(type_, item, details)
        if root is None or not type_.only.items() <= item.items():
            return  # deleted since it was listed, or of another type
        if type_.having and not item.get(type_.having):
            return  # there is none of it
        answers = {LISTED: item, **details, **({type_.whole: root} if type_.whole else {})}
        data = dict(type_.omitted) if not isinstance(root, Unknown) else {}
        for field in mapping(type_).fields:
            value = value_of(field, answers, root, root)
            if value is not None:
                data[field.name] = value
        if type_.extra is not None:
            hidden = next((a for a in details.values() if isinstance(a, Unknown)), None)
            data |= dict.fromkeys(type_.provides, hidden) if hidden else type_.extra(item, answers)
        key = _key(type_, item, scope)
        if type_.token in tagged():
            data["tags"] = _tags(type_, answers, scope, key)
        name = filled(type_.name, {**_around(scope), **item}) if type_.name else None
        arn = _arn(type_, answers, key)
        if arn and has(type_.token, "arn"):
            data["arn"] = arn
        yield replace(shown(scope, type_.token, key.id, data, name=name), arn=arn)

    # What can't be read is said by the name of the module that knows the type.
    build.__module__ = f"stackproof.types.services.{type_.service}"
    return build


def _arn(type_: Type, answers: Mapping[str, Any], key: Key) -> str | None:
    if type_.arn_told is None:
        return key.arn
    question, member = type_.arn_told
    answer = answers[question]
    return None if isinstance(answer, Unknown) else str(answer[member])


def _tags(type_: Type, answers: Mapping[str, Any], scope: Scope, key: Key) -> Any:
    if not type_.tags:
        return scope.tags_of(key.arn or "")
    source, _, path = type_.tags.rpartition(":")
    answer = answers[source or LISTED]
    if isinstance(answer, Unknown):
        return answer
    found = answer.get(path) if path and answer else answer
    return own_tags([{"Key": k, "Value": v} for k, v in tag_map(found).items()])
