"""What writes logs to a group that is gone fails, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.controls.log_destinations import NAMED_BY
from stackproof.model import Fail, NotApplicable, Pass, Resource, Sight, Stack, Unknown
from stackproof.types.tokens import CODEBUILD_PROJECT, FLOW_LOG, LOG_GROUP

ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/app"
GROUP = Resource({"name": "/app", "arn": ARN}, type=LOG_GROUP, name="/app", id="/app", arn=ARN)


def writing(type_: str, to: str = ARN) -> Resource:
    said: Any = "/app" if type_ == CODEBUILD_PROJECT else to
    for part in reversed(NAMED_BY[type_].split(".")):
        said = {part: said}
    return Resource(
        said, type=type_, name="it", id="it", account="123456789012", region="us-east-1"
    )


@pytest.mark.parametrize("type_", NAMED_BY)
def test_each_writer_is_held_against_the_groups_that_are_there(type_: str) -> None:
    control, writer = catalogue()["log-group-there"], writing(type_)

    def judged(*around: Resource, sight: Sight = Sight.LIVE) -> Any:
        stack = Stack((writer, *around), sight)
        return control.outcomes(writer, stack)[""]

    assert judged(GROUP) == Pass()
    assert isinstance(judged(), Fail)
    assert isinstance(judged(sight=Sight.STATE), Unknown)


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        (f"{ARN}:*", Pass),
        (f"{ARN}/gone:*", Fail),
        (ARN.replace("us-east-1", "eu-west-1"), Unknown),
        (ARN.replace("123456789012", "210987654321"), Unknown),
        ("arn:aws:s3:::flows", NotApplicable),
    ],
)
def test_a_group_is_gone_only_where_it_was_looked_for(to: str, outcome: type) -> None:
    writer = writing(FLOW_LOG, to)
    found = catalogue()["log-group-there"].outcomes(writer, Stack((writer, GROUP), Sight.LIVE))
    assert isinstance(found[""], outcome)
