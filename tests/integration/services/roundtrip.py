"""Make resources with the creators, and read them back with the readers.

Used by every `test_<service>.py` here: what a program declares must be what the live sight shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stackproof.embedded import apply
from stackproof.embedded.frame.base import Cloud, session
from stackproof.model import Resource, Stack, Unknown
from stackproof.parity.equivalence import property_seen_as
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import Snapshot, guard, read_one, take
from stackproof.types.fitting import misfits
from stackproof.types.table import canonical

Properties = Mapping[str, Any]

TAGS = {"Project": "roundtrip", "Environment": "test", "Name": "roundtrip"}


@dataclass(slots=True)
class Made:
    """A resource on the embedded AWS: what was asked for, and what came of it."""

    type: str
    name: str
    id: str
    inputs: Properties
    state: Properties

    def __getitem__(self, name: str) -> Any:
        return self.state[name]


@dataclass(slots=True)
class World:
    """An embedded AWS in which a test makes, changes, reads and deletes resources."""

    cloud: Cloud
    made: list[Made] = field(default_factory=list)

    def make(self, type_: str, name: str = "roundtrip", /, **inputs: Any) -> Made:
        """Create a resource as the engine and the provider do."""
        type_ = canonical(type_)
        checked = apply.check(type_, name, inputs)
        id_, state = apply.create(self.cloud, type_, checked)
        assert misfits(type_, state) == [], "the SDK can't take what the creator gives"
        resource = Made(type_, name, id_, checked, state)
        self.made.append(resource)
        return resource

    def change(self, resource: Made, **inputs: Any) -> Made:
        """Update a resource in place; `None` takes a property away."""
        wanted = apply.check(
            resource.type, resource.name, {**resource.inputs, **inputs}, resource.inputs
        )
        difference = apply.diff(resource.type, resource.inputs, wanted)
        assert not difference.replaced, f"{difference.replaced} would replace {resource.type}"
        resource.state = apply.update(
            self.cloud,
            resource.type,
            resource.id,
            state=resource.state,
            was=resource.inputs,
            inputs=wanted,
        )
        assert misfits(resource.type, resource.state) == [], "the SDK can't take the outputs"
        resource.inputs = wanted
        return resource

    def delete(self, resource: Made) -> None:
        """Delete a resource."""
        apply.delete(self.cloud, resource.type, resource.id, resource.state)
        if resource in self.made:
            self.made.remove(resource)

    def read(self, resource: Made, state: Properties | None = None) -> Resource | Unknown | None:
        """Read one resource alone, as `pulumi refresh` does; by its id alone with `state={}`."""
        scope = Scope(self.cloud.region, self.cloud.account, self.cloud.partition, (), {})
        state = resource.state if state is None else state
        return read_one(
            self._aws(), readers(), scope, type_=resource.type, id_=resource.id, state=state
        )

    def snapshot(self, *known: str) -> Snapshot:
        """Read everything that was made, as `stackproof verify` does; `known` are more names."""
        ids = [key for made in self.made for key in (made.id, made.state.get("arn")) if key]
        keys = [*ids, *known]
        own = {key: TAGS[key] for key in ("Project", "Environment")}
        return take(
            self._aws(), self._readers(), regions=[self.cloud.region], keys=keys, own_tags=own
        )

    def _readers(self) -> list[Reader]:
        """Give the readers of what was made and of its parents: a client costs a tenth second."""
        wanted = {made.type for made in self.made}
        while True:
            chosen = [reader for reader in readers() if wanted & set(reader.types)]
            parents = {parent for reader in chosen for parent in reader.parents}
            if parents <= wanted:
                return chosen
            wanted |= parents

    def _aws(self) -> Aws:
        return Aws(guard(readers()), self.cloud.endpoint, session())


def assert_shown(world: World, resource: Made, *, hidden: tuple[str, ...] = ()) -> None:
    """Assert that one reading and the snapshot show each input that was declared.

    `hidden` names the inputs that AWS never gives back (passwords, what happens on deletion).
    """
    declared = {
        name: value
        for name, value in resource.inputs.items()
        if name not in hidden and value not in (None, [], {})
    }
    alone = world.read(resource)
    assert isinstance(alone, Resource), f"{resource.type} {resource.id} was read as {alone}"
    shown = {name for name, value in alone.data.items() if not isinstance(value, Unknown)}
    assert not set(hidden) & shown, "a hidden input is shown after all"
    assert misfits(alone.type, alone.data) == [], "Pulumi has it in another form"
    assert _differences(alone, declared) == {}
    assert _looked_up(world, resource) == alone.data
    assert _refreshed(alone, resource.state) == {}, "`pulumi refresh` would show a change"
    together = found(world.snapshot().stack(), resource)
    assert _differences(together, declared) == {}


def assert_told(world: World, resource: Made, **wanted: Any) -> None:
    """Assert what one reading shows of a type that is asked for by its last known properties only.

    Its id is one that the AWS provider makes up: reading gives it back as it is.
    """
    alone = world.read(resource)
    assert isinstance(alone, Resource), f"{resource.type} {resource.id} was read as {alone}"
    assert alone.id == resource.id
    assert misfits(alone.type, alone.data) == [], "Pulumi has it in another form"
    assert {name: alone.data.get(name) for name in wanted} == wanted


def assert_gone(world: World, resource: Made) -> None:
    """Delete a resource, twice as an interrupted run does, and assert that AWS has it no more."""
    world.delete(resource)
    assert world.read(resource) is None
    world.delete(resource)


def found(stack: Stack, resource: Made) -> Resource:
    """Give a made resource as a stack has it."""
    hit = stack.find(resource.id, resource.type)
    known = [r.id for r in stack if r.type == resource.type]
    assert hit is not None, f"no {resource.type} {resource.id}; there are {known}"
    return hit


def _looked_up(world: World, resource: Made) -> Any:
    """Give what its id alone leads to, unless looking it up takes more and says what."""
    try:
        found = world.read(resource, {})
    except KeyError:
        found = world.read(resource)
    return found.data if isinstance(found, Resource) else found


def _differences(live: Resource, declared: Properties) -> dict[str, tuple[Any, Any]]:
    """Give what was declared and what is shown, for each property where they differ."""
    pairs = {name: (_plain(value), _plain(live.data.get(name))) for name, value in declared.items()}
    return {name: pair for name, pair in pairs.items() if not _contained(*pair)}


def _refreshed(live: Resource, state: Properties) -> dict[str, tuple[Any, Any]]:
    """Give what is in the state and what is shown, where `pulumi refresh` sees a difference."""
    return {
        name: (value, live.data[name])
        for name, value in state.items()
        if name in live.data
        and not isinstance(live.data[name], Unknown)
        and property_seen_as(live.type, name, live.data[name], value) != value
    }


def _contained(declared: Any, shown: Any) -> bool:
    """Tell whether all that was declared is shown; AWS may fill in members of its own."""
    if isinstance(declared, dict) and isinstance(shown, dict):
        return all(name in shown and _contained(declared[name], shown[name]) for name in declared)
    if isinstance(declared, list) and isinstance(shown, list):
        left = list(shown)
        for item in declared:
            hit = next((other for other in left if _contained(item, other)), None)
            if hit is None:
                return False
            left.remove(hit)
        return not left
    return bool(declared == shown)


def _plain(value: Any) -> Any:
    """Give plain data with nothing unset, and JSON text as what it says."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:  # no JSON after all, as the path part {id}
            return value
    return value
