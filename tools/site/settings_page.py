"""The reference of `stackproof.yaml`, made from the schema by which the file is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stackproof.controls import catalogue
from stackproof.settings.form import Form
from stackproof.settings.profiles import PROFILES
from tools.site.markdown import code, page, table

Schema = Mapping[str, Any]


def settings_page() -> str:
    """Write the page of every key: kind, default, what it is for; and of the profiles."""
    schema = Form.model_json_schema()
    parts = ["# Keys of stackproof.yaml", _INTRODUCTION, _keys(schema)]
    for name, of in schema["$defs"].items():
        parts += [f"## {name}", of.get("description", ""), _keys(of)]
    parts += ["## Profiles that are there", table(("profile", "what it is"), _profiles())]
    return page(*parts, _OUTRO)


_INTRODUCTION = """
The file stands beside `Pulumi.yaml`; the same keys may stand in the table `tool.stackproof` of
`pyproject.toml`. What it may hold is checked before anything starts, and an error says the line and
what would be right. `stackproof config` shows what holds, and `stackproof config --schema` prints
the schema from which this page is made, for an editor to use. What the keys are for, with examples:
[configuration](configuration.md).
"""
_OUTRO = """
A selector without a `*`, `?` or `[…]` has to name a control that there is. What a profile of
one's own `extends` comes first, each profile once, and its own keys after it: selections and
exclusions add up, of parameters and levels the later ones count.
"""


def _keys(schema: Schema) -> str:
    rows = (
        (f"`{name}`", _kind(held), _default(held), held.get("description", ""))
        for name, held in schema["properties"].items()
    )
    return table(("key", "kind", "default", "what it is"), rows)


def _kind(held: Schema) -> str:
    if "$ref" in held:
        name = held["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in held:
        kinds = (_kind(option) for option in held["anyOf"] if option.get("type") != "null")
        return " or ".join(kinds)
    if "enum" in held:
        return ", ".join(map(code, held["enum"]))
    match held.get("type"):
        case "array":
            return f"list of {_kind(held['items'])}"
        case "object":
            inner = held.get("additionalProperties")
            return f"map to {_kind(inner)}" if isinstance(inner, dict) and inner else "map"
        case "string":
            return "text"
        case None:
            return "any"
    return str(held["type"])


def _default(held: Schema) -> str:
    default = held.get("default")
    return "" if default is None else code(default)


def _profiles() -> Iterator[tuple[str, str]]:
    for name, held in PROFILES.items():
        for key, value in held.items():
            yield f"`{name}`", f"{key}: {code(value)}"
    yield "", f"all are made of the {len(catalogue())} controls of the catalogue"
