"""Subject: what a question asks for by name. Where it names nothing, nothing can be gone.

A listing of all is answered with an empty list where there is none. Whoever answers it with "not
found" (a proxy, a gateway, an emulator) has not looked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stackproof.sights.live.ask import Ask

_NAMING = re.compile(
    r".*(id|identifier|name|arn|url)(s|list)?|bucket|clusters?|resource|rule|services|"
    r"taskDefinition",
    re.IGNORECASE,
)
# Parameters that are called as if they named a thing: they say whose things are listed, which kind
# of setting, or what tags are wanted of (Resource Groups Tagging API Reference, GetResources: what
# has none, or isn't there, is left out).
_NAME_NOTHING = frozenset({"AccountId", "OwnerIds", "ResourceARNList"})
_KINDS = frozenset({("ecs:ListAccountSettings", "name")})
_FILTERS = ("Filter", "Filters")
# Every account has it: Amazon EventBridge User Guide, "Event buses".
_ALWAYS_THERE = ("EventBusName", "default")


def naming(ask: Ask, parameter: str) -> bool:
    """Tell whether a parameter of a question names what it asks for."""
    return (
        _NAMING.fullmatch(parameter) is not None
        and parameter not in _NAME_NOTHING
        and (ask.name, parameter) not in _KINDS
    )


def may_be_gone(ask: Ask, parameters: Mapping[str, Any], code: str) -> bool:
    """Tell whether "not found" can be the answer to a question: it names something.

    A filter that matches nothing gives an empty list, save where AWS answers by a code that the
    question declares.
    """
    if ask.singular:
        return code in ask.absent
    named = [
        value
        for name, value in parameters.items()
        if naming(ask, name) and (name, value) != _ALWAYS_THERE
    ]
    if any(named):
        return True
    filters = [each for name in _FILTERS for each in parameters.get(name, ())]
    values = [each["Values"] for each in filters if isinstance(each, Mapping)]
    return code in ask.absent and any(len(each) == 1 for each in values)


def several(ask: Ask, parameters: Mapping[str, Any]) -> str | None:
    """Give the parameter by which a question names several things together, if one does."""
    lists = (name for name in parameters if naming(ask, name))
    return next((n for n in lists if isinstance(parameters[n], list) and parameters[n][1:]), None)
