"""Parameters of controls as somebody configures them: names that exist, values of their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import Control

_COLLECTIONS: Final = (tuple, list, set, frozenset)
JSON_TYPES: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    **dict.fromkeys(_COLLECTIONS, "array"),
}


class ParameterError(StackproofError):
    """Raised for a parameter that a control cannot use; says which and what is right."""

    code = Code.PARAMETER


def read(control: Control, configured: Mapping[str, Any]) -> dict[str, Any]:
    """Give configured parameters in the types that the control's defaults have.

    Raises ParameterError for a parameter that the control does not have, or a value of another
    type than its default.
    """
    return {name: _given(control, name, value) for name, value in configured.items()}


def require(policy: str, known: Mapping[str, Any], name: str) -> None:
    """Raise ParameterError when a parameter is none of those that a control has."""
    if name not in known:
        right = f"its parameters are {', '.join(sorted(known))}" if known else "it has none"
        raise ParameterError(f"policy {policy!r} has no parameter {name!r}; {right}")


def as_json(value: Any) -> Any:
    """Give a default as JSON can say it."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _given(control: Control, name: str, value: Any) -> Any:
    defaults = control.parameters
    require(control.id, defaults, name)
    default = defaults[name]
    wanted = type(default)
    if isinstance(default, _COLLECTIONS) and isinstance(value, list):
        # A port that is a text is no port of any rule: the control would find nothing.
        kinds = {type(element) for element in default}
        if len(kinds) == 1 and any(type(element) not in kinds for element in value):
            raise ParameterError(
                f"parameter {name!r} of policy {control.id!r} is {value!r}; each element must be "
                f"of type {JSON_TYPES[kinds.pop()]}, as in its default {as_json(default)!r}"
            )
        return wanted(value)
    if wanted is float and type(value) is int:
        return float(value)
    if wanted not in JSON_TYPES or type(value) is wanted:
        return value
    raise ParameterError(
        f"parameter {name!r} of policy {control.id!r} is {value!r}; it must be of type "
        f"{JSON_TYPES[wanted]}, like its default {as_json(default)!r}"
    )
