"""Own tags: what all of the state's resources share, when it tells one stack from another."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Unknown
from stackproof.sights.own_tags import identifying, shared_tags


def resource(**data: Any) -> Resource:
    return Resource(data, type="aws:s3/bucket:Bucket", name="r")


def test_shared_are_the_tags_of_all_that_are_tagged() -> None:
    stack = {"app": "shop", "env": "prod"}
    assert shared_tags(
        [
            resource(tags={"Name": "a"}, tags_all={"Name": "a", **stack}),
            resource(tags={**stack, "Name": "b", "aws:cloudformation:stack-name": "x"}),
            resource(tags={}),
            resource(),
            resource(tags=Unknown(Cause.UNREADABLE)),
        ]
    ) == {"app": "shop", "env": "prod"}
    assert shared_tags([resource(tags=stack), resource(tags={"Name": "b"})]) == {}
    assert shared_tags([]) == {}


@pytest.mark.parametrize(
    ("tags", "right"),
    [
        ({"Project": "shop", "Environment": "prod", "Owner": "me"}, {"Project", "Environment"}),
        ({"acme:application_name": "shop", "acme:stage": "prod"}, None),
        ({"app-id": "17", "Env": "prod"}, None),
        ({"pulumi:stack": "shop-prod", "CostCenter": "9"}, {"pulumi:stack"}),
        ({"ManagedBy": "Pulumi"}, set()),
        ({"Environment": "prod", "Owner": "me", "CostCenter": "9", "Team": "t"}, set()),
        ({"Project": "shop"}, set()),
        ({}, set()),
    ],
)
def test_tags_identify_a_stack_by_its_system_and_environment(
    tags: dict[str, str], right: set[str] | None
) -> None:
    wanted = tags.keys() if right is None else right
    assert identifying(tags) == {key: tags[key] for key in wanted}
