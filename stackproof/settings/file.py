"""The file of settings: `stackproof.yaml` beside Pulumi.yaml, or `[tool.stackproof]`.

Which profile holds is said by the file, or by the variable STACKPROOF_PROFILE for one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stackproof.closest import closest
from stackproof.model import Control, Severity, toml_text, yaml_text
from stackproof.model.json_text import text_of
from stackproof.model.parameter import TOLERATED, TRUST, ParameterError
from stackproof.model.yaml_text import Place
from stackproof.own.controls import together
from stackproof.own.modules import LoadError
from stackproof.own.types import together as own_types
from stackproof.settings.extending import brought, lineage, no_profile, unextendable
from stackproof.settings.form import Chosen, Form, Profile, Rules
from stackproof.settings.form_keys import form_keys
from stackproof.settings.parameters import read as read_parameters
from stackproof.settings.places import PROFILE_VARIABLE
from stackproof.settings.selector import KEYS, RESOURCE, Selector, problem
from stackproof.settings.settings import Settings, SettingsError
from stackproof.types.described import Type
from stackproof.waivers.entry import Waiver, WaiversError
from stackproof.waivers.file import unknown_control


def read(file: Path | None, profile: str | None) -> Settings:
    """Read a file of settings, or what a profile says without one.

    Raises SettingsError with a sentence for each problem, a line each.
    """
    return _Reading(file).settings(profile)


class _Reading:
    """A file that is read, with what is wrong in it."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._text = ""
        self._problems: list[str] = []
        self._own: Mapping[str, Control] = {}
        self._types: tuple[Type, ...] = ()
        self._known: Mapping[str, Control] = {}

    def settings(self, profile: str | None) -> Settings:
        form = self._form()
        rules = self._rules(form, profile or form.profile)
        read = {id(told): self._parameters(told, place) for place, told in self._told(form)}
        parameters: dict[str, dict[str, Any]] = {}
        origins: dict[tuple[str, str], str] = {}
        for origin, rule in rules.items():
            # Those of the profiles that stackproof brings stand in no file.
            values = read[id(rule)] if id(rule) in read else self._parameters(rule, ("profile",))
            for id_, given in values.items():
                parameters.setdefault(id_, {}).update(given)
                origins.update({(id_, name): origin for name in given})
        self._look_at_trusted(form.trusted)
        made = Settings(
            trusted=tuple(form.trusted),
            own_tags=dict(form.own_tags),
            fail_on=Severity(form.fail_on),
            # Who selects nothing says nothing of it: all hold only where nobody selects.
            select=tuple(s for whose, r in rules.items() for s in _selectors(r.select, whose)),
            exclude=tuple(s for whose, r in rules.items() for s in _selectors(r.exclude, whose)),
            parameters=parameters,
            origins=origins,
            levels=tuple(
                (_selector(x, whose), x.level) for whose, r in rules.items() for x in r.levels
            ),
            tolerates={
                name: _selectors(environment.tolerates, self._name)
                for name, environment in form.environments.items()
            },
            own=self._own,
            types=self._types,
            scenarios=self._scenarios(form),
            nightly=form.nightly,
            waivers=tuple(self._waivers(form)),
            file=self._name,
            profile=profile or form.profile,
        )
        if self._problems:
            raise SettingsError("\n".join(self._problems))
        return made

    def _form(self) -> Form:
        if self._file is None:
            return Form()
        try:
            self._text = text_of(self._file)
            parsed = self._parsed()
        except OSError as error:
            raise SettingsError(f"{self._file} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise SettingsError(f"{self._file}: {error}") from None
        if not isinstance(parsed, (Mapping, type(None))):
            raise SettingsError(f"{self._file}: it must be a mapping with the keys {_keys(Form)}")
        try:
            form = Form.model_validate(parsed or {})
        except ValidationError as error:
            told = dict.fromkeys(map(self._sentence, _of_forms_meant(error.errors())))
            raise SettingsError("\n".join(told)) from None
        self._own = self._controls(form)
        self._known = Settings(own=self._own).known
        for place, told_by in self._told(form):
            self._look_at(told_by, place)
        for name, environment in form.environments.items():
            if not name.strip() or not re.fullmatch(TOLERATED.pattern, name):
                why = (
                    "it is the name of no environment; write each by the value of its tag "
                    "Environment, such as dev, and under `exclude` what holds in none"
                )
                self._problems.append(self._at(("environments", name), why))
            self._look_over(environment.tolerates, ("environments", name, "tolerates"))
        return form

    def _controls(self, form: Form) -> Mapping[str, Control]:
        """Give own controls, and take own types; raise SettingsError at once when they are no good.

        Selectors may be about the controls.
        """
        places = self._there(form.controls, "controls")
        types = self._there(form.types, "types")
        if self._problems:
            raise SettingsError("\n".join(self._problems))
        try:
            self._types = tuple(own_types(types).values())
            return together(places)
        except LoadError as error:
            raise SettingsError(str(error), error.code) from None

    def _scenarios(self, form: Form) -> tuple[Path, ...]:
        return tuple(self._there(form.scenarios, "scenarios"))

    def _waivers(self, form: Form) -> Iterator[Waiver]:
        for number, entry in enumerate(form.waivers):
            # A file of waivers is read as text: a day that YAML knows is one there.
            place = ("waivers", number)
            told = {key: self._as_text((*place, key), value) for key, value in entry.items()}
            wrong = [*unknown_control(told, self._own)]
            try:
                yield Waiver.read(told)
            except WaiversError as error:
                wrong = [*str(error).splitlines(), *wrong]
            self._problems += [self._at(place, why) for why in wrong]

    def _there(self, named: Sequence[str], key: str) -> list[Path]:
        """Give the files and folders that are named; say which are not there."""
        found = []
        for number, name in enumerate(named):
            path = (self._file.parent if self._file else Path()) / name
            if not path.exists():
                why = f"there is no file or folder {path}"
                self._problems.append(self._at((key, number), why))
            found.append(path)
        return found

    def _parsed(self) -> Any:
        if self._file is not None and self._file.suffix == ".toml":
            return toml_text.parse(self._text)["tool"]["stackproof"]
        return yaml_text.parse(self._text)

    def _told(self, form: Form) -> Iterator[tuple[Place, Rules]]:
        yield (), form
        for name, profile in form.profiles.items():
            yield ("profiles", name), profile

    def _look_at(self, rules: Rules, place: Place) -> None:
        for key in ("select", "exclude", "levels"):
            self._look_over(getattr(rules, key), (*place, key))

    def _look_over(self, chosen: Sequence[str | Chosen], place: Place) -> None:
        """Say what matches no control: it would be silent for ever."""
        for number, given in enumerate(chosen):
            selector = _selector(given, self._name)
            wrong = next((p for k, v in selector.patterns.items() if (p := problem(k, v))), None)
            if wrong is None and not any(map(selector.matches, self._known.values())):
                wrong = f"no control matches {selector.text}; `stackproof controls` lists them"
            if wrong is not None:
                self._problems.append(self._at((*place, number), wrong))

    def _look_at_trusted(self, trusted: Sequence[str]) -> None:
        """Say what would trust everybody."""
        for number, name in enumerate(trusted):
            try:
                TRUST.read([name])
            except ParameterError as error:
                self._problems.append(self._at(("trusted", number), str(error)))

    def _parameters(self, rules: Rules, place: Place) -> dict[str, dict[str, Any]]:
        """Give what the parameters of some rules say, by control; keep what is wrong with them."""
        found = {}
        for id_, given in rules.parameters.items():
            control = self._known.get(id_)
            try:
                if control is None:
                    hint = closest(id_, self._known, "`stackproof controls` lists them")
                    raise ParameterError(f"there is no control {id_!r}; {hint}")
                found[id_] = read_parameters(control, given)
            except ParameterError as error:
                here = (*place, "parameters", id_)
                self._problems.append(self._at(here, f"{error}{self._otherwise(here)}"))
        return found

    def _rules(self, form: Form, profile: str | None) -> dict[str, Rules]:
        """Give all rules that hold by whose they are, those that count less first."""
        known = {**brought(), **form.profiles}
        for place, why in unextendable(form.profiles):
            self._problems.append(self._at(place, why))
        if profile is not None and profile not in known:
            self._problems.append(self._at(("profile",), no_profile(profile, known)))
        names = lineage(profile, known) if profile else ()
        return {**{f"profile {name}": known[name] for name in names}, self._name: form}

    def _sentence(self, error: Any) -> str:
        # The forms that something could have had are no places in the file.
        named = (str(part) for part in error["loc"])
        forms = {part for part in named if part == "str" or part.startswith("function-after")}
        place = tuple(part for part in error["loc"] if part not in (forms | {"[key]"}))
        inside = place and place[-1] in (*KEYS, RESOURCE)
        if forms and not inside and error["type"] in ("string_type", "dict_type", "model_type"):
            known = form_keys(place)
            keys = ", ".join(key for key in (*KEYS, RESOURCE) if key in known)
            return self._at(place, f"it must be a pattern of ids, or a mapping with {keys}")
        if error["type"] == "extra_forbidden":
            return self._at(place, f"there is no key {place[-1]!r} here; {_meant(place)}")
        if error["type"] == "string_type" and isinstance(error["input"], (int, float, date)):
            is_key = error["loc"][-1] == "[key]"
            place = (*place[:-1], error["input"]) if is_key else place
            meant = self._as_text(place, error["input"], key=is_key)
            place = (*place[:-1], meant) if is_key else place
            return self._at(place, f"it must be text: write {meant!r}, with quotes")
        if error["type"] in ("list_type", "tuple_type") and isinstance(error["input"], str):
            return self._at(place, f"it must be a list: write [{error['input']!r}]")
        message = re.sub(r"^Value error, | or instance of \w+", "", error["msg"])
        return self._at(place, f"{message[:1].lower()}{message[1:]}")

    def _as_text(self, place: Place, value: Any, *, key: bool = False) -> Any:
        """Give numbers, days and truth values as they are written, alone or in a list."""
        if isinstance(value, list):
            return [self._as_text((*place, number), item) for number, item in enumerate(value)]
        if not isinstance(value, (int, float, date)):
            return value
        if self._is_toml:
            return str(value).lower() if isinstance(value, bool) else str(value)
        return yaml_text.as_text(self._text, place, value, key=key)

    def _otherwise(self, place: Place) -> str:
        """Say what is written in a place that YAML takes for something else."""
        found = [] if self._is_toml else yaml_text.read_otherwise(self._text, place)
        return "".join(f"; to YAML, {written} without quotes is {is_}" for written, is_ in found)

    @property
    def _name(self) -> str:
        return self._file.name if self._file else PROFILE_VARIABLE

    @property
    def _is_toml(self) -> bool:
        return self._file is None or self._file.suffix == ".toml"

    def _at(self, place: Place, text: str) -> str:
        where = ".".join(map(str, place))
        line = self._line(place)
        return f"{self._file or PROFILE_VARIABLE}{f':{line}' if line else ''}: {where}: {text}"

    def _line(self, place: Place) -> int | None:
        """Give the line on which something stands, or the nearest thing around it."""
        if self._file is None:
            return None
        if self._file.suffix == ".toml":
            return toml_text.line_of(self._text, "tool.stackproof", place)
        return yaml_text.line_of(self._text, place)


def _of_forms_meant(errors: Sequence[Any]) -> Iterator[Any]:
    """Leave out that a mapping is no text, where it is said what is wrong with it as a mapping."""
    as_mappings = {
        error["loc"][:number]
        for error in errors
        for number, part in enumerate(error["loc"])
        if str(part).startswith("function-after")
    }
    for error in errors:
        *place, form = error["loc"]
        is_one = form == "str" and isinstance(error["input"], Mapping)
        if not (is_one and tuple(place) in as_mappings):
            yield error


def _meant(place: Place) -> str:
    """Say which key may have been meant in the place of one that there isn't."""
    key, keys = str(place[-1]), form_keys(place[:-1])
    if len(place) == 1 and key in Profile.model_fields:
        return f"it is one of a profile: write it as profiles.NAME.{key}, and profile: NAME"
    if len(place) == 3 and place[0] == "profiles" and key in Form.model_fields:
        return "it stands at the top of the file, for every profile"
    return closest(key, keys, f"its keys are {', '.join(keys)}")


def _selectors(chosen: Sequence[str | Chosen], origin: str) -> tuple[Selector, ...]:
    return tuple(_selector(entry, origin) for entry in chosen)


def _selector(chosen: str | Chosen, origin: str) -> Selector:
    return Selector({"id": chosen} if isinstance(chosen, str) else chosen.patterns, origin)


def _keys(form: type[Form]) -> str:
    return ", ".join(form.model_fields)
