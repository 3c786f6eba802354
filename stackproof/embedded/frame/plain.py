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

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    CREATORS,
    Cloud,
    Created,
    Creator,
    Properties,
    Shaping,
    already_gone,
    changed,
    operation_model,
    parameters,
    physical_name,
    retag,
    untaken,
)
from stackproof.embedded.frame.patches import patches
from stackproof.types.table import type_of


@dataclass(frozen=True, slots=True)
class Call:
    """An operation by its boto3 name, and where AWS calls a property otherwise.

    `rename` maps a property, at any depth, to AWS's member; the resource's Pulumi id goes by
    `id`. `inside` is the parameter that holds the properties, where they aren't parameters
    themselves. `fixed` are parameters that are always the same. A `whole` update takes away what
    it leaves out. `patch` is given for operations that take changes as patch operations: what the
    resource's representation calls otherwise.
    """

    operation: str
    rename: Mapping[str, str] = field(default_factory=dict)
    inside: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False
    patch: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """One type of the table.

    `create` makes the resource and `update` changes it; an operation that does both, taking all
    properties anew each time, is `put` alone. `also` are calls that set one property each, after
    `create` and whenever it changes. What the type's reader doesn't show, or is needed before it
    is asked: `outputs` maps properties to dotted paths (`Groups.0.Arn`) in the answer of `create`
    or `put`; `shown` does so for the answer of `read`, which is asked after each change. `id` is a
    text made of properties, {region}, {account}, {partition} and {answer[member]}; `composed` are
    properties made in the same way, of {id} as well.
    `cleared` are the values by which AWS takes a property away, for it keeps what an update
    leaves out. `shapes` arrange a property's value as AWS has it. `apart` are properties that
    only the provider itself acts upon. `gone` are further codes by which AWS says that there is
    no such thing. `tagged` is the property by which the operations `tag_calls` know the resource,
    for types whose tags can be changed.
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
    tag_calls: tuple[str, str] = ("tag_resource", "untag_resource")
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
        named = {self.auto_name} if self.auto_name else set()
        known = type_of(self.type)
        shown = known.outputs if known else ()
        return frozenset({*_ALWAYS, *named, *shown, *self.outputs, *self.shown, *self.composed})


# Not set by the operations that change a resource.
_ALWAYS = frozenset({"id", "region", "tags", "tags_all"})

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
        tagged_later = entry.tagged and self._untaken(aws, entry.making, {"tags": {}})
        elsewhere |= {"tags"} if tagged_later else set()
        given = {
            name: value for name, value in {**inputs, **named}.items() if name not in elsewhere
        }
        self._refuse(aws, entry.making, given)
        for name, call in entry.also.items():
            self._refuse(aws, call, {name: inputs.get(name)})
        answer = self._call(aws, entry.making, given)
        outputs = named | _picked(answer, entry.outputs)
        # What is set afterwards is as the program says, not as the answer did.
        outputs |= {name: inputs[name] for name in outputs.keys() & entry.also if inputs.get(name)}
        around = {"region": aws.region, "account": aws.account, "partition": aws.partition}
        id_ = entry.id.format(**{**inputs, **outputs, **around, "answer": answer})
        for name, text in entry.composed.items():
            outputs[name] = text.format(**{**inputs, **outputs, **around, "id": id_})
        state = {**inputs, **outputs, "id": id_}
        for name, call in entry.also.items():
            if inputs.get(name) is not None:
                self._change(aws, call, {}, state, {name})
        if tagged_later and entry.tagged:
            self._retag(aws, state[entry.tagged], {}, inputs)
        return Created(id_, outputs | self._shown(aws, state))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        entry = self.entry
        declared = {*new} - _ALWAYS | {*old} - entry.computed
        differing = {name for name in declared - entry.apart if changed(old, new, name)}
        fixed = {name for name in differing if self._setter(name) is None}
        if fixed:
            self.refuse(old, {name: new.get(name) for name in fixed})
        gone = {name for name in differing - {*new} if self._keeps(name)}
        state = {**old, **dict.fromkeys(differing), **new, **self._emptied(gone), "id": id_}
        for name in sorted(differing & {*entry.also}):
            self._change(aws, entry.also[name], old, state, {name})
        rest = differing - {*entry.also}
        if rest and entry.changing:
            self._change(aws, entry.changing, old, state, rest)
        if entry.tagged:
            self._retag(aws, state[entry.tagged], old, new)
        return self._shown(aws, state)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        with already_gone(*self.entry.gone):
            self._call(aws, self.entry.delete, {**state, "id": id_})

    def _retag(self, aws: Cloud, what: str, old: Properties, new: Properties) -> None:
        tag, untag = self.entry.tag_calls
        retag(aws, self.entry.service, what, old, new, tag=tag, untag=untag)

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

    def _setter(self, name: str) -> Call | None:
        return self.entry.also.get(name, self.entry.changing)

    def _keeps(self, name: str) -> bool:
        """Tell whether AWS keeps a property that a change leaves out."""
        setter = self._setter(name)
        if setter is None or setter is self.entry.put:
            return False
        return setter.patch is None and not setter.whole

    def _change(
        self, aws: Cloud, call: Call, old: Properties, state: Properties, names: set[str]
    ) -> None:
        """Set the named properties to what they are in the state."""
        self._refuse(aws, call, {name: state.get(name) for name in names})
        if call.patch is None:
            self._call(aws, call, state)
            return
        service = self.entry.service
        whole = operation_model(aws, service, call.operation).output_shape
        before, now = (
            Shaping(call.patch).shape(whole, self._shaped({name: side.get(name) for name in names}))
            for side in (old, state)
        )
        named = parameters(aws, service, call.operation, state, rename=call.rename)
        operations = list(patches(before, now))
        getattr(aws.client(service), call.operation)(**named, patchOperations=operations)

    def _refuse(self, aws: Cloud, call: Call, given: Properties) -> None:
        """Refuse properties that the operation doesn't know."""
        for name in self._untaken(aws, call, given):
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")

    def _untaken(self, aws: Cloud, call: Call, given: Properties) -> list[str]:
        return untaken(
            aws,
            self.entry.service,
            call.operation,
            self._shaped(given),
            rename=call.rename if call.patch is None else call.patch,
            inside=call.inside,
            patch=call.patch is not None,
        )

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
            if not value:
                value = None
            else:
                value = value[int(step)] if step.isdigit() else value.get(step)
        if value is not None:
            found[name] = f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
    return found
