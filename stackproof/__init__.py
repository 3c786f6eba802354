"""Proves that AWS stacks written with Pulumi are what they claim.

What own controls and scenarios are made of is importable from here; each name is loaded when it
is asked for. `docs/public-api.txt` lists them; anything else may change without notice, but for
`stackproof.policy_pack` (what a pack serves) and `stackproof.testing` (policies as the CLI runs
them).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stackproof.controls.registry import control
    from stackproof.controls.support.checks import (
        at_least,
        each,
        expect,
        expect_set,
        expect_that,
        some,
    )
    from stackproof.errors import StackproofError
    from stackproof.model import (
        Block,
        Category,
        Cause,
        Control,
        ControlError,
        Fail,
        Family,
        Finding,
        Framework,
        NotApplicable,
        Outcome,
        Pass,
        Resource,
        Severity,
        Sight,
        Stack,
        Unknown,
        UnresolvedError,
        Waived,
        worst,
    )
    from stackproof.model.cases import (
        Cases,
        Change,
        Given,
        Hide,
        Json,
        Neighbour,
        Ref,
        Remove,
        With,
        Without,
        mutated,
        stack_of,
    )
    from stackproof.model.parameter import Range, Texts
    from stackproof.outputs import Outputs
    from stackproof.own.controls import controls_of
    from stackproof.own.modules import LoadError
    from stackproof.own.proving import prove
    from stackproof.own.scenarios import scenarios_of
    from stackproof.own.type_proving import prove_type
    from stackproof.own.types import types_of
    from stackproof.types.described import Answered, Listing, Question, Together, Type

__all__ = [
    "Answered",
    "Block",
    "Cases",
    "Category",
    "Cause",
    "Change",
    "Control",
    "ControlError",
    "Fail",
    "Family",
    "Finding",
    "Framework",
    "Given",
    "Hide",
    "Json",
    "Listing",
    "LoadError",
    "Neighbour",
    "NotApplicable",
    "Outcome",
    "Outputs",
    "Pass",
    "Question",
    "Range",
    "Ref",
    "Remove",
    "Resource",
    "Severity",
    "Sight",
    "Stack",
    "StackproofError",
    "Texts",
    "Together",
    "Type",
    "Unknown",
    "UnresolvedError",
    "Waived",
    "With",
    "Without",
    "at_least",
    "control",
    "controls_of",
    "each",
    "expect",
    "expect_set",
    "expect_that",
    "mutated",
    "prove",
    "prove_type",
    "scenarios_of",
    "some",
    "stack_of",
    "types_of",
    "worst",
]

# Where each name stands; what isn't named is the model's.
_PLACES = {
    "stackproof.controls.registry": ("control",),
    "stackproof.controls.support.checks": (
        "at_least",
        "each",
        "expect",
        "expect_set",
        "expect_that",
        "some",
    ),
    "stackproof.errors": ("StackproofError",),
    "stackproof.model.cases": (
        "Cases",
        "Change",
        "Given",
        "Hide",
        "Json",
        "Neighbour",
        "Ref",
        "Remove",
        "With",
        "Without",
        "mutated",
        "stack_of",
    ),
    "stackproof.model.parameter": ("Range", "Texts"),
    "stackproof.outputs": ("Outputs",),
    "stackproof.own.controls": ("controls_of",),
    "stackproof.own.modules": ("LoadError",),
    "stackproof.own.proving": ("prove",),
    "stackproof.own.scenarios": ("scenarios_of",),
    "stackproof.own.type_proving": ("prove_type",),
    "stackproof.own.types": ("types_of",),
    "stackproof.types.described": ("Answered", "Listing", "Question", "Together", "Type"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place = next((p for p, names in _PLACES.items() if name in names), "stackproof.model")
    found = getattr(importlib.import_module(place), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
