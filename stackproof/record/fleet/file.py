"""A fleet file is read: what is wrong in it is said with its line, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stackproof.closest import closest
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model import yaml_text
from stackproof.model.json_text import TextError, text_of
from stackproof.model.yaml_text import Place
from stackproof.record.fleet.form import (
    FleetAccount,
    FleetForm,
    FleetStack,
    Organization,
    Rate,
    Shared,
)
from stackproof.sights.arns import account_of
from stackproof.types.regions import is_region

_FORMS: Mapping[str, type] = {
    "": FleetForm,
    "defaults": Shared,
    "organization": Organization,
    "rate": Rate,
    "accounts": FleetAccount,
    "accounts.stacks": FleetStack,
}


class FleetError(StackproofError):
    """Raised for a fleet file that is no good: a sentence for each problem, a line each."""

    code = Code.FLEET


def read(file: Path) -> FleetForm:
    """Read a fleet file; raise FleetError when it is no good."""
    try:
        text = text_of(file)
        parsed = yaml_text.parse(text)
    except OSError as error:
        raise FleetError(f"{file} cannot be read: {error.strerror}") from None
    except TextError as error:
        raise FleetError(f"{file}: {error}") from None
    if not isinstance(parsed, Mapping):
        keys = ", ".join(FleetForm.model_fields)
        raise FleetError(f"{file}: it must be a mapping with the keys {keys}")
    try:
        form = FleetForm.model_validate(parsed)
        problems = [*_problems(form)]
    except ValidationError as error:
        told = (_told(problem, text) for problem in error.errors())
        problems = [
            problem for problem in told if not problem[1].startswith("input should be 'all'")
        ]
    if problems:
        lines = (_at(file, text, place, what) for place, what in problems)
        raise FleetError("\n".join(dict.fromkeys(lines)))
    return form


def _at(file: Path, text: str, place: Place, what: str) -> str:
    where = ".".join(map(str, place))
    return f"{file}:{yaml_text.line_of(text, place)}: {f'{where}: ' if where else ''}{what}"


def _told(error: Any, text: str) -> tuple[Place, str]:
    """Say where something is wrong in the file, and what would be right."""
    forms = ("list[str]", "literal['all']")
    place = tuple(part for part in error["loc"] if part not in forms)
    key = str(place[-1]) if place else ""
    if error["type"] == "extra_forbidden":
        form = _FORMS[".".join(str(part) for part in place[:-1] if isinstance(part, str))]
        known = form.model_fields  # type: ignore[attr-defined]
        return place, f"there is no key {key!r} here; {closest(key, known, ', '.join(known))}"
    if key == "account" or "exclude" in place:
        return place, 'an account\'s id is twelve digits in quotes, such as "123456789012"'
    if error["type"] == "string_type" and isinstance(error["input"], (int, float, date)):
        is_key = key == "[key]"
        place = (*place[:-2], error["input"]) if is_key else place
        meant = yaml_text.as_text(text, place, error["input"], key=is_key)
        place = (*place[:-1], meant) if is_key else place
        return place, f"it must be text: write {meant!r}, with quotes"
    if key == "regions":
        return place, "write a list of regions, such as [eu-west-1], or all"
    why = str(error["msg"]).removeprefix("Value error, ")
    return place, f"{why[:1].lower()}{why[1:]}"


def _problems(form: FleetForm) -> Iterator[tuple[Place, str]]:
    """Give what the form allows and nothing could be made of."""
    shared: list[tuple[Place, Shared]] = [(("defaults",), form.defaults)]
    shared += [(("accounts", n), account) for n, account in enumerate(form.accounts)]
    for place, told in shared:
        if isinstance(told.regions, list):
            if not told.regions:
                yield (*place, "regions"), "it names no region; write one, or all"
            for number, region in enumerate(told.regions):
                if not is_region(region):
                    why = f"{region!r} is not an AWS region's name, such as eu-west-1"
                    yield (*place, "regions", number), why
        elif told.regions is None and form.defaults.regions is None and _wants_regions(told, form):
            yield place, "it says no regions: write `regions: [eu-west-1]` here or in `defaults`"
        if told.role is not None and "/" in told.role and not told.role.startswith("arn:"):
            yield (*place, "role"), "write a role's ARN, or its name without a path"
        if isinstance(told, FleetAccount) and account_of(told.role) not in (None, told.account):
            yield (*place, "role"), f"it is a role of another account than {told.account}"
    if form.organization is not None and form.defaults.role is None:
        why = "accounts of an organization are asked by `role`, which `defaults` don't say"
        yield ("organization",), why
    elif form.organization is not None and str(form.defaults.role).startswith("arn:"):
        why = "a role that each account of an organization has is named, not said by an ARN"
        yield ("defaults", "role"), why


def _wants_regions(told: Shared, form: FleetForm) -> bool:
    if isinstance(told, FleetAccount):
        return not told.stacks or told.whole or any(stack.tags for stack in told.stacks)
    return form.organization is not None
