"""Tell whether two values mean the same, though they are written in different ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stackproof.model.json_text import parse
from stackproof.model.plain import SCALARS
from stackproof.parity.spelling import document, spelled_alike
from stackproof.types.table import Form, Kind, type_of
from stackproof.types.tokens import IAM_USER_GROUP_MEMBERSHIP, S3_LIFECYCLE

# JSON texts in which AWS fills in what is not said: those of containers. Amazon ECS API Reference,
# ContainerDefinition; AWS Batch API Reference, ContainerProperties and NodeProperties.
_FILLED_IN = {"container_definitions", "container_properties", "node_properties"}
# What a program puts there, beside what others may: more of it is no difference.
_AT_LEAST = {(IAM_USER_GROUP_MEMBERSHIP, "groups")}
# Where AWS adds no object or list to what was put: Amazon S3 API Reference, LifecycleRule.
_AS_PUT = {(S3_LIFECYCLE, "rules")}
_DOMAIN = re.compile(r"[\w*.-]+\.")


def same(left: Any, other: Any) -> bool:
    """Tell whether a program means the same by two values: JSON text counts by what it says."""
    return bool(left == other or _meaning(left) == _meaning(other))


def property_seen_as(type_: str, name: str, live: Any, stored: Any) -> Any:
    """Give what AWS shows of a type's property, in the stored words as far as they still hold."""
    if name in _FILLED_IN and _filled_in(live, stored):
        return stored
    if _holds_all(type_, name, live, stored):
        return stored
    known = type_of(type_)
    return seen_as(live, stored, known.shape.kinds.get(name) if known else None)


def seen_as(live: Any, stored: Any, kind: Kind | None = None) -> Any:
    """Give what AWS shows of a stored value, in the stored words as far as they still hold.

    AWS keeps no order of its lists, no difference between empty and unset, and no final dot of a
    domain. Members of an object that were never stored are AWS's defaults, and left out, unless
    it is a map of the user's own words, as tags are.
    """
    if _shown(live) == _shown(stored):
        return stored
    if isinstance(live, Mapping) and isinstance(stored, Mapping):
        inner = _members(kind)
        kept = {k: seen_as(live.get(k), stored[k], inner(k)) for k in stored if k in live}
        return {**kept, **live, **kept} if kind and kind.form is Form.MAP else kept
    if isinstance(live, (list, tuple)) and isinstance(stored, (list, tuple)):
        return _elements(list(live), list(stored), kind and kind.of)
    return live


def _members(kind: Kind | None) -> Callable[[str], Kind | None]:
    """Give what tells the kind of a member of an object or a map."""
    if kind is not None and kind.form is Form.OBJECT:
        return kind.shape.kinds.get
    return lambda _: kind and kind.of


def _holds_all(type_: str, name: str, live: Any, stored: Any) -> bool:
    """Tell whether AWS shows all that a program put where others may put more."""
    lists = isinstance(live, (list, tuple)) and isinstance(stored, (list, tuple))
    return (type_, name) in _AT_LEAST and lists and all(item in live for item in stored)


def _filled_in(live: Any, stored: Any) -> bool:
    """Tell whether AWS shows in a JSON text all that is stored of it, and defaults besides."""
    try:
        shown, wanted = parse(live), parse(stored)
    except (TypeError, ValueError):
        return False
    return bool(seen_as(shown, wanted) == wanted)


def _elements(live: list[Any], stored: list[Any], kind: Kind | None) -> list[Any]:
    """Pair the elements that are still there; what is left is paired in order, or new."""
    there: dict[int, Any] = {}
    for index, element in enumerate(stored):
        match = next((item for item in live if seen_as(item, element, kind) == element), None)
        if match is not None:
            live.remove(match)
            there[index] = element
    for index, element in enumerate(stored):
        if index not in there and live:
            there[index] = seen_as(live.pop(0), element, kind)
    return [there[index] for index in sorted(there)] + live


def _shown(value: Any) -> Any:
    """Give what a value means to AWS, whatever the order of its lists."""
    return _meaning(value, ordered=False)


def _meaning(value: Any, *, ordered: bool = True) -> Any:
    if isinstance(value, SCALARS):
        return _meaning_of_scalar(value, ordered=ordered)
    if isinstance(value, (dict, Mapping)):
        pairs = {key: _meaning(item, ordered=ordered) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item is not None} or None
    if isinstance(value, (list, tuple)):
        items = [_meaning(item, ordered=ordered) for item in value]
        return (items if ordered else sorted(items, key=repr)) or None
    return value


