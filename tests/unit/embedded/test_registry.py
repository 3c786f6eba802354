from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest

from stackproof.embedded.overlay import registry

Entry = tuple[str, str, Callable[..., Any]]

registry.load_services()


def by_operation() -> Iterator[Entry]:
    handlers = {key: [function] for key, function in registry.HANDLERS.items()}
    kinds: list[Any] = [handlers, registry.POSTPROCESSORS, registry.VALIDATORS]
    for entries in kinds:
        for (service, operation), functions in entries.items():
            for function in functions:
                yield service, operation, function


@functools.cache
def operations(service: str) -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_service_model(service).operation_names)


def test_every_entry_names_an_operation_of_its_service() -> None:
    unknown = [
        f"{service} {operation}"
        for service, operation, _ in by_operation()
        if operation not in operations(service)
    ]
    assert unknown == []


def test_every_entry_names_the_page_that_says_what_aws_answers() -> None:
    patches = (patch for patches in registry.PATCHES.values() for patch in patches)
    functions = {*(function for _, _, function in by_operation()), *patches}
    silent = [
        f"{function.__module__}.{function.__name__}"
        for function in functions
        if "AWS: https://docs.aws.amazon.com/" not in (function.__doc__ or "")
    ]
    assert silent == []


def test_an_operation_has_one_handler() -> None:
    with pytest.raises(ValueError, match="ecs UpdateClusterSettings is handled twice"):
        registry.handles("ecs", "UpdateClusterSettings")(lambda _: None)
