"""Which keys a place of the settings has, told by their published schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model.yaml_text import Place
from stackproof.settings.form import Form


def form_keys(place: Place) -> list[str]:
    """Give the keys that what stands in a place may have; none where it takes any."""
    schema = Form.model_json_schema(by_alias=True)
    forms = [schema]
    for part in place:
        forms = [inner for form in forms for inner in _inside(form, part, schema["$defs"])]
    return sorted({key for form in forms for key in form.get("properties", ())})


def _inside(form: Mapping[str, Any], part: str | int, named: Mapping[str, Any]) -> list[Any]:
    inner = form.get("properties", {}).get(part, form.get("additionalProperties"))
    inner = form.get("items") if isinstance(part, int) else inner
    return _plain(inner, named) if isinstance(inner, Mapping) else []


def _plain(form: Mapping[str, Any], named: Mapping[str, Any]) -> list[Any]:
    """Give the forms that something may have, names and choices resolved."""
    if "$ref" in form:
        return _plain(named[form["$ref"].rpartition("/")[2]], named)
    choices = [*form.get("anyOf", ()), *form.get("oneOf", ())]
    return [plain for choice in choices for plain in _plain(choice, named)] if choices else [form]