def _meaning_of_scalar(value: str | float | None, *, ordered: bool) -> Any:
    if isinstance(value, str):
        return _text(value, ordered=ordered)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else value


def _text(value: str, *, ordered: bool) -> Any:
    if value[:1] in ("{", "["):
        try:
            return _meaning(parse(value), ordered=ordered)
        except (ValueError, RecursionError):
            return value
    return (value[:-1] if not ordered and _DOMAIN.fullmatch(value) else value) or None


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what was wanted, and where."""

    path: str
    wanted: Any
    shown: Any


def differences(type_: str, name: str, live: Any, stored: Any) -> Iterator[Difference]:
    """Give where what AWS shows of a property differs in meaning from what was stored of it.

    Beside what `seen_as` leaves out, texts, JSON documents and ARNs may be spelled otherwise. In
    documents, and where AWS adds nothing, what stands beside what was stored is a difference, too.
    """
    if _holds_all(type_, name, live, stored):
        return
    known = type_of(type_)
    kind = known.shape.kinds.get(name) if known else None
    comparing = _Comparing(type_, documents=name not in _FILLED_IN, put=(type_, name) in _AS_PUT)
    yield from comparing.differ(name, live, stored, kind)


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Compares values of a type: whether JSON texts are kept as written, and blocks as put."""

    type: str
    documents: bool
    put: bool

    def differ(
        self, path: str, live: Any, stored: Any, kind: Kind | None, *, written: bool = False
    ) -> Iterator[Difference]:
        """Give the differences; `written` is what stands in a document that AWS keeps as it is."""
        document_ = document(stored)
        written = written or (self.documents and document_ is not stored)
        live, stored = document(live), document_
        if isinstance(live, str) and live == stored:
            return  # most are
        if _shown(live) == _shown(stored) or _left_out(live, stored):
            return
        # One object and a list of one are two spellings of the same.
        if isinstance(stored, Mapping) and isinstance(live, list) and len(live) == 1:
            live = live[0]
        elif isinstance(live, Mapping) and isinstance(stored, list) and len(stored) == 1:
            live = [live]
        if isinstance(live, Mapping) and isinstance(stored, Mapping):
            inner = _members(kind)
            own = written or (kind is not None and kind.form is Form.MAP)
            more = [key for key in live if key not in stored and (own or self._added(live[key]))]
            for key in [*stored, *more]:
                there, wanted = live.get(key), stored.get(key)
                yield from self.differ(f"{path}.{key}", there, wanted, inner(key), written=written)
        elif isinstance(live, (list, tuple)) and isinstance(stored, (list, tuple)):
            if not self._paired(path, list(live), list(stored), kind and kind.of, written):
                yield Difference(path, stored, live)
        elif not (
            isinstance(live, str) and isinstance(stored, str) and self._alike(path, live, stored)
        ):
            yield Difference(path, stored, live)

    def _alike(self, path: str, live: str, stored: str) -> bool:
        return spelled_alike(self.type, path.rpartition(".")[2], live, stored)

    def _added(self, live: Any) -> bool:
        """Tell whether an object or a list that was not stored is somebody's and not AWS's."""
        return self.put and isinstance(live, (Mapping, list)) and not is_nothing(live)

    def _paired(
        self, path: str, live: list[Any], stored: list[Any], kind: Kind | None, written: bool
    ) -> bool:
        """Tell whether each element has its like, in whatever order AWS shows them."""
        if len(live) != len(stored):
            return False
        for element in stored:
            found = (
                item
                for item in live
                if not any(self.differ(path, item, element, kind, written=written))
            )
            like = next(found, None)
            if like is None:
                return False
            live.remove(like)
        return True


def _left_out(live: Any, stored: Any) -> bool:
    """Tell whether AWS leaves out what was set to nothing."""
    return live is None and is_nothing(stored)


def is_nothing(value: Any) -> bool:
    """Tell whether a value says nothing: off, zero, empty, at any depth."""
    if isinstance(value, (Mapping, list, tuple)):
        parts = value.values() if isinstance(value, Mapping) else value
        return all(part is None or is_nothing(part) for part in parts)
    return value in (False, 0, "", "0", "false")
