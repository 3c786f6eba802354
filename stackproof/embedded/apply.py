"""Apply one resource's inputs to the embedded AWS, for both front doors alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from stackproof.embedded.creators import creators, invokes
from stackproof.embedded.creators.base import Cloud, Creator, Properties, generated_name
from stackproof.embedded.errors import EmbeddedError


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Diff:
    """Which inputs changed, and which of these need a replacement."""

    changed: tuple[str, ...]
    replaced: tuple[str, ...]


def creator_of(type_: str) -> Creator:
    """Give a type's creator; raise EmbeddedError when the embedded AWS does not have the type."""
    found = creators().get(type_)
    if found is None:
        raise EmbeddedError(f"{type_} is not available on the embedded AWS")
    return found


def check(type_: str, name: str, inputs: Properties, old: Properties | None = None) -> Properties:
    """Fill in defaults and a generated name, as the provider does before it judges a change.

    `old` holds the inputs of the existing resource, whose generated name is kept.
    """
    creator = creator_of(type_)
    checked = dict(creator.defaults) | {k: v for k, v in inputs.items() if v is not None}
    wanted = creator.auto_name
    if wanted is not None and wanted not in checked and f"{wanted}_prefix" not in checked:
        kept = (old or {}).get(wanted)
        checked[wanted] = kept or generated_name(name, creator.auto_name_limit)
    return checked


def diff(type_: str, old: Properties, new: Properties) -> Diff:
    """Compare the checked inputs of before and now."""
    changed = tuple(sorted(k for k in {*old, *new} if old.get(k) != new.get(k)))
    return Diff(changed, tuple(k for k in changed if k in creator_of(type_).replace_on))


def create(cloud: Cloud, type_: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
    """Create a resource; give its id and its whole state."""
    creator = creator_of(type_)
    made = _run(type_, "created", lambda: creator.create(_place(cloud, inputs), inputs))
    return made.id, _state(inputs, made.outputs)


def update(
    cloud: Cloud, type_: str, id_: str, *, state: Properties, was: Properties, inputs: Properties
) -> dict[str, Any]:
    """Change a resource in place from the inputs it was made of; give its whole new state."""
    creator = creator_of(type_)
    outputs = _run(
        type_, "updated", lambda: creator.update(_place(cloud, inputs), id_, state, inputs)
    )
    computed = {key: value for key, value in state.items() if key not in was}
    return computed | _state(inputs, outputs)


def delete(cloud: Cloud, type_: str, id_: str, state: Properties) -> None:
    """Delete a resource."""
    creator = creator_of(type_)
    _run(type_, "deleted", lambda: creator.delete(_place(cloud, state), id_, state))


def invoke(cloud: Cloud, token: str, arguments: Properties) -> Properties:
    """Answer a provider function; raise EmbeddedError when the embedded AWS does not have it."""
    function = invokes().get(token)
    if function is None:
        raise EmbeddedError(f"{token} is not available on the embedded AWS")
    answer = _run(token, "answered", lambda: function(_place(cloud, arguments), arguments))
    return {"id": token, "region": cloud.region, **arguments, **answer}


def _place(cloud: Cloud, properties: Properties) -> Cloud:
    # Since version 7 of the AWS provider any resource may name its own region.
    region = properties.get("region")
    return cloud.in_region(region) if isinstance(region, str) and region else cloud


def _state(inputs: Properties, outputs: Mapping[str, Any]) -> dict[str, Any]:
    state = {**inputs, **outputs}
    return state | ({"tags_all": state["tags"]} if "tags" in state else {})


def _run(what: str, done: str, action: Callable[[], T]) -> T:
    try:
        return action()
    except ClientError as error:
        problem = error.response.get("Error", {})
        operation = error.operation_name
        message = str(problem.get("Message", "")).strip()
        if message.lower().startswith(("<!doctype html", "<html")):
            message = "the operation is not available on the embedded AWS"
        raise EmbeddedError(
            f"{what} was not {done}: {operation} answered {problem.get('Code')}: {message}"
        ) from error
    except BotoCoreError as error:
        raise EmbeddedError(f"{what} was not {done}: {error}") from error
