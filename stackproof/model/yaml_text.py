"""YAML of others: whatever is wrong with it, it is a TextError, and costs little."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias

import yaml

from stackproof.model.json_text import TextError

# Where something stands in a file: the keys and numbers that lead to it.
Place: TypeAlias = tuple[Any, ...]

# No file that a person writes is deeper. libyaml's own composer calls itself for every level: a
# file of 100,000 ends the process.
_DEEPEST: Final = 100
# Aliases of aliases stand for a billion values in a few lines.
_MOST: Final = 1_000_000
_SHOWN: Final = 40
_MERGE: Final = "tag:yaml.org,2002:merge"
# That of libyaml is ten times as quick, where it is there.
_PLAIN: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TYPED: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, *, as_written: bool = False) -> Any:
    """Give what a YAML text says; with `as_written` every scalar is its text, dates and all.

    Raises TextError for what is no YAML, a key that is said
    twice in one mapping, nesting of more than 100 levels, and more than 1,000,000 values, each
    alias counted as what it stands for.
    """
    try:
        _look_over(text)
        return yaml.load(text, _PLAIN if as_written else _TYPED)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise TextError(f"{line}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise TextError(" ".join(str(error).split())) from None
    except TextError:
        raise
    except ValueError as error:
        # A day that no calendar has, or a number of more digits than Python reads.
        raise TextError(f"{_unreadable(text)}{error}") from None


def _unreadable(text: str) -> str:
    """Say where the first text stands of which no value can be made."""
    loader = yaml.SafeLoader("")
    left = [yaml.compose(text, yaml.SafeLoader)]
    while left:
        node = left.pop()
        if isinstance(node, yaml.MappingNode):
            left += [part for pair in reversed(node.value) for part in reversed(pair)]
        elif isinstance(node, yaml.SequenceNode):
            left += reversed(node.value)
        elif node is not None:
            try:
                loader.construct_object(node)
            except ValueError:
                return f"line {node.start_mark.line + 1}: {node.value[:_SHOWN]!r}: "
    return ""


def line_of(text: str, place: Place) -> int:
    """Give the line on which something stands, or the nearest thing around it."""
    nodes = _nodes_to(text, place)
    return (nodes[-1][0].start_mark.line if nodes else 0) + 1


def as_text(text: str, place: Place, value: Any, *, key: bool = False) -> str:
    """Give a value, or the key of a place, as it is written: 010 is 8 to YAML, and on is true."""
    nodes = _nodes_to(text, place)
    node = nodes[-1][0 if key else 1] if len(nodes) == len(place) > 0 else None
    return node.value if isinstance(node, yaml.ScalarNode) else str(value)


def read_otherwise(text: str, place: Place) -> list[tuple[str, Any]]:
    """Give what is written in a place, and in what stands there, that is another value to YAML."""
    nodes = _nodes_to(text, place)
    left = [nodes[-1][1]] if len(nodes) == len(place) > 0 else []
    found = []
    while left:
        node = left.pop(0)
        if isinstance(node, yaml.MappingNode):
            left += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            left += node.value
        elif isinstance(value := _value(node), (int, float, date)) and str(value) != node.value:
            found.append((node.value, value))
    return found


def _nodes_to(text: str, place: Place) -> list[tuple[yaml.Node, yaml.Node]]:
    """Give what leads to a place, as far as it is there: each key (or item) and what it holds."""
    node, found = _composed(text), list[tuple[yaml.Node, yaml.Node]]()
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = _pair(node, part)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            pair = node.value[part], node.value[part]
        else:
            pair = None
        if pair is None:
            break
        found.append(pair)
        node = pair[1]
    return found


@lru_cache(maxsize=1)
def _composed(text: str) -> yaml.Node | None:
    return yaml.compose(text, _TYPED)


def _pair(mapping: yaml.MappingNode, part: Any) -> tuple[yaml.Node, yaml.Node] | None:
    """Give key and value of a mapping by the key, that of what is merged into it last."""
    merges = []
    for key, value in mapping.value:
        if key.tag == _MERGE:
            merges.append(value)
        elif key.value == part or (
            isinstance(key, yaml.ScalarNode) and repr(_value(key)) in (repr(part), str(part))
        ):
            return key, value
    for value in merges:
        for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if isinstance(merged, yaml.MappingNode) and (pair := _pair(merged, part)) is not None:
                return pair
    return None


def _value(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_object(node)


@dataclass(slots=True)
class _Open:
    """A mapping or list that has begun: how many values it holds, and its keys."""

    anchor: str | None
    is_mapping: bool
    size: int = 1
    depth: int = 1
    parts: int = 0
    keys: set[str] = field(default_factory=set)


def _look_over(text: str) -> None:
    around: list[_Open] = []
    anchors: dict[str | None, tuple[int, int] | None] = {}
    for event in yaml.parse(text, _PLAIN):
        match event:
            case yaml.ScalarEvent():
                if around and around[-1].is_mapping and around[-1].parts % 2 == 0:
                    _add_key(around[-1], event)
                anchors |= {event.anchor: (1, 1)} if event.anchor else {}
                _count(around, 1, 1, event)
            case yaml.AliasEvent():
                held = anchors.get(event.anchor, (1, 1))
                if held is None:
                    raise _problem(f"*{event.anchor} stands inside of itself", event)
                _count(around, *held, event)
            case yaml.CollectionStartEvent():
                if len(around) >= _DEEPEST:
                    raise _problem(f"nested deeper than {_DEEPEST} levels", event)
                around.append(_Open(event.anchor, isinstance(event, yaml.MappingStartEvent)))
                anchors |= {event.anchor: None} if event.anchor else {}
            case yaml.CollectionEndEvent():
                done = around.pop()
                anchors |= {done.anchor: (done.size, done.depth)} if done.anchor else {}
                _count(around, done.size, done.depth, event)


def _add_key(mapping: _Open, event: yaml.ScalarEvent) -> None:
    if event.value in mapping.keys and event.value != "<<":
        raise _problem(f"{event.value!r} is said twice", event)
    mapping.keys.add(event.value)


def _count(around: list[_Open], size: int, depth: int, event: yaml.Event) -> None:
    if not around:
        return
    around[-1].parts += 1
    around[-1].size += size
    around[-1].depth = max(around[-1].depth, depth + 1)
    if around[-1].size > _MOST:
        raise _problem(f"aliases stand for more than {_MOST:,} values", event)
    if len(around) + depth > _DEEPEST:
        raise _problem(f"nested deeper than {_DEEPEST} levels", event)


def _problem(sentence: str, event: yaml.Event) -> TextError:
    return TextError(
        f"line {event.start_mark.line + 1}: {sentence}" if event.start_mark else sentence
    )
