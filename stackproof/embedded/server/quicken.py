"""moto's slow habits, mended; each figure is processor time on one core."""

from __future__ import annotations

import functools
from typing import Any


def quicken() -> None:
    """Patch moto and the botocore below it, before anything of theirs is used."""
    _share_models()
    _remember_methods()
    _remember_names()


def _share_models() -> None:
    """Load each service's model once, not once for each of eleven partitions: 1 s for EC2."""
    import botocore.session
    from moto.core.utils import get_service_model

    session: Any = botocore.session
    session.create_loader = functools.cache(session.create_loader)

    def get_service_data(_: Any, service_name: str, api_version: str | None = None) -> Any:
        model: Any = get_service_model(service_name)
        return model._service_description

    session.Session.get_service_data = get_service_data


def _remember_methods() -> None:
    """List the methods of a service's class once, not on each request: 2 ms for EC2."""
    import moto.core.responses

    responses: Any = moto.core.responses
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)


def _remember_names() -> None:
    """Work out once by which names an attribute may go: a third off a long answer."""
    from moto.core import serialize

    module: Any = serialize
    xml, picker = module.xmltodict, module.XFormedAttributePicker
    xml._validate_name = functools.cache(xml._validate_name)
    original = picker.get_possible_keys
    # A name depends on the kind of object, the attribute and its shape, never on the value.
    known: dict[tuple[type, str, object], tuple[str, ...]] = {}

    def get_possible_keys(self: Any, context: Any) -> tuple[str, ...]:
        key = (type(context.obj), context.key, context.shape)
        names = known.get(key)
        if names is None:
            names = known[key] = tuple(dict.fromkeys(original(self, context)))
        return names

    picker.get_possible_keys = get_possible_keys
