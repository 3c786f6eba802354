"""The AWS provider of the embedded AWS, as the Pulumi CLI calls it.

The protocol is proto/pulumi/provider.proto of pulumi/pulumi. What happens to a resource is
decided in stackproof.embedded.apply, which serves the embedded engine as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import grpc
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from stackproof.embedded import apply
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud
from stackproof.embedded.provider import differences
from stackproof.embedded.provider.bags import properties, rewritten, without_secrets
from stackproof.embedded.provider.config import settings
from stackproof.embedded.provider.wire import WireError, from_struct, to_struct
from stackproof.embedded.reading import Reading
from stackproof.types.table import canonical
from stackproof.types.wire import answer_to_wire, arguments_from_wire, from_wire

# The version of the real provider that this one stands in for.
VERSION = "7.51.1"


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine; a process serves one configuration of the provider."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._reading = Reading()
        self._cloud: Cloud
        self._settings: apply.Settings

    def Handshake(self, request: Any, context: Any) -> Any:
        """Say what of the protocol is understood."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:
        """Give the types and functions of the provider, to programs that have no SDK."""
        from stackproof.embedded.provider.schema import schema

        return provider_pb2.GetSchemaResponse(schema=schema(VERSION))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Take the configuration as it is: Configure judges it."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Say what of the configuration changed; resources answer for themselves."""
        old, new = from_struct(request.old_inputs).values, from_struct(request.news).values
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        answer = provider_pb2.DiffResponse
        return answer(changes=answer.DIFF_SOME if changed else answer.DIFF_NONE, diffs=changed)

    def Configure(self, request: Any, context: Any) -> Any:
        """Take region and tags, and the endpoint; refuse any that is not on this machine."""
        with _answering(context, request.args):
            endpoint = self._environment.get("AWS_ENDPOINT_URL")
            if not endpoint:
                raise EmbeddedError(
                    "AWS_ENDPOINT_URL is not set, and this AWS provider only serves the embedded "
                    "AWS; run it by `stackproof embedded run -- pulumi ...`"
                )
            variables = self._environment
            region = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION")
            self._settings = settings(from_struct(request.args).values, region)
            self._cloud = Cloud(endpoint, self._settings.region)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        """Fill in defaults, the generated name and the provider's tags."""
        what = _Subject.of(request.urn)
        with _answering(context, request.news):
            checked = apply.check(
                what.type,
                what.name,
                what.properties(request.news),
                what.properties(request.olds),
                default_tags=self._settings.default_tags,
            )
            return provider_pb2.CheckResponse(inputs=what.rewritten(request.news, checked))

    def Diff(self, request: Any, context: Any) -> Any:
        """Say what changed, and whether that needs a replacement."""
        what = _Subject.of(request.urn)
        with _answering(context, request.news):
            old, new = from_struct(request.old_inputs).values, from_struct(request.news).values
            found = apply.diff(
                what.type,
                from_wire(what.token, old),
                from_wire(what.token, new),
                name=what.name,
                state=what.properties(request.olds),
                region=self._settings.region,
            )
            return differences.response(what.token, found, old, new)

    def Create(self, request: Any, context: Any) -> Any:
        """Create a resource; in a preview, what only AWS could tell stays out."""
        what = _Subject.of(request.urn)
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        with _answering(context, request.properties):
            id_, state = apply.create(self._cloud, what.type, what.properties(request.properties))
            self._reading.forget()
            made = what.rewritten(request.properties, state, what.secrets)
            return provider_pb2.CreateResponse(id=id_, properties=made)

    def Read(self, request: Any, context: Any) -> Any:
        """Read a resource back: for a refresh, or by its id alone."""
        what = _Subject.of(request.urn)
        with _answering(context, request.properties, request.inputs):
            known, inputs = what.properties(request.properties), what.properties(request.inputs)
            # Without inputs the program or the user looks a resource up by its id alone.
            state = self._reading.read(self._cloud, what.type, request.id, known, whole=not inputs)
            if state is None:
                return provider_pb2.ReadResponse()
            shown = what.rewritten(request.properties, state, what.secrets)
            if not request.HasField("inputs"):
                return provider_pb2.ReadResponse(id=request.id, properties=shown, inputs=shown)
            drifted = {name for name in {*known, *state} if known.get(name) != state.get(name)}
            now = {name: value for name, value in inputs.items() if name not in drifted}
            if inputs:
                now |= {name: state[name] for name in drifted & {*inputs, "tags"} & set(state)}
            return provider_pb2.ReadResponse(
                id=request.id, properties=shown, inputs=what.rewritten(request.inputs, now)
            )

    def Update(self, request: Any, context: Any) -> Any:
        """Change a resource in place."""
        what = _Subject.of(request.urn)
        with _answering(context, request.news, request.olds):
            was, state = what.properties(request.old_inputs), what.properties(request.olds)
            inputs = what.properties(request.news)
            if request.preview:
                state = apply.computed(state, was) | inputs
            else:
                state = apply.update(
                    self._cloud, what.type, request.id, state=state, was=was, inputs=inputs
                )
                self._reading.forget()
            changed = what.rewritten(request.news, state, what.secrets)
            return provider_pb2.UpdateResponse(properties=changed)

    def Delete(self, request: Any, context: Any) -> Any:
        """Delete a resource."""
        what = _Subject.of(request.urn)
        with _answering(context, request.properties):
            apply.delete(self._cloud, what.type, request.id, what.properties(request.properties))
            self._reading.forget()
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        """Answer a provider function."""
        with _answering(context, request.args):
            answer = apply.invoke(
                self._cloud,
                request.tok,
                arguments_from_wire(request.tok, from_struct(request.args).values),
                self._settings.default_tags,
            )
            # `return` can only be given by name through a mapping: it is a keyword.
            fields: dict[str, Any] = {"return": to_struct(answer_to_wire(request.tok, answer))}
            return provider_pb2.InvokeResponse(**fields)

    def Cancel(self, request: Any, context: Any) -> Any:
        """Let running calls end by themselves: none takes long."""
        return empty_pb2.Empty()


class _Subject(NamedTuple):
    """The resource that a request is about, read from its URN as every CLI sends it.

    `token` is the name of the type that the program wrote, `type` the one that is known here.
    """

    token: str
    type: str
    name: str

    @classmethod
    def of(cls, urn: str) -> _Subject:
        _, _, kind, name = urn.split("::", 3)
        token = kind.rpartition("$")[2]
        return cls(token, canonical(token), name)

    @property
    def secrets(self) -> frozenset[str]:
        return apply.creator_of(self.type).secret_outputs

    def properties(self, struct: Struct) -> dict[str, Any]:
        return properties(self.token, struct)

    def rewritten(
        self, struct: Struct, wanted: Mapping[str, Any], secret: Collection[str] = ()
    ) -> Struct:
        return rewritten(self.token, struct, wanted, secret)


@contextmanager
def _answering(context: Any, *sent: Any) -> Iterator[None]:
    """Answer with one sentence when it cannot be done; secrets that were sent are not in it."""
    try:
        yield
    except (EmbeddedError, WireError) as error:
        context.abort(grpc.StatusCode.UNKNOWN, without_secrets(str(error), sent))
