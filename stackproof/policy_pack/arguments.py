"""What a policy is asked with: the SDK's own arguments and proxies, made once per request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from google.protobuf import json_format
from pulumi.runtime import proto
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy


class NotApplicable(Exception):
    """Raised by `args.not_applicable()`, in the place of the SDK's private exception."""


class ResourceArgs(ResourceValidationArgs):
    """What a resource policy is given."""

    def not_applicable(self, reason: str | None = None) -> NoReturn:
        """Leave the policy: it has nothing to say about this resource."""
        raise NotApplicable(reason or "")


class StackArgs(StackValidationArgs):
    """What a stack policy is given."""

    def not_applicable(self, reason: str | None = None) -> NoReturn:
        """Leave the policy: it has nothing to say about this stack."""
        raise NotApplicable(reason or "")


def proxies(properties: Any) -> Mapping[str, Any]:
    """Give the SDK's proxies of a protobuf Struct."""
    plain = deserialize_properties(json_format.MessageToDict(properties))
    wrapped: Mapping[str, Any] = unknown_checking_proxy(plain)
    return wrapped


def resource(request: proto.AnalyzeRequest | proto.AnalyzerResource) -> PolicyResource:
    """Give one resource of a request, without its neighbours."""
    return PolicyResource(
        request.type,
        proxies(request.properties),
        request.urn,
        request.name,
        _options(request.options),
        _provider(request.provider) if request.HasField("provider") else None,
        None,
        [],
        {},
    )


def stack(requested: Iterable[proto.AnalyzerResource]) -> list[PolicyResource]:
    """Give the resources of a stack, each with its parent and what it depends on."""
    requested = list(requested)
    shown = {request.urn: resource(request) for request in requested}
    for request in requested:
        holder = shown[request.urn]
        holder.parent = shown.get(request.parent)
        holder.dependencies = [shown[urn] for urn in request.dependencies if urn in shown]
        holder.property_dependencies = {
            name: [shown[urn] for urn in dependencies.urns if urn in shown]
            for name, dependencies in request.propertyDependencies.items()
        }
    return list(shown.values())


def _options(options: proto.AnalyzerResourceOptions) -> PolicyResourceOptions:
    timeouts = options.customTimeouts
    return PolicyResourceOptions(
        options.protect,
        list(options.ignoreChanges),
        options.deleteBeforeReplace if options.deleteBeforeReplaceDefined else None,
        list(options.aliases),
        PolicyCustomTimeouts(timeouts.create, timeouts.update, timeouts.delete),
        list(options.additionalSecretOutputs),
        options.parent or None,
    )


def _provider(provider: proto.AnalyzerProviderResource) -> PolicyProviderResource:
    return PolicyProviderResource(
        provider.type, proxies(provider.properties), provider.urn, provider.name
    )
