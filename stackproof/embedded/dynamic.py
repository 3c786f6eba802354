"""Resources that a program defines itself (pulumi.dynamic), for the engine."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.config import Config

from stackproof.embedded.errors import EmbeddedError

_PROVIDER = "__provider"


def is_dynamic(type_: str) -> bool:
    """Tell whether a type is one that the program defines."""
    return type_.startswith("pulumi-python:dynamic")


def create(
    inputs: Mapping[str, Any], project: str, config: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """Let the program's own provider check and create a resource; give its id and state.

    Raises EmbeddedError when the provider refuses the inputs.
    """
    # By dill, which the SDK brings and which has no types.
    unpickle: Any = import_module("dill").loads
    packed = inputs[_PROVIDER]
    provider = unpickle(base64.b64decode(packed))
    provider.configure(ConfigureRequest(config=Config(dict(config), project)))
    checked = provider.check({}, dict(inputs))
    for failure in checked.failures or ():
        raise EmbeddedError(f"{failure.property}: {failure.reason}")
    made = provider.create({**checked.inputs, _PROVIDER: packed})
    return str(made.id), {**(made.outs or {}), _PROVIDER: packed}
