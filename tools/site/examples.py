"""A control's cases in words: what differs from the example that passes, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stackproof.model import Control, Fail, Outcome, Unknown, worst
from stackproof.model.cases import (
    Change,
    Form,
    Given,
    Hide,
    Json,
    Mutation,
    Ref,
    Remove,
    Variant,
    With,
    Without,
    build,
    mutated,
)
from tools.site.languages import Language, scalar_in_python
from tools.site.program import ProgramError, program, variables

_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Code:
    """An example in one language; `marked` are the lines, from 1, by which it passes."""

    language: Language
    text: str
    marked: tuple[int, ...]


def code(control: Control, language: Language) -> Code:
    """Write the example that passes; raise ProgramError where no program makes it.

    A line is marked when some failing case hasn't it: what was mutated is what counts.
    """
    given = control.cases.passing
    text = language.write(program(given))
    lines = text.splitlines()
    marked: set[int] = set()
    for variant in control.cases.failing:
        try:
            broken = set(language.write(program(mutated(given, variant))).splitlines())
        except ProgramError:
            continue  # a case that no program makes: a value that isn't known, or is nobody's
        marked |= {number for number, line in enumerate(lines, 1) if line not in broken}
    return Code(language, text, tuple(sorted(marked)))


def judged(control: Control, variant: Variant) -> Outcome:
    """Give what the control says of a case as AWS would show it."""
    given = mutated(control.cases.passing, variant)
    return worst(*control.outcomes(*build(given, Form.KNOWN)).values())


def fixes(control: Control) -> tuple[Fail, ...]:
    """Give the failures of the failing cases, one of each fix."""
    found: dict[str, Fail] = {}
    for variant in control.cases.failing:
        outcome = judged(control, variant)
        if isinstance(outcome, Fail):
            found.setdefault(outcome.fix, outcome)
    return tuple(found.values())


def described(control: Control, variant: Variant) -> str:
    """Say what a case changes of the passing example, in a line of Markdown."""
    given = control.cases.passing
    changes = variant if isinstance(variant, tuple) else (variant,)
    return "; ".join(_described(change, given) for change in changes) or "as it stands above"


def _described(change: Mutation, given: Given) -> str:
    match change:
        case Change(path, value, of):
            return f"{_place(of, path, given)} is {_shown(value, given)}"
        case Remove(path, of):
            return f"{_place(of, path, given)} is left out"
        case Hide(path, of):
            return f"{_place(of, path, given)} is not known"
        case Without(name):
            return f"no `{variables(given).get(name, name)}`"
        case With(neighbour):
            title = neighbour.type.rpartition(":")[2]
            return f"there is a `{title}` too: {_shown(neighbour.properties, given)}"


def _place(of: str, path: str, given: Given) -> str:
    return f"`{variables(given).get(of, of)}.{path}`"


def _shown(value: Any, given: Given) -> str:
    if isinstance(value, Unknown):
        return "something not known"
    text = _text(value, given).replace("`", "'").replace("|", "¦")
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}`"


def _text(value: Any, given: Given) -> str:
    match value:
        case Ref(name, attribute):
            return f"{variables(given).get(name, name)}.{attribute}"
        case Json(data):
            return _text(data, given)
        case Unknown():
            return "…"
        case dict():
            told = ((scalar_in_python(key), _text(item, given)) for key, item in value.items())
            return f"{{{', '.join(f'{key}: {item}' for key, item in told)}}}"
        case list() | tuple():
            return f"[{', '.join(_text(item, given) for item in value)}]"
    return scalar_in_python(value)


def kinds(control: Control) -> Iterator[tuple[str, tuple[Variant, ...]]]:
    """Give the cases that don't fail, by what they show."""
    cases = control.cases
    yield "passes too", cases.also_passing
    yield "is unknown", cases.unknown
    yield "never passes, for a neighbour is missing", cases.absent
    yield "does not apply", cases.not_applicable
