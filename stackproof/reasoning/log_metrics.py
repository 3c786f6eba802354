"""What metric filters of log groups report: in which namespace, and which values.

Source: Amazon CloudWatch Logs User Guide, "Configuring metric values for a metric filter"; Amazon
CloudWatch Logs API Reference, MetricTransformation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from stackproof.model import Block, Stack, Unknown
from stackproof.reasoning.once import once
from stackproof.types.tokens import LOG_METRIC_FILTER

_FIELD: Final = re.compile(r"\$\.?[\w.\[\]*-]+")


def counted(namespace: str, stack: Stack) -> Iterator[Block | Unknown]:
    """Give what metric filters count in a namespace, an Unknown for what may be in it."""
    by_namespace = once(stack, _by_namespace, partial(_by_namespace, stack))
    yield from by_namespace.get(namespace, ())
    yield from by_namespace.get(None, ())


def published(transformation: Block) -> tuple[float, ...] | None:
    """Give the values that a filter reports for lines that match, and for others if it does.

    None stands for what is a field of each line, so any number. What is neither a number nor a
    field is never reported. Raises UnresolvedError when the value is unknown.
    """
    value, other = transformation["value"], transformation["default_value"]
    if isinstance(value, str) and _FIELD.fullmatch(value):
        return None
    return tuple(number for value_ in (value, other) for number in _number(value_))


def _number(value: object) -> Iterator[float]:
    try:
        yield float(str(value))
    except ValueError:
        return


def _by_namespace(stack: Stack) -> Mapping[object, Sequence[Block | Unknown]]:
    """Give what metric filters count by its namespace: under `None` what may be in any."""
    found: dict[object, list[Block | Unknown]] = defaultdict(list)
    for counter in stack.around(LOG_METRIC_FILTER):
        for transformation in counter.elements("metric_transformation"):
            where = (
                transformation
                if isinstance(transformation, Unknown)
                else transformation.raw("namespace")
            )
            if isinstance(where, Unknown):
                found[None].append(where.at("metric_transformation"))
            elif isinstance(where, str) and isinstance(transformation, Block):
                name = transformation.raw("name")
                hidden = isinstance(name, Unknown)
                found[where].append(
                    name.at("metric_transformation.name") if hidden else transformation
                )
    return found


def highest(namespace: object, name: object, stack: Stack, *, added_up: bool) -> float | None:
    """Give how high what filters count can get, None for any height or what none of them counts.

    Sums get as high as there are lines, once one of the values is more than nothing. Raises
    UnresolvedError when a value is unknown.
    """
    reported: list[float] = []
    seen = False
    for filter_ in counted(str(namespace), stack):
        if isinstance(filter_, Unknown):
            return None
        if filter_["name"] != name:
            continue
        values = published(filter_)
        if values is None:
            return None
        seen = True
        reported += values
    top = max(reported, default=0.0)
    return None if not seen or (added_up and top > 0) else top
