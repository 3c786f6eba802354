"""Parameters of the Parameter Store, as AWS describes them; never their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import SSM_PARAMETER

_AT_ONCE = 50  # values in a filter: API_ParameterStringFilter


def parameter_resource(name: str) -> str:
    """Give the last part of a parameter's ARN, in which a leading slash is not repeated."""
    return f"parameter/{name.removeprefix('/')}"


def _named(names: list[str]) -> dict[str, Any]:
    return {"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": names}]}


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    names: list[str] = []
    for arn in scope.named(rf"arn:[^:]+:ssm:{scope.region}:{scope.account}:parameter/.+"):
        rest = arn.partition(":parameter/")[2]
        # A name without a hierarchy may or may not begin with a slash: the ARN is the same.
        names += [f"/{rest}"] if "/" in rest else [f"/{rest}", rest]
    for some in chunks(names, _AT_ONCE):
        yield _named(some)


def _arn(item: Item, scope: Scope) -> str:
    return scope.arn("ssm", parameter_resource(item["Name"]))


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = _arn(item, scope), item["Name"]
    data = {
        "allowed_pattern": item.get("AllowedPattern"),
        "data_type": item.get("DataType"),
        "description": item.get("Description"),
        "key_id": item.get("KeyId"),
        "name": name,
        "tags": scope.tags_of(arn),
        "tier": item.get("Tier"),
        "type": item["Type"],
        "version": item.get("Version"),
    }
    yield shown(scope, SSM_PARAMETER, name, data, arn=arn, name=name)


READERS = (
    Reader(
        types=(SSM_PARAMETER,),
        listing=Ask("ssm", "DescribeParameters", "Parameters"),
        targets=_targets,
        get_parameters=lambda id_, state: _named([id_]),
        key=lambda item, scope: Key(item["Name"], _arn(item, scope)),
        build=_build,
        arn_service="ssm",
        referenced=True,
    ),
)
