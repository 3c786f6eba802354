"""The table of plain types: those whose properties go one to one into AWS's own operations.

A type that needs code of its own is a Creator; one that needs none is an entry here:

    table(
        Plain(
            type="aws:sfn/activity:Activity",
            service="stepfunctions",
            create=Call("create_activity"),
            outputs={"arn": "activityArn"},
            id="{arn}",
            delete=Call("delete_activity", {"id": "activity_arn"}),
            auto_name="name",
            auto_name_limit=80,
        )
    )

Nothing is dropped silently: a property that no operation of the entry takes is refused by name.
`tests/unit/embedded/test_plain_table.py` holds each entry against the models of both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stackproof.embedded.creators.base import (
    CREATORS,
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    parameters,
    physical_name,
    retag,
    untaken,
)
from stackproof.embedded.errors import EmbeddedError


@dataclass(frozen=True, slots=True)
class Call:
    """An operation by its boto3 name, and where AWS calls a property otherwise.

    `rename` maps a property, at any depth, to AWS's member; the resource's Pulumi id goes by
    `id`. `inside` is the parameter that holds the properties, where they aren't parameters
    themselves. `fixed` are parameters that are always the same.
    """

    operation: str
    rename: Mapping[str, str] = field(default_factory=dict)
    inside: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """One type of the table.

    `create` makes the resource and `update` changes it; an operation that does both, taking all
    properties anew each time, is `put` alone. `also` are calls that set one property each, after
    `create` and whenever it changes. `outputs` maps properties to dotted paths in the answer of
    `create` or `put`; `shown` does so for the answer of `read`, which is asked after each change.
    `composed` are texts made of properties and {region}, {account} and {partition}; so is `id`.
    `cleared` are the values by which AWS takes a property away, for it keeps what an update
    leaves out. `shapes` arrange a property's value as AWS has it. `apart` are properties that
    only the provider itself acts upon. `gone` are further codes by which AWS says that there is
    no such thing. `tagged` is the property by which TagResource and UntagResource know the
    resource, for types whose tags can be changed.
    """

    type: str
    service: str
    id: str
    delete: Call
    create: Call | None = None
    update: Call | None = None
    put: Call | None = None
    also: Mapping[str, Call] = field(default_factory=dict)
    read: Call | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    composed: Mapping[str, str] = field(default_factory=dict)
    cleared: Properties = field(default_factory=dict)
    shapes: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    gone: tuple[str, ...] = ()
    tagged: str | None = None
    replace_on: frozenset[str] = frozenset()
    defaults: Properties = field(default_factory=dict)
    auto_name: str | None = None
    auto_name_limit: int = 255
    secret_outputs: frozenset[str] = frozenset()

    @property
    def making(self) -> Call:
        """Give the call that makes the resource."""
        made = self.create or self.put
        if made is None:
            raise ValueError(f"{self.type} says neither how it is created nor how it is put")
        return made

    @property
    def changing(self) -> Call | None:
        """Give the call that changes the resource."""
        return self.update or self.put

    @property
    def computed(self) -> frozenset[str]:
        """Give the properties that AWS or the provider fills in."""
        always = {"id", "region", "tags", "tags_all", self.auto_name or "id"}
        return frozenset(always | {*self.outputs, *self.shown, *self.composed})


PLAIN: dict[str, Plain] = {}


def table(*entries: Plain) -> None:
    """Register a creator for each entry."""
    for entry in entries:
        if entry.type in CREATORS:
            raise ValueError(f"{entry.type} has two creators")
        PLAIN[entry.type] = entry
        CREATORS[entry.type] = _PlainCreator(entry)


class _PlainCreator(Creator):
    def __init__(self, entry: Plain) -> None:
        self.entry = entry
        # What other creators say by their class, this one says by its entry.
        vars(self).update(
            type=entry.type,
            replace_on=entry.replace_on,
            auto_name=entry.auto_name,
            auto_name_limit=entry.auto_name_limit,
            defaults=entry.defaults,
            secret_outputs=entry.secret_outputs,
        )

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        entry = self.entry
        named = self._named(inputs)
        elsewhere = {*entry.also, *entry.apart, "region", f"{entry.auto_name}_prefix"}
        given = {
            name: value for name, value in {**inputs, **named}.items() if name not in elsewhere
        }
        self._refuse(aws, entry.making, given)
        for name, call in entry.also.items():
            self._refuse(aws, call, {name: inputs.get(name)})
        outputs = named | _picked(self._call(aws, entry.making, given), entry.outputs)
        around = {"region": aws.region, "account": aws.account, "partition": aws.partition}
        for name, text in entry.composed.items():
            outputs[name] = text.format(**{**inputs, **outputs, **around})
        id_ = entry.id.format(**{**inputs, **outputs, **around})
        state = {**inputs, **outputs, "id": id_}
        for name, call in entry.also.items():
            if inputs.get(name) is not None:
                self._call(aws, call, state)
        return Created(id_, outputs | self._shown(aws, state))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        entry = self.entry
        differing = {name for name in {*old, *new} - entry.computed if changed(old, new, name)}
        differing -= entry.apart
        emptied = {} if entry.put else self._emptied(differing - {*new})
        state = {**old, **new, **emptied, "id": id_}
        for name in sorted(differing & {*entry.also}):
            self._refuse(aws, entry.also[name], {name: state[name]})
            self._call(aws, entry.also[name], state)
        differing -= {*entry.also}
        if differing:
            if entry.changing is None:
                return super().update(aws, id_, old, {name: state[name] for name in differing})
            self._refuse(aws, entry.changing, {name: state.get(name) for name in differing})
            self._call(aws, entry.changing, {**new, "id": id_} if entry.put else state)
        if entry.tagged:
            retag(aws, entry.service, state[entry.tagged], old, new)
        return self._shown(aws, state)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        with already_gone(*self.entry.gone):
            self._call(aws, self.entry.delete, {**state, "id": id_})

    def _named(self, inputs: Properties) -> dict[str, Any]:
        name = self.entry.auto_name
        if name is None:
            return {}
        return {name: physical_name(inputs, name, self.entry.auto_name_limit)}

    def _call(self, aws: Cloud, call: Call, properties: Properties) -> Any:
        service = self.entry.service
        shaped = self._shaped(properties)
        given = {**shaped, call.inside: shaped} if call.inside else shaped
        request = parameters(aws, service, call.operation, given, rename=call.rename)
        return getattr(aws.client(service), call.operation)(**{**request, **call.fixed})

    def _refuse(self, aws: Cloud, call: Call, given: Properties) -> None:
        """Refuse properties that the operation doesn't know."""
        unknown = untaken(
            aws,
            self.entry.service,
            call.operation,
            self._shaped(given),
            rename=call.rename,
            inside=call.inside,
        )
        for name in unknown:
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")

    def _shaped(self, properties: Properties) -> dict[str, Any]:
        shapes = self.entry.shapes
        return {
            name: shapes[name](value) if name in shapes and value is not None else value
            for name, value in properties.items()
        }

    def _emptied(self, names: set[str]) -> dict[str, Any]:
        for name in sorted(names - {*self.entry.cleared}):
            raise EmbeddedError(
                f"{name} of {self.type} cannot be taken away on the embedded AWS; "
                "give it another value, or replace the resource"
            )
        return {name: self.entry.cleared[name] for name in names}

    def _shown(self, aws: Cloud, state: Properties) -> dict[str, Any]:
        if self.entry.read is None:
            return {}
        return _picked(self._call(aws, self.entry.read, state), self.entry.shown)


def _picked(answer: Properties, paths: Mapping[str, str]) -> dict[str, Any]:
    """Give the properties that stand at dotted paths in an answer, where they do."""
    found: dict[str, Any] = {}
    for name, path in paths.items():
        value: Any = answer
        for step in path.split("."):
            value = value.get(step) if value else None
        if value is not None:
            found[name] = f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
    return found
