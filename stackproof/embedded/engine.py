"""The embedded engine: runs an unmodified Pulumi program in this process, without the CLI.

It stands behind the SDK's public mocks interface: the monitor creates every resource for real on
the embedded AWS and answers with its real id and outputs. With `preview`, nothing is created and
what only AWS could tell stays unknown, as in `pulumi preview`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import runpy
import site
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import SETTINGS, set_root_resource
from pulumi.runtime.stack import run_in_stack

from stackproof.embedded import apply, dynamic, stacks
from stackproof.embedded.blame import blamed, is_own
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud
from stackproof.embedded.project import Project
from stackproof.embedded.provider.config import settings
from stackproof.embedded.provider.wire import Bag, from_struct, to_struct
from stackproof.embedded.reading import Reading
from stackproof.model import Resource, Sight, Stack
from stackproof.sights.positions import place_of, position
from stackproof.signals import of_process
from stackproof.types.defaults import filled
from stackproof.types.table import canonical
from stackproof.types.wire import (
    answer_to_wire,
    arguments_from_wire,
    from_wire,
    python_name,
    to_wire,
    wire_name,
)

_PROVIDER = "pulumi:providers:"
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Registered:
    """One resource that the program declared: what it asked for and what came of it.

    `secrets` are the properties of both, by their names on the wire, that are or hold a secret, and
    `source` is where the program does so, as a state keeps it.
    """

    urn: str
    type: str
    name: str
    id: str
    inputs: Mapping[str, Any]
    state: Mapping[str, Any]
    references: Mapping[str, tuple[str, ...]]
    region: str
    secrets: frozenset[str] = frozenset()
    source: str = ""

    @property
    def arn(self) -> str | None:
        """Give its own ARN once it is known; as an input, `arn` names what it is attached to."""
        value = None if "arn" in self.inputs else self.state.get("arn")
        return value if isinstance(value, str) else None


@dataclass(slots=True)
class Deployment:
    """What a run of the program declared, made and exported."""

    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    secret_outputs: frozenset[str] = frozenset()

    def declared(self) -> Stack:
        """Give the stack as the program declares it: inputs, and what AWS makes of the rest."""
        return Stack(
            (
                Resource(
                    data=filled(made.type, made.inputs),
                    type=made.type,
                    name=made.name,
                    urn=made.urn,
                    id=made.id or None,
                    arn=made.arn,
                    region=made.region,
                    references=made.references,
                )
                for made in self.resources
            ),
            Sight.DECLARED,
        )


class _Unused(mocks.Mocks):
    """The SDK asks for a Mocks object; the monitor answers everything itself."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], None]:
        raise NotImplementedError

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        raise NotImplementedError


