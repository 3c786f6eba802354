"""What the policy SDK's own server shows of a resource, as plain data.

`PolicyPack(name, policies())` hands over proxies that raise UnknownValueError as soon as an unknown
value is touched, and then drops the whole policy to one advisory line. Nothing here lets that
happen: the proxies are taken apart value by value, and whoever judges sees plain data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from stackproof.model import Cause, Unknown
from stackproof.sights.declared import Program, Shown


class Inputs:
    """Which properties the program declares of each resource, noted while it is analysed."""

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}
        self._noted: object = None

    def note(self, args: ResourceValidationArgs) -> None:
        """Note the inputs of a resource; asking again about the same ones costs nothing."""
        if args.props is not self._noted:
            self._names[args.urn] = frozenset(args.props)
            self._noted = args.props

    def together(self, resources: Sequence[PolicyResource]) -> Program:
        """Give the resources that a stack policy is asked about."""
        return Program(
            Shown(
                r.resource_type,
                r.name,
                r.urn,
                partial(plain, r.props),
                _region(r.provider),
                {
                    # `PolicyResource.dependencies` also holds depends_on, which relates nothing.
                    name: [target.urn for target in targets]
                    for name, targets in r.property_dependencies.items()
                },
                self._names.get(r.urn),
            )
            for r in resources
        )


def alone(args: ResourceValidationArgs) -> Shown:
    """Give the resource that a resource policy is asked about: its inputs, no neighbours."""
    return Shown(
        args.resource_type, args.name, args.urn, partial(plain, args.props), _region(args.provider)
    )


def plain(value: Any) -> Any:
    """Take a proxy apart: mappings to dicts, lists to lists, unknown values to Unknown leaves.

    An asset is given as its path, address or text, and an archive of assets as their names.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        # The wire has one kind of number: a port arrives as 443.0.
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {key: _leaf(value, key) for key in value}
    if isinstance(value, Sequence):
        return [_leaf(value, index) for index in range(len(value))]
    if isinstance(value, (pulumi.Asset, pulumi.Archive)):
        return _asset(value)
    return value


def _leaf(proxy: Any, key: str | int) -> Any:
    try:
        value = proxy[key]
    except UnknownValueError:
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    return plain(value)


def _asset(asset: pulumi.Asset | pulumi.Archive) -> Any:
    match asset:
        case pulumi.FileAsset() | pulumi.FileArchive():
            return str(asset.path)
        case pulumi.RemoteAsset() | pulumi.RemoteArchive():
            return asset.uri
        case pulumi.StringAsset():
            return asset.text
        case pulumi.AssetArchive():
            return sorted(asset.assets)
        case _:
            return Unknown(Cause.UNREADABLE, detail=type(asset).__name__)


def _region(provider: PolicyProviderResource | None) -> Any:
    return None if provider is None else lambda: plain(provider.props).get("region")
