"""Programs as YAML, for tests that judge them: resources by name, of which the first is judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from stackproof.model import Cause, Unknown
from stackproof.model.cases import SUBJECT, Given, Json, Neighbour, Ref
from stackproof.model.stack import Sight


class _Loader(yaml.SafeLoader):
    """YAML with !ref NAME[.attribute], !json VALUE and !unknown."""


def _ref(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Ref:
    name, _, attribute = loader.construct_scalar(node).partition(".")
    return Ref(name, attribute or "id")


def _json(loader: yaml.SafeLoader, node: yaml.Node) -> Json:
    if isinstance(node, yaml.SequenceNode):
        return Json(loader.construct_sequence(node, deep=True))
    assert isinstance(node, yaml.MappingNode)
    return Json(loader.construct_mapping(node, deep=True))


def _unknown(loader: yaml.SafeLoader, node: yaml.Node) -> Unknown:
    return Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


_Loader.add_constructor("!ref", _ref)
_Loader.add_constructor("!json", _json)
_Loader.add_constructor("!unknown", _unknown)


def read(file: Path) -> Any:
    """Read a file of examples."""
    return yaml.load(file.read_text(encoding="utf-8"), _Loader)


def given(declared: Mapping[str, Mapping[str, Any]], sight: Sight = Sight.LIVE) -> Given:
    """Give what is declared as an example."""
    first, *_ = declared
    made = [
        Neighbour(name, held["type"], _properties(held, first)) for name, held in declared.items()
    ]
    return Given(made[0].type, made[0].properties, tuple(made[1:]), sight)


def _properties(held: Mapping[str, Any], first: str) -> dict[str, Any]:
    renamed = {"type_": "type"}  # a property that has the name of the resource's type
    return {
        renamed.get(name, name): _pointing(value, first)
        for name, value in held.items()
        if name != "type"
    }


def _pointing(value: Any, first: str) -> Any:
    """Let what points to the first resource point to it by the name that it has in a case."""
    match value:
        case Ref(name, attribute):
            return Ref(SUBJECT if name == first else name, attribute)
        case Json(data):
            return Json(_pointing(data, first))
        case Mapping():
            return {key: _pointing(item, first) for key, item in value.items()}
        case list():
            return [_pointing(item, first) for item in value]
        case _:
            return value
