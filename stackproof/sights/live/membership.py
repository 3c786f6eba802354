"""Decide whose the items are that AWS lists: the stack's, another's that it uses, or unrelated.

Three things say that an item is the stack's: the state or the outputs name it; it carries the
stack's tags; or it stands inside something that is the stack's and carries no other owner's mark.
What a member merely points to is less. A state file names all that the stack manages, so beside one
it is another's. Without one it is the stack's when nothing speaks against it: it serves its user
(a role, a key, a log group; not a network, a cluster or a topic, where others' things stand as
well), and it has no tags of another kind than the stack's own. An auditor wants the role that a
function runs as to be judged, and doesn't want one team failed for another's network. What is taken
for another's is still read, so that controls can look at it and reports can name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from stackproof.model import Resource, Unknown
from stackproof.sights.live.reader import Key, Reader
from stackproof.sights.live.scope import Scope


class Whose(Enum):
    """Whose an item is: the stack's, another's that the stack has to do with, or unrelated."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNRELATED = "unrelated"


def points_to(key: Key, scope: Scope) -> bool:
    """Tell whether outputs, state or members name an item itself, by a whole value."""
    return not scope.keys.isdisjoint(_names(key))


def related(key: Key, scope: Scope) -> bool:
    """Tell whether an item, what it stands in or what comes with it is named so."""
    about = {*_names(key), *key.parent_ids, *key.holds}
    named = not scope.keys.isdisjoint(about) or not scope.owned.isdisjoint(key.inside)
    return named and not key.foreign


def whose(key: Key, reader: Reader, scope: Scope) -> Whose | Unknown:
    """Tell whose an item is: by name, by its tags, by its parent.

    Gives Unknown when only tags could tell, or what it stands in, and these could not be read.
    """
    if key.foreign:
        return Whose.UNRELATED
    if scope.abroad(key.arn):
        return Whose.FOREIGN if related(key, scope) else Whose.UNRELATED
    managed = _managed(key, reader, scope)
    if managed is not None:
        return Whose.OURS if managed else Whose.FOREIGN
    if key.others:
        return Whose.FOREIGN if related(key, scope) else Whose.UNRELATED
    if scope.whole:
        return Whose.UNRELATED if key.part else Whose.OURS
    tags = _tags(key, scope)
    seen = {} if isinstance(tags, Unknown) else tags
    if scope.own_tags and scope.own_tags.items() <= seen.items():
        return Whose.OURS
    if not related(key, scope):
        return tags if isinstance(tags, Unknown) else Whose.UNRELATED
    if scope.others(seen):
        return Whose.FOREIGN
    if not scope.owned.isdisjoint((*key.parent_ids, *key.inside)) or key.arn in scope.standing:
        return Whose.OURS
    # Beside a state file an output that names a network or a cluster may say what it was given.
    alone = not (key.shared and scope.stateful)
    if alone and not scope.claims.isdisjoint(_names(key)):
        return Whose.OURS
    if (hidden := scope.unseen(key.parent_ids)) is not None:
        return hidden
    if key.shared or scope.stateful or not points_to(key, scope):
        return Whose.FOREIGN
    # Where the stack's things have tags of their own, what has others only is another's.
    strange = bool(scope.own_tags) and bool(seen) and scope.own_tags.keys().isdisjoint(seen)
    return Whose.FOREIGN if strange else Whose.OURS


def claimed(resource: Resource, key: Key, scope: Scope) -> bool:
    """Tell whether a resource that comes with another's item is the stack's all the same.

    A rule of its own on another's group, a policy of its own on another's topic.
    """
    names = {name for name in (resource.id, resource.arn) if name}
    if (managed := scope.managed(resource.type, names)) is not None:
        return managed
    if not scope.claims.isdisjoint(names - _names(key)):
        return True
    tags = resource.raw("tags")
    return (
        bool(scope.own_tags)
        and isinstance(tags, Mapping)
        and scope.own_tags.items() <= tags.items()
    )


def _managed(key: Key, reader: Reader, scope: Scope) -> bool | None:
    """Tell what the state says of the item itself, not of what comes with it.

    A program adopts what AWS made (a default group, a default route table) under another type.
    """
    main, *others = reader.types
    adopted = [type_ for type_ in others if "/default" in type_]
    said = [scope.managed(type_, _names(key)) for type_ in (main, *adopted)]
    return next((manages for manages in said if manages is not None), None)


def _names(key: Key) -> set[str]:
    return {name for name in (key.id, key.arn, *key.names) if name}


def _tags(key: Key, scope: Scope) -> Mapping[str, str] | Unknown:
    if key.tags is not None:
        return key.tags
    if not scope.own_tags or key.arn is None:
        return {}
    return scope.tags_of(key.arn)
