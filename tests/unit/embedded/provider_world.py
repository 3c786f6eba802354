"""A provider with one imaginary type, and requests as the engine sends them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Created, Creator, Properties
from stackproof.embedded.provider.servicer import Provider
from stackproof.embedded.provider.wire import Bag, from_struct, to_struct
from stackproof.types.tokens import SQS_QUEUE

URN = f"urn:pulumi:dev::pay::pay:app:Part${SQS_QUEUE}::thing"


class Thing(Creator):
    """Makes nothing anywhere, and remembers what it was asked."""

    type = SQS_QUEUE
    replace_on = frozenset({"name", "fifo_queue"})
    auto_name = "name"
    auto_name_limit = 80
    defaults: ClassVar[Properties] = {"delay_seconds": 0}
    secret_outputs = frozenset({"token"})
    read_back = False  # nothing is there to be read

    def __init__(self) -> None:
        self.regions: list[str] = []

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        self.regions.append(aws.region)
        if inputs.get("policy") == "refused":
            raise EmbeddedError(f"refused with {inputs['password']}")
        return Created("id-1", {"arn": "arn:aws:sqs:::thing", "token": "made-up"})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        self.regions.append(aws.region)
        return {"token": "made-anew"}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        self.regions.append(aws.region)


class Aborted(Exception):
    """What the engine would be told."""


class Call:
    """The context of one call."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise Aborted(details)


@dataclass
class Engine:
    """Asks the provider, in plain data by wire names."""

    provider: Provider
    context: Call = field(default_factory=Call)

    def configure(self, **arguments: Any) -> None:
        request = provider_pb2.ConfigureRequest(args=to_struct(arguments))
        self.provider.Configure(request, self.context)

    def check(
        self,
        news: Mapping[str, Any],
        olds: Mapping[str, Any] | None = None,
        *,
        secrets: Collection[str] = (),
        urn: str = URN,
    ) -> Bag:
        request = provider_pb2.CheckRequest(
            urn=urn, news=to_struct(news, secrets), olds=to_struct(olds or {})
        )
        return from_struct(self.provider.Check(request, self.context).inputs)

    def diff(
        self,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        state: Mapping[str, Any] | None = None,
    ) -> Any:
        request = provider_pb2.DiffRequest(
            id="id-1",
            urn=URN,
            old_inputs=to_struct(old),
            news=to_struct(new),
            olds=to_struct({**old, **(state or {})}),
        )
        return self.provider.Diff(request, self.context)

    def create(
        self, inputs: Mapping[str, Any], *, secrets: Collection[str] = (), preview: bool = False
    ) -> tuple[str, Bag]:
        request = provider_pb2.CreateRequest(
            urn=URN, properties=to_struct(inputs, secrets), preview=preview
        )
        made = self.provider.Create(request, self.context)
        return made.id, from_struct(made.properties)

    def update(
        self,
        was: Mapping[str, Any],
        state: Mapping[str, Any],
        inputs: Mapping[str, Any],
        *,
        preview: bool = False,
    ) -> Bag:
        request = provider_pb2.UpdateRequest(
            id="id-1",
            urn=URN,
            old_inputs=to_struct(was),
            olds=to_struct(state),
            news=to_struct(inputs),
            preview=preview,
        )
        return from_struct(self.provider.Update(request, self.context).properties)

    def read(
        self,
        state: Mapping[str, Any],
        inputs: Mapping[str, Any] | None,
        *,
        secrets: Collection[str] = (),
    ) -> Any:
        request = provider_pb2.ReadRequest(id="id-1", urn=URN, properties=to_struct(state, secrets))
        if inputs is not None:
            request.inputs.CopyFrom(to_struct(inputs, set(secrets) & inputs.keys()))
        return self.provider.Read(request, self.context)
