"""Reading a stack's configuration, every key of it, before judging any."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

import pulumi
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from infra.settings.errors import Refused, SettingsError, missing, wrong

__all__ = ["read", "read_choice", "settings_output"]

Model = TypeVar("Model", bound=BaseModel)


def read_choice(key: str, choices: Sequence[str], stack: str) -> str:
    """Read one required key that must be one of `choices`; else raise `SettingsError`."""
    expected = choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    value = pulumi.Config().get(key)
    if not value:
        raise SettingsError([missing(stack, key, expected)])
    if value not in choices:
        raise SettingsError([wrong(stack, key, _shown(key, value), expected)])
    return value


def read(model: type[Model], stack: str) -> Model:
    """Read the keys that a model's fields name (by alias, when the key has a namespace).

    All values come as text, as Pulumi hands them on; kinds that are lists or maps read them from
    JSON. Raises `SettingsError` with one sentence for each missing or refused key.
    """
    expected = {
        field.alias or name: field.description or "" for name, field in model.model_fields.items()
    }
    values = {key: value for key in expected if (value := _get(key))}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = {str(problem["loc"][0]): problem for problem in error.errors()}
        raise SettingsError(
            [
                wrong(stack, key, _shown(key, values[key]), _reason(problem) or expected[key])
                if key in values
                else missing(stack, key, _reason(problem) or expected[key])
                for key, problem in problems.items()
            ]
        ) from None


def settings_output(settings: BaseModel) -> dict[str, Any]:
    """Give what a stack says, or what holds when it doesn't, by the keys of its configuration.

    Lists and maps are JSON text, as in the configuration; what is kept secret there is left out.
    """
    values = settings.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        key: json.dumps(value) if isinstance(value, (dict, list)) else value
        for key, value in values.items()
        if not _is_secret(key)
    }


def _get(key: str) -> str | None:
    namespace, _, name = key.rpartition(":")
    return pulumi.Config(namespace or None).get(name)


def _reason(problem: ErrorDetails) -> str | None:
    error = problem.get("ctx", {}).get("error")
    return str(error) if isinstance(error, Refused) else None


def _shown(key: str, value: str) -> str | None:
    return None if _is_secret(key) else value


def _is_secret(key: str) -> bool:
    full_key = key if ":" in key else f"{pulumi.get_project()}:{key}"
    return pulumi.runtime.is_config_secret(full_key)
