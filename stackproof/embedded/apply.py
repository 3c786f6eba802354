"""Apply one resource's inputs to the embedded AWS, for both front doors alike."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from stackproof.embedded.asking import is_readable
from stackproof.embedded.creators import creators, invokes
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Creator,
    Properties,
    asked,
    is_generated,
)
from stackproof.model import Unknown
from stackproof.parity.equivalence import same
from stackproof.types.fitting import fitted
from stackproof.types.table import has, tagged, type_of
from stackproof.types.unset import meant

_DEFAULT_TAGS = "aws:index/getDefaultTags:getDefaultTags"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a provider is configured with: its region, and tags for everything it makes."""

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diff:
    """Which inputs changed, which of these need a replacement, and in which order it goes.

    `delete_first` is set when the old resource holds the name that the new one is to have.
    """

    changed: tuple[str, ...]
    replaced: tuple[str, ...]
    delete_first: bool = False


def creator_of(type_: str) -> Creator:
    """Give a type's creator; raise EmbeddedError when the embedded AWS does not have the type."""
    found = creators().get(type_)
    if found is None:
        raise EmbeddedError(f"{type_} is not available on the embedded AWS")
    return found


def check(
    type_: str,
    name: str,
    inputs: Properties,
    old: Properties | None = None,
    *,
    default_tags: Mapping[str, str] | None = None,
) -> Properties:
    """Fill in defaults and a generated name, as the provider does before it judges a change.

    `old` holds the inputs of the existing resource, whose generated name is kept.
    """
    creator = creator_of(type_)
    checked = dict(creator.defaults) | {
        name: value
        for name, value in inputs.items()
        if value is not None and not (value == "" and name in creator.defaults)
    }
    tags = checked.get("tags") or {}
    if default_tags and type_ in tagged() and not isinstance(tags, Unknown):
        checked["tags"] = {**default_tags, **tags}
    wanted = creator.auto_name
    if wanted is not None and not any(
        checked.get(name, "") != "" for name in (wanted, f"{wanted}_prefix")
    ):
        kept = (old or {}).get(wanted)
        limit = creator.auto_name_limit
        checked[wanted] = kept if is_generated(kept, name, limit) else creator.named(name)
    return checked


def diff(
    type_: str,
    old: Properties,
    new: Properties,
    *,
    name: str = "",
    state: Properties | None = None,
    region: str = "",
) -> Diff:
    """Compare the checked inputs of before and now.

    `state` is the last known state and `region` the provider's own: a resource that names no
    region moves with its provider.
    """
    creator = creator_of(type_)
    changed = {key for key in {*old, *new} if not same(old.get(key), new.get(key))}
    changed.discard("region")
    before, now = {**old, **(state or {})}.get("region"), new.get("region") or region
    if before and now and before != now:
        changed.add("region")
    replaced = changed & {*creator.replacing(new), "region"}
    stays = new.get(creator.auto_name or "")
    explicit = stays is not None and not is_generated(stays, name, creator.auto_name_limit)
    return Diff(
        tuple(sorted(changed)),
        tuple(sorted(replaced)),
        bool(replaced) and explicit and creator.auto_name not in changed,
    )