class _Monitor(mocks.MockMonitor):
    def __init__(
        self,
        endpoint: str,
        default: apply.Settings,
        config: Mapping[str, str],
        root: Path,
        *,
        preview: bool,
    ) -> None:
        super().__init__(_Unused())
        self._root = str(root)
        self._config = config
        self.deployment = Deployment()
        self.failure: EmbeddedError | None = None
        self._cloud = Cloud(endpoint, default.region)
        self._default = default
        self._preview = preview
        self._providers: dict[str, apply.Settings] = {}
        self._reading = Reading()
        self._lock = threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Give a resource's URN as the CLI does: with the types of all components around it."""
        around = parent.split("::")[2] if parent else _STACK
        qualified = type_ if around == _STACK else f"{around}${type_}"
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        bag = from_struct(request.object)
        if request.type.startswith(_PROVIDER):
            return self._provider(urn, bag.values)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        if dynamic.is_dynamic(request.type):
            return self._dynamic(urn, bag)
        type_, provider = canonical(request.type), self._settings(request.provider)
        cloud = self._cloud.in_region(provider.region)
        with self._reported(urn):
            inputs = apply.check(
                type_,
                request.name,
                from_wire(request.type, bag.values),
                default_tags=provider.default_tags,
            )
            id_, state = "", dict(inputs)
            if not self._preview:
                id_, state = apply.create(cloud, type_, inputs)
                self._reading.forget()
        secret = {*bag.secrets, *request.additionalSecretOutputs}
        secret |= _secrets(request.type)
        made = Registered(
            urn,
            type_,
            request.name,
            id_,
            inputs,
            state,
            {
                python_name(request.type, key): tuple(dependencies.urns)
                for key, dependencies in request.propertyDependencies.items()
                if dependencies.urns
            },
            str(inputs.get("region") or cloud.region),
            frozenset(secret),
            self._source(request),
        )
        with self._lock:
            self.deployment.resources.append(made)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=id_, object=to_struct(to_wire(request.type, state), secret)
        )

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if f"::{_STACK}::" in request.urn:
            bag = from_struct(request.outputs)
            self.deployment.outputs = bag.values
            self.deployment.secret_outputs = bag.secrets
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == stacks.REFERENCE:
            return self._stack(urn, request.id)
        bag = from_struct(request.properties)
        cloud = self._cloud.in_region(self._settings(request.provider).region)
        with self._reported(urn):
            known = from_wire(request.type, bag.values)
            state = self._reading.read(
                cloud, canonical(request.type), request.id, known, whole=True
            )
            if state is None:
                raise EmbeddedError(f"there is no {request.type} {request.id}")
            secret = {*bag.secrets, *request.additionalSecretOutputs}
            secret |= _secrets(request.type)
        return resource_pb2.ReadResourceResponse(
            urn=urn, properties=to_struct(to_wire(request.type, state), secret)
        )

    def Invoke(self, request: Any) -> Any:
        arguments = arguments_from_wire(request.tok, from_struct(request.args).values)
        with self._reported(request.tok):
            provider = self._settings(request.provider)
            cloud = self._cloud.in_region(provider.region)
            answer = apply.invoke(cloud, request.tok, arguments, provider.default_tags)
        # `return` can only be given by name through a mapping: it is a keyword.
        fields: dict[str, Any] = {"return": to_struct(answer_to_wire(request.tok, answer))}
        return resource_pb2.ResourceInvokeResponse(**fields)

    def _dynamic(self, urn: str, bag: Bag) -> Any:
        id_, state = "", bag.values
        if not self._preview:
            with self._reported(urn):
                id_, state = dynamic.create(bag.values, pulumi.get_project(), self._config)
        made = to_struct(state, bag.secrets)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=made)

    def _stack(self, urn: str, name: str) -> Any:
        with self._reported(urn):
            found = stacks.referenced(self._cloud.endpoint, name, pulumi.get_project())
        secret = ("outputs",) if found["secretOutputNames"] else ()
        return resource_pb2.ReadResourceResponse(urn=urn, properties=to_struct(found, secret))

    def _provider(self, urn: str, inputs: Mapping[str, Any]) -> Any:
        id_ = str(uuid4())
        if f"::{_PROVIDER}aws::" in urn:
            with self._reported(urn):
                self._providers[f"{urn}::{id_}"] = settings(inputs, self._default.region)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=to_struct(inputs))

    def _source(self, request: Any) -> str:
        """Say where the program registers a resource: the innermost place that is in its folder."""
        frames = [frame.pc for frame in request.stackTrace.frames]
        told = (
            position(frame.uri, frame.line, self._root)
            for frame in (request.sourcePosition, *frames)
            if frame.uri
        )
        return next((position for position in told if place_of({"sourcePosition": position})), "")

    def _settings(self, provider: str) -> apply.Settings:
        return self._providers.get(provider, self._default)

    @contextmanager
    def _reported(self, what: str) -> Iterator[None]:
        # The SDK wraps what a monitor raises in layers of its own; the first cause is kept here.
        try:
            yield
        except EmbeddedError as error:
            if self.failure is None:
                message = str(error)
                # What is not available says itself what it is.
                self.failure = (
                    error if message.startswith(what) else EmbeddedError(f"{what}: {message}")
                )
            raise


def run(
    project: Project,
    stack: str,
    config: Mapping[str, str],
    endpoint: str,
    *,
    preview: bool = False,
) -> Deployment:
    """Run a project's program for a stack against the embedded AWS at an endpoint.

    Raises EmbeddedError when a resource could not be created or the program failed, and
    pulumi.RunError when the program itself refuses (bad configuration).
    """
    region = config.get("aws:region") or os.environ.get("AWS_REGION")
    if not region:
        raise EmbeddedError(f"stack {stack} sets no aws:region; add it to Pulumi.{stack}.yaml")
    own = {key.removeprefix("aws:"): value for key, value in config.items()}
    monitor = _Monitor(endpoint, settings(own, region), config, project.root, preview=preview)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_all_config(dict(config))
    mocks.set_mocks(_Unused(), project.name, stack, preview=preview, monitor=monitor)
    # A run that failed leaves calls behind that nobody will answer any more.
    SETTINGS.rpc_manager.clear()
    SETTINGS.outputs.clear()
    # set_mocks leaves a finished root stack behind; the program gets one whose outputs count.
    set_root_resource(cast(Any, None))
    with _standing_in(project):
        try:
            loop.run_until_complete(run_in_stack(lambda: _program(project)))
        except BaseException as error:
            # Anything can go wrong in a program, which may end itself half-way with 0; the first
            # cause is known better: see _reported.
            if of_process(error):
                raise
            if monitor.failure is None and isinstance(error, pulumi.RunError):
                raise
            raise monitor.failure or blamed(error, project.root) from error
    done = monitor.deployment
    if not preview:
        stacks.keep(endpoint, project.name, stack, done.outputs, done.secret_outputs)
    return done


def _secrets(token: str) -> set[str]:
    hidden = apply.creator_of(canonical(token)).secret_outputs
    return {wire_name(token, name) for name in hidden}


def _program(project: Project) -> None:
    runpy.run_path(str(project.program), run_name="__main__")


@contextmanager
def _standing_in(project: Project) -> Iterator[None]:
    """Run as the language host does: in the project's folder, the program's on sys.path.

    The packages of the program's own virtual environment come before those of ours. Modules of
    the program are forgotten afterwards: what they declare, they declare on import.
    """
    before, path, modules = os.getcwd(), list(sys.path), set(sys.modules)
    os.chdir(project.program.parent)
    if project.packages is not None:
        site.addsitedir(str(project.packages))
    own = [str(project.program.parent), *(folder for folder in sys.path if folder not in path)]
    sys.path[:] = own + path
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if is_own(getattr(sys.modules[name], "__file__", None), project.program.parent):
                del sys.modules[name]
