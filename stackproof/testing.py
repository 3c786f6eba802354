"""Test CrossGuard policies the way the CLI runs them: real proxies, unknowns, dependencies.

Works for any `pulumi_policy` policies, not only for stackproof's own:

```python
bucket = Given("aws:s3/bucket:Bucket", {"bucket": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)})
assert analyze(my_policies, example(bucket)) == []
```
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from google.protobuf import json_format, struct_pb2
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import (
    UNKNOWN_STRING_VALUE,
    UnknownValueError,
    unknown_checking_proxy,
)

from stackproof.model import Resource, Stack, Unknown
from stackproof.model.cases import Form, Given, build
from stackproof.types.wire import to_wire, wire_name

__all__ = ["Violation", "analyze", "example", "resource_args", "stack_args"]

Config = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Violation:
    """One line that a policy reports."""

    policy: str
    level: EnforcementLevel
    message: str
    urn: str | None


class _NotApplicable(Exception):
    """Raised by `args.not_applicable()`, in the place of the SDK's private exception."""


class _ResourceArgs(ResourceValidationArgs):
    def not_applicable(self, reason: str | None = None) -> NoReturn:
        raise _NotApplicable(reason or "")


class _StackArgs(StackValidationArgs):
    def not_applicable(self, reason: str | None = None) -> NoReturn:
        raise _NotApplicable(reason or "")


def example(given: Given) -> Stack:
    """Give an example as preview shows it: references unknown, with the URNs they come from."""
    return build(given, Form.PREVIEW)[1]


def resource_args(
    resource: Resource, config: Mapping[str, Any] | None = None
) -> ResourceValidationArgs:
    """Give what the SDK hands to a resource policy."""
    return _ResourceArgs(
        resource.type,
        _proxies(resource.type, resource.data),
        _urn(resource),
        resource.name,
        _options(),
        _provider(resource),
        _config(config),
    )


def stack_args(stack: Stack, config: Mapping[str, Any] | None = None) -> StackValidationArgs:
    """Give what the SDK hands to a stack policy."""
    shown = {_urn(resource): _policy_resource(resource) for resource in stack}
    for resource in stack:
        holder = shown[_urn(resource)]
        for name, urns in resource.references.items():
            targets = [shown[urn] for urn in urns if urn in shown]
            holder.property_dependencies[wire_name(resource.type, name)] = targets
            holder.dependencies.extend(t for t in targets if t not in holder.dependencies)
    return _StackArgs(list(shown.values()), _config(config))


def analyze(
    policies: Iterable[Policy], stack: Stack, config: Config | None = None
) -> list[Violation]:
    """Run policies over a stack in the order of the SDK, and give what they report.

    Like the SDK, this turns an UnknownValueError that escapes from a policy, mandatory or not,
    into one advisory line. `config` holds parameters by policy name.
    """
    policies = list(policies)
    configured = config or {}
    found: list[Violation] = []
    for resource in stack:
        for policy in policies:
            if isinstance(policy, ResourceValidationPolicy) and policy.has_validation():
                args = resource_args(resource, configured.get(policy.name))
                found += _run(policy, policy.validate, args, _urn(resource))
    for policy in policies:
        if isinstance(policy, StackValidationPolicy):
            whole = stack_args(stack, configured.get(policy.name))
            found += _run(policy, policy.validate, whole, None)
    return found


def _run(
    policy: Policy,
    validate: Callable[[Any, Any], Awaitable[Any] | None],
    args: ResourceValidationArgs | StackValidationArgs,
    urn: str | None,
) -> Iterator[Violation]:
    level = policy.enforcement_level or EnforcementLevel.ADVISORY
    found: list[Violation] = []

    def report(message: str, reported: str | None = None) -> None:
        found.append(Violation(policy.name, level, message, urn or reported))

    try:
        result = validate(args, report)
        if result is not None:
            asyncio.run(_wait(result))
    except UnknownValueError as error:
        message = f"can't run policy '{policy.name}' during preview: {error.message}"
        found.append(Violation(policy.name, EnforcementLevel.ADVISORY, message, urn))
    except _NotApplicable:
        pass
    yield from found


async def _wait(result: Awaitable[Any]) -> None:
    await result


def _policy_resource(resource: Resource) -> PolicyResource:
    # A stack policy sees outputs: the id and the ARN are among them as soon as they are known.
    known = {"id": resource.id, "arn": resource.arn}
    outputs = {key: value for key, value in known.items() if value is not None}
    return PolicyResource(
        resource.type,
        # A policy's `arn` is an input: it names what the policy is attached to.
        _proxies(resource.type, {**outputs, **resource.data}),
        _urn(resource),
        resource.name,
        _options(),
        _provider(resource),
        None,
        [],
        {},
    )


def _proxies(type_: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    sent = json_format.MessageToDict(_struct(_known(to_wire(type_, data))))
    wrapped: Mapping[str, Any] = unknown_checking_proxy(deserialize_properties(sent))
    return wrapped


def _config(config: Mapping[str, Any] | None) -> dict[str, Any]:
    # Numbers come back as they arrive from the engine: every one of them as a float.
    received: dict[str, Any] = json_format.MessageToDict(_struct(config or {}))
    return received


def _struct(data: Mapping[str, Any]) -> Any:
    sent = struct_pb2.Struct()
    sent.update(data)
    return sent


def _known(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN_STRING_VALUE
    if isinstance(value, Mapping):
        return {key: _known(item) for key, item in value.items()}
    return [_known(item) for item in value] if isinstance(value, (list, tuple)) else value


def _urn(resource: Resource) -> str:
    return resource.urn or f"urn:pulumi:test::test::{resource.type}::{resource.name}"


def _options() -> PolicyResourceOptions:
    return PolicyResourceOptions(
        protect=False,
        ignore_changes=[],
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
        additional_secret_outputs=[],
    )


def _provider(resource: Resource) -> PolicyProviderResource:
    region = {} if resource.region is None else {"region": resource.region}
    type_ = f"pulumi:providers:{resource.type.split(':', maxsplit=1)[0]}"
    urn = f"urn:pulumi:test::test::{type_}::default"
    return PolicyProviderResource(type_, _proxies(type_, region), urn, "default")
