"""The lists of taggable and named types agree with pulumi_aws, and what they leave out."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from stackproof.controls.support.taggable import (
    NAME_PROPERTY,
    TAGGABLE,
    TAGGED_BY_LIST,
    TAGGED_BY_MAP,
    environment_of,
)
from stackproof.model import Cause, Resource, Unknown, UnresolvedError

# pulumi_aws warns of its own deprecated classes when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:(aws|s3)[.]:DeprecationWarning")


def class_of(token: str) -> Any:
    _, path, name = token.split(":")
    module = path.split("/")[0]
    renamed = {"lambda": "lambda_"}.get(module, module)
    return getattr(importlib.import_module(f"pulumi_aws.{renamed}"), name)


@pytest.mark.parametrize("token", TAGGED_BY_MAP)
def test_taggable_type_has_a_map_of_tags(token: str) -> None:
    assert "Mapping" in str(class_of(token).tags.fget.__annotations__["return"])


@pytest.mark.parametrize("token", TAGGED_BY_LIST)
def test_type_with_a_list_of_tags_has_one(token: str) -> None:
    assert "Sequence" in str(class_of(token).tags.fget.__annotations__["return"])


@pytest.mark.parametrize(("token", "path"), NAME_PROPERTY.items())
def test_named_type_has_the_property_and_tags(token: str, path: str) -> None:
    assert isinstance(getattr(class_of(token), path, None), property)
    assert token in TAGGABLE


def test_environment_of_an_untagged_resource_is_none() -> None:
    assert environment_of(Resource({})) is None
    assert environment_of(Resource({"tags": {"Owner": "platform"}})) is None


def test_environment_is_found_in_a_list_of_tags_too() -> None:
    tags = [{"key": "Owner", "value": "platform"}, {"key": "Environment", "value": "prod"}]
    assert environment_of(Resource({"tags": tags})) == "prod"


def test_unknown_environment_is_not_taken_for_none() -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    with pytest.raises(UnresolvedError):
        environment_of(Resource({"tags": {"Environment": hidden}}))
