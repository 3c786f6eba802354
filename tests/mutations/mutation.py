"""Mutation: one value of a deployed stack changed behind its back, by one line's number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stackproof.outputs import Outputs


class Aws(Protocol):
    """Gives boto3 clients of the deployed stack's AWS."""

    def __call__(self, service: str, region: str | None = None) -> Any:
        """Give the client of a service, in the stack's region unless another is named."""


Act = Callable[[Aws, Outputs], object]


@dataclass(frozen=True, slots=True)
class Mutation:
    """What a line asks for, made untrue on AWS: a scenario that claims the line must notice."""

    number: str
    what: str
    act: Act


@dataclass(frozen=True, slots=True)
class Improvement(Mutation):
    """More than a line asks for: no scenario may turn red."""


@dataclass(frozen=True, slots=True)
class FileMutation:
    """What a line asks of a file, made untrue: one text in it replaced by another."""

    number: str
    what: str
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What the claimed tests said of a mutation, or why it could not be tried.

    `mutation` is None for what nothing was changed of. `outcomes` is passed, failed, unknown or
    skipped by test, the worst of all its parameters.
    """

    mutation: Mutation | FileMutation | None
    outcomes: Mapping[str, str]
    error: str = ""

    @property
    def red(self) -> tuple[str, ...]:
        """Give the tests that noticed."""
        return tuple(sorted(node for node, said in self.outcomes.items() if said == "failed"))


def worst(*outcomes: str) -> str:
    """Give the worst of several outcomes."""
    return max(outcomes, key=("passed", "skipped", "unknown", "failed").index)


@dataclass(frozen=True, slots=True)
class Group:
    """The mutations and the improvements that share one deployment of a stack."""

    stack: str
    mutations: tuple[Mutation, ...]
    improvements: tuple[Improvement, ...] = ()

    @property
    def blueprint(self) -> str:
        """Give the stack's blueprint."""
        return self.stack.partition("-")[0]


def restated(client: Any, operation: str, found: Mapping[str, Any], **changes: object) -> Any:
    """Say again what AWS shows of a thing, with changes; leave out what the operation won't take.

    `operation` is the client's method. A change to None leaves the parameter out.
    """
    name = client.meta.method_to_api_mapping[operation]
    takes = client.meta.service_model.operation_model(name).input_shape.members
    said = {**found, **changes}
    kept = {key: value for key, value in said.items() if key in takes and value is not None}
    return getattr(client, operation)(**kept)