def create(cloud: Cloud, type_: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
    """Create a resource; give its id and its whole state."""
    creator = creator_of(type_)
    where = _place(cloud, inputs)
    made = _run(
        type_, "created", lambda: creator.create(where, meant(type_, inputs, creator.defaults))
    )
    outputs = {**made.outputs, **_read_back(creator, where, made.id, {**inputs, **made.outputs})}
    return made.id, _state(type_, where, inputs, outputs)


def update(
    cloud: Cloud, type_: str, id_: str, *, state: Properties, was: Properties, inputs: Properties
) -> dict[str, Any]:
    """Change a resource in place from the inputs it was made of; give its whole new state."""
    creator, where = creator_of(type_), _place(cloud, state)
    before = {**_without_filled_in(creator, state, {*was, *inputs}), **was}
    old, new = meant(type_, before, creator.defaults), meant(type_, inputs, creator.defaults)
    outputs = _run(type_, "updated", lambda: creator.update(where, id_, old, new)) or {}
    now = computed(state, was) | {**inputs, **outputs}
    shown = {**outputs, **_read_back(creator, where, id_, now)}
    return computed(state, was) | _state(type_, where, inputs, shown)


def _without_filled_in(creator: Creator, state: Properties, named: Container[str]) -> Properties:
    """Leave out the settings that AWS chose: a program that names none doesn't take it away."""
    known = type_of(creator.type)
    if known is None or not _is_read_back(creator):
        return state
    settings = known.shape.kinds.keys() - known.outputs - {"arn", "name", creator.auto_name}
    return {key: value for key, value in state.items() if key in named or key not in settings}


def _read_back(creator: Creator, where: Cloud, id_: str, state: Properties) -> Properties:
    """Give what AWS shows of a resource that was made or changed, where it fills something in."""
    if not _is_read_back(creator):
        return {}
    from stackproof.embedded.reading import outputs_of

    return outputs_of(where, creator.type, id_, state, creator.joined_later)


def _is_read_back(creator: Creator) -> bool:
    """Tell whether a type's reader shows what AWS fills in of it."""
    known = type_of(creator.type)
    filled_in = known is not None and bool(known.outputs)
    return filled_in and creator.read_back and is_readable(creator.type)


def computed(state: Properties, was: Properties) -> dict[str, Any]:
    """Give the part of a state that AWS filled in, not the inputs that it was made of."""
    return {key: value for key, value in state.items() if key not in was}


def delete(cloud: Cloud, type_: str, id_: str, state: Properties) -> None:
    """Delete a resource."""
    creator = creator_of(type_)
    _run(type_, "deleted", lambda: creator.delete(_place(cloud, state), id_, state))


def invoke(
    cloud: Cloud,
    token: str,
    arguments: Properties,
    default_tags: Mapping[str, str] | None = None,
) -> Properties:
    """Answer a provider function; raise EmbeddedError when the embedded AWS does not have it."""
    if token == _DEFAULT_TAGS:  # which only the provider itself knows
        return {"id": cloud.partition, "tags": dict(default_tags or {})}
    function = invokes().get(token)
    if function is None:
        raise EmbeddedError(f"{token} is not available on the embedded AWS")
    answer = _run(token, "answered", lambda: function(_place(cloud, arguments), arguments))
    return {"id": token, "region": cloud.region, **arguments, **answer}


def _place(cloud: Cloud, properties: Properties) -> Cloud:
    # Since version 7 of the AWS provider any resource may name its own region.
    region = properties.get("region")
    return cloud.in_region(region) if isinstance(region, str) and region else cloud


def _state(
    type_: str, where: Cloud, inputs: Properties, outputs: Mapping[str, Any]
) -> dict[str, Any]:
    state = {**inputs, **fitted(type_, outputs)}
    if has(type_, "region"):
        state["region"] = where.region
    return state | ({"tags_all": state["tags"]} if "tags" in state and type_ in tagged() else {})


def _run(what: str, done: str, action: Callable[[], T]) -> T:
    try:
        return action()
    except ClientError as error:
        problem = error.response.get("Error", {})
        operation = error.operation_name
        message = str(problem.get("Message", "")).strip()
        if message.lower().startswith(("<!doctype html", "<html")):
            raise EmbeddedError(
                f"{what} was not {done}: {operation} is not available on the embedded AWS"
            ) from error
        raise EmbeddedError(
            f"{what} was not {done}: {operation} answered {problem.get('Code')}: {message}"
        ) from error
    except BotoCoreError as error:
        raise EmbeddedError(f"{what} was not {done}: {error}") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Properties of another form than we know; the SDK's own types let every form pass.
        raise EmbeddedError(
            f"{what} was not {done}: the embedded AWS can't make sense of its properties "
            f"({type(error).__name__}: {error})"
        ) from error
    except _unreadable() as error:
        raise EmbeddedError(
            f"{what} was not {done}: {asked()} is not available on the embedded AWS"
        ) from error


def _unreadable() -> type[Exception]:
    # Imported once something went wrong: it takes half a second.
    from botocore.parsers import ResponseParserError

    error: type[Exception] = ResponseParserError
    return error
