"""Parameter: what a control lets a project set, with its type, its range and its unit.

A control says them in the annotation of a keyword-only argument:
`minimum_days: Annotated[int, Range(1, 35, "days")] = 7`. A range leaves out what would silence the
control: zero days, an empty list of ports.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Annotated, Any, Final, TypeAlias, TypeGuard, get_args, get_origin

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.ranges import is_wide_text

_JSON: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
}
_LISTS: Final = (tuple, frozenset)


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from a least to a largest one, of a unit; a list has at least `fewest` of them."""

    minimum: float
    maximum: float
    unit: str
    fewest: int = 0


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that are not blank: some of `choices`, or matched whole by a regular expression.

    With `narrow` none of them is a range of addresses that is wider than /8 (IPv6: /32).
    """

    unit: str
    choices: tuple[str, ...] = ()
    pattern: str = ""
    fewest: int = 0
    narrow: bool = False


# Those that several controls have. `*` would trust everybody, and so would 0.0.0.0/1.
Environments: TypeAlias = Annotated[
    tuple[str, ...], Texts("values of the tag Environment", fewest=1)
]
Metrics: TypeAlias = Annotated[tuple[str, ...], Texts("names of metrics", fewest=1)]
Ports: TypeAlias = Annotated[tuple[int, ...], Range(1, 65535, "ports", fewest=1)]
Prefixes: TypeAlias = Annotated[tuple[str, ...], Texts("beginnings of images' names")]
Several: TypeAlias = Annotated[int, Range(2, 1000, "instances, tasks or nodes")]
Trusted: TypeAlias = Annotated[
    tuple[str, ...],
    Texts(
        "accounts, organizations, networks up to /8 (IPv6: /32) and ids, without * and ?",
        pattern=r"[^\s*?]+",
        narrow=True,
    ),
]
Zones: TypeAlias = Annotated[int, Range(2, 6, "Availability Zones")]

# No value of a tag has `*`, `?` or `[` in it (Tagging AWS Resources User Guide, "Tag naming limits
# and requirements"): who writes them means a pattern, which would tolerate nothing.
TOLERATED: Final = Texts("values of the tag Environment, without *, ? and [", pattern=r"[^*?\[]+")


class ParameterError(StackproofError):
    """Raised for a parameter that a control cannot use; says which and what is right."""

    code = Code.PARAMETER


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a control: `type_` is its own, or that of a list's elements.

    `list_` is the kind of list that the control takes, `None` for a single value; `limits` is
    `None` for a truth value.
    """

    name: str
    type_: type
    list_: type | None
    limits: Range | Texts | None
    default: Any

    @property
    def text(self) -> str:
        """Say what is right, as it stands after `it must be`."""
        kind = _JSON[self.type_]
        match self.limits:
            case Range(minimum, maximum, unit):
                suffix = f" from {minimum} to {maximum} ({unit})"
            case Texts(unit, choices) if choices:
                each = "each " if self.list_ else ""
                suffix = f", {each}one of {', '.join(choices)} ({unit})"
            case Texts(unit):
                suffix = f" ({unit})"
            case None:
                suffix = ""
        if self.list_ is None:
            return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}{suffix}"
        least = f"{self._fewest} or more " if self._fewest else ""
        return f"a list of {least}{kind}s{suffix}"

    @property
    def schema(self) -> dict[str, Any]:
        """Give its JSON schema, with default and description."""
        item: dict[str, Any] = {"type": _JSON[self.type_]}
        match self.limits:
            case Range(minimum, maximum):
                item |= {"minimum": minimum, "maximum": maximum}
            case Texts(choices=choices) if choices:
                item |= {"enum": list(choices)}
            case Texts(pattern=pattern):
                item |= {"pattern": f"^({pattern})$"} if pattern else {"minLength": 1}
        told = {"default": as_json(self.default), "description": self.text}
        if self.list_ is None:
            return {**item, **told}
        least = {"minItems": self._fewest} if self._fewest else {}
        return {"type": "array", "items": item, **least, **told}

    def read(self, value: Any) -> Any:
        """Give a value as the control takes it; raise ParameterError when it is not right."""
        if self.list_ is None:
            read = self._value(value)
        elif isinstance(value, (list, tuple, set, frozenset)):
            if len(value) < self._fewest:
                raise self._wrong(value)
            read = self.list_(self._value(item, value) for item in value)
        else:
            raise self._wrong(value)
        return read

    @property
    def _fewest(self) -> int:
        return self.limits.fewest if self.limits else 0

    def _value(self, value: Any, whole: Any = None) -> Any:
        if self.type_ is float and type(value) is int:
            value = float(value)
        # A port that is a text is no port of any rule: the control would find nothing.
        right = type(value) is self.type_
        match self.limits:
            case Range(minimum, maximum):
                right = right and minimum <= value <= maximum
            case Texts(choices=choices) if choices:
                right = right and value in choices
            case Texts(pattern=pattern, narrow=narrow):
                right = right and bool(value.strip() and re.fullmatch(pattern or r"[\s\S]*", value))
                right = right and not (narrow and is_wide_text(value))
        if not right:
            raise self._wrong(value if whole is None else whole)
        return value

    def _wrong(self, value: Any) -> ParameterError:
        return ParameterError(
            f"{self.name!r} is {as_json(value)!r}; it must be {self.text}, like its default "
            f"{as_json(self.default)!r}"
        )


