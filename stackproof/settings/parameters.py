"""Parameters of controls as somebody configures them: names that exist, values that are right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from stackproof.model import Control
from stackproof.model.parameter import ParameterError


def read(control: Control, configured: Mapping[str, Any]) -> dict[str, Any]:
    """Give configured parameters as the control takes them.

    Raises ParameterError, with the control's id, for a parameter that the control does not have, or
    a value that is not of its type or outside of its range.
    """
    declared = control.declared
    given = {}
    for name, value in configured.items():
        require(f"control {control.id!r}", declared, name)
        try:
            given[name] = declared[name].read(value)
        except ParameterError as error:
            raise ParameterError(f"control {control.id!r}: parameter {error}") from None
    return given


def require(whose: str, known: Collection[str], name: str) -> None:
    """Raise ParameterError when a parameter is none of those that a control has."""
    if name not in known:
        right = f"its parameters are {', '.join(sorted(known))}" if known else "it has none"
        raise ParameterError(f"{whose} has no parameter {name!r}; {right}")
