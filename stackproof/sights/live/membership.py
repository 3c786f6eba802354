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
from enum import Enum, StrEnum

from stackproof import log
from stackproof.model import Resource, Unknown
from stackproof.sights.live.reader import Key, Reader
from stackproof.sights.live.scope import Scope


class Whose(Enum):
    """Whose an item is: the stack's, another's that the stack has to do with, or unrelated."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNRELATED = "unrelated"


class Why(StrEnum):
    """By what it was found whose an item is, as it stands behind "because"."""

    EVERYBODYS = "AWS has made it for every account"
    ABROAD = "its ARN is of another account"
    MANAGED = "the state manages it"
    ONLY_READ = "the state has it as something that the program only reads"
    OF_A_SERVICE = "an AWS service, or another account, has made it for itself"
    TAGGED = "it carries the stack's own tags"
    TAGS_UNREAD = "only its tags could tell, and they could not be read"
    UNNAMED = "nothing of the stack names it, or what it stands in"
    OTHERS_TAGS = "its tags are another owner's: the stack's keys with other values"
    INSIDE = "it stands in something that is the stack's, and has no other owner's tags"
    CLAIMED = "outputs, or what carries the stack's tags, name it"
    PARENT_UNREAD = "what it stands in could not be read"
    SHARED = "the stack only points to it, and others may use it as well"
    NOT_IN_STATE = "the stack only points to it, and the state doesn't manage it"
    BESIDE = "only what it stands in, or what comes with it, is named"
    STRANGE = "the stack points to it, but all of its tags are of another kind"
    WHOLE = "the whole account is looked at"
    PART = "it is a part of something that is judged itself"
    SERVES = "the stack points to it, and nothing says that it is another's"


def points_to(key: Key, scope: Scope) -> bool:
    """Tell whether outputs, state or members name an item itself, by a whole value."""
    return not scope.keys.isdisjoint(_names(key))


def related(key: Key, scope: Scope) -> bool:
    """Tell whether an item, what it stands in or what comes with it is named so."""
    about = {*_names(key), *key.parent_ids, *key.holds}
    named = not scope.keys.isdisjoint(about) or not scope.owned.isdisjoint(key.inside)
    return named and not key.closed


def whose(key: Key, reader: Reader, scope: Scope) -> Whose | Unknown:
    """Tell whose an item is: by name, by its tags, by its parent.

    Gives Unknown when only tags could tell, or what it stands in, and these could not be read.
    """
    return decided(key, reader, scope)[0]


def decided(key: Key, reader: Reader, scope: Scope) -> tuple[Whose | Unknown, Why]:
    """Tell whose an item is, and by what that was found."""
    verdict = _told_by_itself(key, reader, scope)
    if verdict is not None:
        return verdict
    if scope.whole:
        return (Whose.UNRELATED, Why.PART) if key.part else (Whose.OURS, Why.WHOLE)
    tags = _tags(key, scope)
    seen = {} if isinstance(tags, Unknown) else tags
    if scope.own_tags and scope.own_tags.items() <= seen.items():
        return Whose.OURS, Why.TAGGED
    if not related(key, scope):
        if isinstance(tags, Unknown):
            return tags, Why.TAGS_UNREAD
        return Whose.UNRELATED, Why.UNNAMED
    if scope.others(seen):
        return Whose.FOREIGN, Why.OTHERS_TAGS
    return _by_place(key, seen, scope)


def _told_by_itself(key: Key, reader: Reader, scope: Scope) -> tuple[Whose, Why] | None:
    """Tell whose an item is where itself or the state says it."""
    if key.closed:
        return Whose.UNRELATED, Why.EVERYBODYS
    if scope.abroad(key.arn):
        return _of_others(key, scope), Why.ABROAD
    managed = _managed(key, reader, scope)
    if managed is not None:
        return (Whose.OURS, Why.MANAGED) if managed else (Whose.FOREIGN, Why.ONLY_READ)
    return (_of_others(key, scope), Why.OF_A_SERVICE) if key.others else None


def _by_place(key: Key, seen: Mapping[str, str], scope: Scope) -> tuple[Whose | Unknown, Why]:
    """Tell whose an item is that neither itself, the state nor its tags say it of."""
    if not scope.owned.isdisjoint((*key.parent_ids, *key.inside)) or key.arn in scope.standing:
        return Whose.OURS, Why.INSIDE
    # Beside a state file an output that names a network or a cluster may say what it was given.
    alone = not (key.shared and scope.stateful)
    if alone and not scope.claims.isdisjoint(_names(key)):
        return Whose.OURS, Why.CLAIMED
    if (hidden := scope.unseen(key.parent_ids)) is not None:
        return hidden, Why.PARENT_UNREAD
    if key.shared:
        return Whose.FOREIGN, Why.SHARED
    if scope.stateful:
        return Whose.FOREIGN, Why.NOT_IN_STATE
    if not points_to(key, scope):
        return Whose.FOREIGN, Why.BESIDE
    # Where the stack's things have tags of their own, what has others only is another's.
    strange = bool(scope.own_tags) and bool(seen) and scope.own_tags.keys().isdisjoint(seen)
    return (Whose.FOREIGN, Why.STRANGE) if strange else (Whose.OURS, Why.SERVES)


def tell(key: Key, reader: Reader, scope: Scope, verdict: Whose | Unknown, why: Why) -> None:
    """Tell the log whose an item was found to be, and by what."""
    if log.listened_to(log.WHOSE):
        log.tell(
            log.WHOSE,
            type=reader.types[0],
            id=key.id,
            arn=key.arn,
            names=key.names,
            region=scope.region,
            whose="not known" if isinstance(verdict, Unknown) else verdict.value,
            why=why.value,
        )


def _of_others(key: Key, scope: Scope) -> Whose:
    return Whose.FOREIGN if related(key, scope) else Whose.UNRELATED


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
    managed = [scope.managed(type_, _names(key)) for type_ in (main, *adopted)]
    return next((manages for manages in managed if manages is not None), None)


def _names(key: Key) -> set[str]:
    return {name for name in (key.id, key.arn, *key.names) if name}


def _tags(key: Key, scope: Scope) -> Mapping[str, str] | Unknown:
    if key.tags is not None:
        return key.tags
    if not scope.own_tags or key.arn is None:
        return {}
    return scope.tags_of(key.arn)
