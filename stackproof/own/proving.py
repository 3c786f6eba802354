"""Prove a control: its cases hold at every sight, in Pulumi's words, and nothing odd breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackproof.model import (
    Cause,
    Control,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Stack,
    Unknown,
    outcome_word,
    worst,
)
from stackproof.model.cases import SUBJECT, Change, Form, Given, Json, build, mutated
from stackproof.own.wording import strangers
from stackproof.types.table import every_token, type_of

_KINDS: Final = ("failing", "unknown", "absent", "also_passing", "not_applicable")
_UNLISTED: Final = Unknown(Cause.UNREADABLE, detail="the control does not list this type")
# One of each kind of value that a property may hold, and texts that are taken apart.
_ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    "",
    "*",
    "{",
    "arn:aws:x",
    "10.0.0.0/33",
    [],
    ["x"],
    [[]],
    {},
    {"x": [{"x": 1}]},
)


def prove(control: Control) -> list[str]:
    """Give a sentence for each thing by which a control is not proven; none when it is.

    Its cases are judged with ids known and as preview shows them, and through CrossGuard's own
    proxies; their types and properties must be the AWS provider's; types that it asks for must be
    listed; and no value of another kind may break it.
    """
    try:
        examples = examples_of(control)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return [f"a mutation names what the passing example does not have: {error}"]
    found = list(by_cases(control, examples))
    return [
        *in_words(control, examples),
        *found,
        *narrow(control, examples),
        *_sturdy(control),
        # What is wrong already is wrong there as well.
        *(() if found else _served(control, examples)),
    ]


def examples_of(control: Control) -> dict[str, Given]:
    """Give a control's examples, called by their kind and their place in it (`failing[0]`)."""
    made = {
        f"{kind}[{number}]": mutated(control.cases.passing, variant)
        for kind in _KINDS
        for number, variant in enumerate(getattr(control.cases, kind))
    }
    return {"passing": control.cases.passing, **made}


def _judged(control: Control, given: Given, form: Form = Form.KNOWN) -> Outcome:
    subject, stack = build(given, form)
    return worst(*control.outcomes(subject, stack).values())


# What each kind of case must be with ids known, and may be at preview.
_WANTED: Final[Mapping[str, tuple[type[Outcome] | tuple[type, ...], tuple[type, ...] | None]]] = {
    "passing": (Pass, (Pass, Unknown)),
    "also_passing": (Pass, None),
    "failing": (Fail, (Fail, Unknown)),
    "unknown": (Unknown, (Unknown,)),
    "absent": ((Fail, Unknown), (Fail, Unknown)),
    "not_applicable": (NotApplicable, None),
}


def by_cases(control: Control, examples: Mapping[str, Given]) -> Iterator[str]:
    """Say which examples are judged otherwise than their kind wants."""
    for name, given in examples.items():
        for form, wanted in zip(
            (Form.KNOWN, Form.PREVIEW), _WANTED[name.partition("[")[0]], strict=True
        ):
            if wanted is None:
                continue
            found = _judged(control, given, form)
            if not isinstance(found, wanted):
                at = "at preview" if form is Form.PREVIEW else "with everything known"
                yield f"case {name} is {outcome_word(found)} {at}{_why(found)}"
            elif isinstance(found, Fail) and not (found.property and found.expected and found.fix):
                yield f"case {name} fails without property, expected and fix"


def _why(outcome: Outcome) -> str:
    match outcome:
        case Unknown():
            told = ", ".join(filter(None, (outcome.cause.value, outcome.property, outcome.detail)))
            return f": {told}"
        case Fail():
            return f": {outcome.property} is {outcome.actual!r}, expected {outcome.expected}"
        case NotApplicable():
            return f": {outcome.why}"
        case _:
            return ""


def in_words(control: Control, examples: Mapping[str, Given]) -> Iterator[str]:
    """Say which types and properties the AWS provider does not have."""
    for type_ in (*control.types, *control.needs):
        if type_of(type_) is None:
            yield f"the AWS provider has no type {type_}"
    if control.cases.passing.type not in control.types:
        yield f"the passing example is a {control.cases.passing.type}, which it does not judge"
    told = (pair for given in examples.values() for pair in strangers(given, control.types))
    for type_, path in dict.fromkeys(told):
        yield f"{type_} has no property {path!r}"


def narrow(control: Control, examples: Mapping[str, Given]) -> Iterator[str]:
    """Say when it asks for a type that it does not list: a sight may not have fetched it."""
    listed = {*control.types, *control.needs}
    gaps = {token: _UNLISTED for token in every_token() if token not in listed}
    for name, given in examples.items():
        subject, stack = build(given, Form.KNOWN)
        seen = [r for r in stack if r is subject or r.type in listed]
        found = worst(*control.outcomes(subject, Stack(seen, stack.sight, gaps)).values())
        if found != _judged(control, given):
            yield f"case {name} is judged by a type that `needs` does not list"
            return


def _sturdy(control: Control) -> Iterator[str]:
    example = control.cases.passing
    held = {SUBJECT: example.properties, **{n.name: n.properties for n in example.neighbours}}
    for name, properties in held.items():
        for path in _paths(properties):
            for value in _ODD:
                found = _judged(control, mutated(example, Change(path, value, of=name)))
                if isinstance(found, Unknown) and found.cause is Cause.BROKEN:
                    yield f"{found.detail} where {path} of {name} is {value!r}"
                    return


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if path:
        yield path
    inside = value.data if isinstance(value, Json) else value
    items: Any = ()
    if isinstance(inside, Mapping):
        items = inside.items()
    elif isinstance(inside, (list, tuple)):
        items = enumerate(inside)
    for key, item in items:
        if "." not in str(key):
            yield from _paths(item, f"{path}.{key}" if path else str(key))


def _served(control: Control, examples: Mapping[str, Given]) -> Iterator[str]:
    """Say where CrossGuard's objects show something else than plain data."""
    from stackproof.policy_pack import policies
    from stackproof.testing import analyze, example

    def lines(given: Given) -> set[str]:
        found = analyze(policies([control]), example(given))
        return {line.policy for line in found if (line.urn or "").endswith(f"::{SUBJECT}")}

    for name, given in examples.items():
        kind, reporting = name.partition("[")[0], lines(given)
        if kind in ("failing", "absent", "unknown") and not reporting:
            yield f"case {name} is silent at preview"
        silent = kind in ("passing", "also_passing", "not_applicable")
        if silent and control.id in reporting and not control.unknown_blocks:
            yield f"case {name} is a violation at preview"