def as_json(value: Any) -> Any:
    """Give a value as JSON can say it."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


@cache
def arguments_of(judge: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """Give the arguments that a judging function takes; looking at one is dear."""
    return tuple(inspect.signature(judge).parameters.values())


def positional_of(judge: Callable[..., Any]) -> int:
    """Count the arguments of a judging function that have a place."""
    if _is_plain(judge):
        return judge.__code__.co_argcount - judge.__code__.co_posonlyargcount
    return sum(argument.kind is argument.POSITIONAL_OR_KEYWORD for argument in arguments_of(judge))


def _is_plain(judge: Callable[..., Any]) -> TypeGuard[FunctionType]:
    """Tell whether a function's own code says what it takes, and nothing that is put upon it."""
    return isinstance(judge, FunctionType) and not vars(judge)


@cache
def parameters_of(judge: Callable[..., Any]) -> Mapping[str, Parameter]:
    """Give the parameters of a judging function: its keyword-only arguments.

    Raises TypeError, with the name of the one that has no default, or no type and range.
    """
    if _is_plain(judge) and not judge.__code__.co_kwonlyargcount:
        return {}
    return {parameter.name: parameter for parameter in _declared(judge)}


def _declared(judge: Callable[..., Any]) -> Iterator[Parameter]:
    known = getattr(inspect.unwrap(judge), "__globals__", {})
    for given in arguments_of(judge):
        if given.kind is not given.KEYWORD_ONLY:
            continue
        if given.default is given.empty:
            raise TypeError(f"has a parameter {given.name!r} without a default")
        try:
            # Only these: the others' types may be imported for type checkers alone.
            annotation = (
                eval(given.annotation, known) if _is_text(given.annotation) else given.annotation
            )
        except (NameError, SyntaxError, TypeError, AttributeError) as error:
            raise TypeError(f"has a parameter {given.name!r} of no known type: {error}") from None
        parameter = _parameter(given.name, annotation, given.default)
        try:
            parameter.read(given.default)
        except ParameterError as error:
            raise TypeError(f"has a default that is not right: {error}") from None
        yield parameter


def _is_text(annotation: Any) -> bool:
    return isinstance(annotation, str)


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    annotated = get_origin(annotation) is Annotated
    type_, *more = get_args(annotation) if annotated else (annotation,)
    limits = next((item for item in more if isinstance(item, (Range, Texts))), None)
    list_ = get_origin(type_) if get_origin(type_) in _LISTS else None
    element = get_args(type_)[0] if list_ else type_
    wanted = {int: Range, float: Range, str: Texts, bool: type(None)}.get(element)
    if wanted is None or not isinstance(limits, wanted):
        raise TypeError(
            f"has a parameter {name!r} without type and range: annotate it with bool, or with "
            "int, float, str or a tuple of them, as in Annotated[int, Range(1, 35, 'days')]"
        )
    return Parameter(name, element, list_, limits, default)


# What a project trusts everywhere, whichever control asks.
TRUST: Final = _parameter("trusted", Trusted, ())
