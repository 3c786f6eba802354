"""The declared sight: what CrossGuard shows of a program, as resources with explicit unknowns.

CrossGuard's proxies raise UnknownValueError as soon as an unknown value is touched, and the SDK
then drops the whole policy to one advisory line. Nothing here lets that happen: the proxies are
taken apart first, value by value, and whoever judges sees plain data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from stackproof.model import LEFT_TO_AWS, Cause, Resource, Sight, Stack, Unknown
from stackproof.sights.arns import account_of, region_of
from stackproof.types.defaults import filled
from stackproof.types.table import canonical
from stackproof.types.wire import from_wire, python_name


class Inputs:
    """Which properties the program declares of each resource, noted while it is analysed.

    A stack policy sees outputs. At preview the provider makes every property unknown that AWS
    fills in when the program says nothing, which is another thing than a declared value that is
    not known yet.

    All policies are asked about the same resources one after the other, so what was taken apart
    for one serves the others. Requests may overlap: the last one is kept whole, in one assignment.
    """

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}
        self._noted: object = None
        self._alone: tuple[object, Resource | None] = (None, None)
        self._together: tuple[object, dict[str, Resource]] = (None, {})

    def note(self, args: ResourceValidationArgs) -> None:
        """Note the inputs of a resource; asking again about the same ones costs nothing."""
        if args.props is not self._noted:
            self._names[args.urn] = frozenset(args.props)
            self._noted = args.props

    def resource(self, args: ResourceValidationArgs) -> Resource:
        """Give the resource that a resource policy is asked about: its inputs, no neighbours."""
        props, made = self._alone
        if made is None or props is not args.props:
            made = resource(args)
            self._alone = (args.props, made)
        return made

    def stack(self, resources: Sequence[PolicyResource], types: Collection[str]) -> Stack:
        """Give the resources of some types of the stack that a stack policy is asked about."""
        shown, made = self._together
        if shown is not resources:
            made = {}
            self._together = (resources, made)
        return stack(resources, types, self, made)

    def leaves_out(self, urn: str, name: str) -> bool:
        """Tell whether a resource is known to be declared without a property."""
        return urn in self._names and name not in self._names[urn]


def resource(args: ResourceValidationArgs) -> Resource:
    """Give the resource that a resource policy is asked about: its inputs, no neighbours."""
    return _resource(args, {}, None)


def stack(
    resources: Iterable[PolicyResource],
    types: Collection[str] | None = None,
    inputs: Inputs | None = None,
    made: dict[str, Resource] | None = None,
) -> Stack:
    """Give the stack that a stack policy is asked about: outputs where they are known.

    Pulumi's own resources (`pulumi:*`) and components are left out. With `types`, only resources
    of those types are converted and every other type is a gap: looking there raises
    UnresolvedError instead of finding nothing. With `inputs`, an unknown property that the
    program does not declare is `LEFT_TO_AWS`. `made` holds those of the same resources, by URN,
    that were converted before, and takes in the others.
    """
    shown = [r for r in resources if _is_real(r)]
    kept = [r for r in shown if types is None or canonical(r.resource_type) in types]
    others = {canonical(r.resource_type) for r in shown} - {*(types or ())}
    unlisted = Unknown(Cause.UNREADABLE, detail="the control does not list this type")
    gaps = {} if types is None else dict.fromkeys(sorted(others), unlisted)
    made = {} if made is None else made
    for r in kept:
        if r.urn not in made:
            made[r.urn] = _resource(r, r.property_dependencies, inputs)
    # The engine hands resources over in no particular order; reports keep one.
    return Stack((made[urn] for urn in sorted(r.urn for r in kept)), Sight.DECLARED, gaps)


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


def _is_real(shown: PolicyResource) -> bool:
    # Every custom resource has a provider; components have none.
    return shown.provider is not None and not shown.resource_type.startswith("pulumi:")


def _resource(
    shown: ResourceValidationArgs | PolicyResource,
    dependencies: Mapping[str, Sequence[PolicyResource]],
    inputs: Inputs | None,
) -> Resource:
    held = {k: v for k, v in plain(shown.props).items() if not k.startswith("__")}
    if inputs is not None:
        chosen = [
            k for k in held if isinstance(held[k], Unknown) and inputs.leaves_out(shown.urn, k)
        ]
        held.update(dict.fromkeys(chosen, LEFT_TO_AWS))
    data = from_wire(shown.resource_type, held)
    # Only what a property was computed from points somewhere. `PolicyResource.dependencies` also
    # holds depends_on, which orders two resources and relates them in no other way.
    references = {
        python_name(shown.resource_type, key): tuple(target.urn for target in targets)
        for key, targets in dependencies.items()
        if targets
    }
    arn = _text(data.get("arn"))
    type_ = canonical(shown.resource_type)
    return Resource(
        data=filled(type_, data),
        type=type_,
        name=shown.name,
        urn=shown.urn,
        id=_text(data.get("id")),
        arn=arn,
        account=account_of(arn),
        region=_text(data.get("region")) or region_of(arn) or _region_of(shown.provider),
        references=references,
    )


def _region_of(provider: PolicyProviderResource | None) -> str | None:
    # A default provider carries the stack's `aws:region` as a property of its own.
    return None if provider is None else _text(plain(provider.props).get("region"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
