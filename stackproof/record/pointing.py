"""Which resources of a record point to which, and with which property."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from stackproof.model import Resource
from stackproof.model.plain import SCALARS
from stackproof.record import form

# A shorter id is a word that anything may hold.
_SHORTEST: Final = 4
# What policies put behind the ARN of a thing when they mean what is in it.
_CONTENT: Final = ("/*", ":*")


def pointing(made: Sequence[form.Resource], of: Sequence[Resource]) -> list[form.Resource]:
    """Give the resources of a record with where each of them points; `of` is what they are of.

    A property points to the resource whose id or ARN it holds, also within a document, or on which
    it depends by the state. Where several have that id (a bucket and its policy), it is the one
    that has an ARN: the others are settings of it.
    """
    targets = _targets(made, of)
    return [
        form.model_copy(update={"points_to": _points(resource, form.identity, targets)})
        for form, resource in zip(made, of, strict=True)
    ]


def _targets(made: Sequence[form.Resource], of: Sequence[Resource]) -> dict[str, str]:
    """Give identities in the record by how properties name them: a secret there is none here."""
    found: dict[str, list[form.Resource]] = defaultdict(list)
    for kept, resource in zip(made, of, strict=True):
        for key in {resource.urn, resource.arn, resource.id}:
            if key and len(key) >= _SHORTEST:
                found[key].append(kept)
    meant = {
        key: ones if len(ones) == 1 else [resource for resource in ones if resource.arn]
        for key, ones in found.items()
    }
    return {key: ones[0].identity for key, ones in meant.items() if len(ones) == 1}


def _points(resource: Resource, own: str, targets: Mapping[str, str]) -> dict[str, list[str]]:
    points: dict[str, set[str]] = defaultdict(set)
    for name, held in resource.data.items():
        if name not in ("tags", "tags_all"):
            points[name].update(targets[text] for text in _texts(held) if text in targets)
    for name, urns in resource.references.items():
        points[name].update(targets[urn] for urn in urns if urn in targets)
    return {name: sorted(ends - {own}) for name, ends in sorted(points.items()) if ends - {own}}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value.endswith(_CONTENT):
            yield value[:-2]
        if value[:1] in ("{", "["):
            try:
                inner = json.loads(value)
            except (ValueError, RecursionError):
                return
            yield from _texts(inner)
    elif isinstance(value, SCALARS):
        return
    elif isinstance(value, (dict, list, tuple, Mapping)):
        for inner in value if isinstance(value, (list, tuple)) else value.values():
            yield from _texts(inner)
