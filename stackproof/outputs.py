"""The outputs file: what a deployed stack says of itself, and where it is found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.json_text import is_readable, parse, text_of
from stackproof.outputs_forms import SECRET, read
from stackproof.sights.arns import account_of
from stackproof.types.mere_names import is_name, is_telling
from stackproof.types.regions import is_region, regions_in

VARIABLE = "STACKPROOF_OUTPUTS"
USUAL = (Path("flat-outputs.json"), Path("cfn-outputs/flat-outputs.json"))
# What is given instead by whom there are no outputs.
_WITHOUT = "without outputs, a stack is known by --stack NAME or --state FILE"

_ACCOUNT = re.compile(r"\d{12}")


class OutputsError(StackproofError):
    """Raised when there is no usable outputs file: one sentence for the user."""

    code = Code.OUTPUT_ODD


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of one deployed stack, lists decoded whatever way they were written.

    `tags` are the stack's own by the project's settings, if these say so, or all that is known of
    it: then it is what is there `by_tags`. `places` are ARNs that
    say where the stack is and name nothing else of it.
    """

    values: Mapping[str, Any]
    path: Path
    tags: Mapping[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    by_tags: bool = False

    def __repr__(self) -> str:
        """Give the names of the outputs, never what they hold: a trace may show it to anybody."""
        return f"<outputs of {self.path}: {', '.join(map(str, self.values)) or 'none'}>"

    def __getitem__(self, name: str) -> Any:
        """Give an output; raise OutputsError naming what the file lacks."""
        if name not in self.values:
            raise OutputsError(
                f"{self.path} has no output {name!r}; export it from the stack", Code.OUTPUT_MISSING
            )
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Give an output, or the default when the stack does not export it."""
        return self.values.get(name, default)

    def list(self, name: str) -> list[str]:
        """Give an output that is a list of strings, a map's values, or text: one, if any."""
        value = self[name]
        if isinstance(value, Mapping):
            return [str(item) for item in value.values()]
        return [str(item) for item in value] if isinstance(value, list) else [value] * bool(value)

    @property
    def account(self) -> str | None:
        """Give the account that the stack is deployed to, when the file says so."""
        value = self.values.get("account_id")
        if value is not None:
            return str(value)
        told = {account for place in self.places if (account := account_of(place))}
        return told.pop() if len(told) == 1 else None

    @property
    def accounts(self) -> frozenset[str]:
        """Give the accounts that ARNs name; the stack may only use what others own."""
        return frozenset(account for key in self.keys if (account := account_of(key)))

    @property
    def hidden(self) -> tuple[str, ...]:
        """Give the names of the outputs that are secret, whole or in part: they name nothing."""
        return tuple(
            name
            for name, value in self.values.items()
            if any(text == SECRET for _, text in _strings(value, name))
        )

    @property
    def regions(self) -> tuple[str, ...]:
        """Give the regions that the outputs name, the stack's own first when they say it."""
        own = self.get("region")
        found = {region for key in (*self.keys, *self.places) for region in regions_in(key)}
        return (own, *sorted(found - {own})) if own else tuple(sorted(found))

    @property
    def settings(self) -> dict[str, Any]:
        """Give what the stack was told to be: the output `settings`, lists and maps decoded.

        Raises OutputsError when the stack doesn't export it as a map.
        """
        told = self["settings"]
        if not isinstance(told, Mapping):
            raise OutputsError(f"{self.path}: settings is {told!r}, which is no map")
        return {name: _decode(name, value) for name, value in told.items()}

    @property
    def keys(self) -> frozenset[str]:
        """Give every string in the outputs: the ids, ARNs and names that the stack owns up to.

        Settings are no names: an owner may be called as somebody else's role is.
        """
        return frozenset(text for _, text in self._named)

    @property
    def names(self) -> frozenset[str]:
        """Give those of the keys that may be mere names: neither ids, ARNs nor addresses."""
        return frozenset(text for called, text in self._named if is_name(text, called))

    @property
    def _named(self) -> Iterator[tuple[str, str]]:
        told = isinstance(self.get("settings"), Mapping)
        for name, value in self.values.items():
            if not (told and name == "settings"):
                yield from _strings(value, name)

    @property
    def own_tags(self) -> dict[str, str]:
        """Give the tags that every resource of the stack carries, by settings or own outputs."""
        if self.tags:
            return dict(self.tags)
        named = {"Project": self.values.get("project"), "Environment": self.get("environment")}
        return {k: v for k, v in named.items() if isinstance(v, str)} if all(named.values()) else {}


def is_there(option: Path | None = None) -> bool:
    """Tell whether an outputs file is named, or lies in a usual place."""
    named = option is not None or bool(os.environ.get(VARIABLE))
    return named or any(path.is_file() for path in USUAL)


def find(option: Path | None = None) -> Path:
    """Give the outputs file: the option's, the environment variable's, or a usual place's.

    Raises OutputsError when there is none.
    """
    named = option or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is not None:
        if not is_readable(named):
            raise OutputsError(
                f"there is no outputs file {named}; write it with "
                f"`pulumi stack output --json > {named}`",
                Code.NO_OUTPUTS,
            )
        return named
    for path in USUAL:
        if path.is_file():
            return path
    raise OutputsError(
        "no outputs file: neither flat-outputs.json nor cfn-outputs/flat-outputs.json is here; "
        "write one with `pulumi stack output --json > flat-outputs.json`, or name it with "
        f"--outputs or {VARIABLE}; {_WITHOUT}",
        Code.NO_OUTPUTS,
    )


def load(path: Path) -> Outputs:
    """Read an outputs file of any form; raise OutputsError when it is not one."""
    try:
        data = parse(text_of(path), unique=True)
    except OSError as error:
        raise OutputsError(
            f"{path} cannot be read: {error.strerror}", Code.OUTPUTS_UNREADABLE
        ) from None
    except ValueError as error:
        raise OutputsError(
            f"{path} is not JSON ({error}); write it with `pulumi stack output --json`",
            Code.OUTPUTS_NOT_JSON,
        ) from None
    form = read(data)
    if form is None:
        raise OutputsError(
            f"{path} holds no outputs; it must be one JSON object of name and value, or what "
            f"CloudFormation, the CDK or Terraform write; {_WITHOUT}",
            Code.OUTPUTS_EMPTY,
        )
    values = {name: _decode(name, value) for name, value in form.values.items()}
    outputs = Outputs(values, path, places=form.places)
    region = outputs.get("region")
    if region is not None and not (isinstance(region, str) and is_region(region)):
        raise OutputsError(f"{path}: region is {region!r}, which is not an AWS region's name")
    if outputs.account is not None and not _ACCOUNT.fullmatch(outputs.account):
        raise OutputsError(f"{path}: account_id is {outputs.account!r}, which is not 12 digits")
    return outputs


def _decode(name: str, value: Any) -> Any:
    """Give the list that a text stands for in the string-only form of the file."""
    if not isinstance(value, str):
        return value
    if value[:1] in ("[", "{"):
        try:
            return parse(value)
        except ValueError:
            return value
    # Only names in the plural are lists, and no id, ARN or name of AWS has a space in it.
    parts = [part.strip() for part in value.split(",")]
    listed = len(parts) > 1 and name.endswith("s") and not any(" " in part for part in parts)
    return parts if listed else value


def _strings(value: Any, called: str) -> Iterator[tuple[str, str]]:
    """Give every string of an output, with the output's own name and those of its members."""
    if isinstance(value, str):
        yield called, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            # A map of `bucket_names` says what they are for, one of anything what each is.
            yield from _strings(item, name if is_telling(name) else called)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, called)
