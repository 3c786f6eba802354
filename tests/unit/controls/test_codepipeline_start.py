"""A rule may name the repository by its ARN, which a preview doesn't know yet."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Outcome, Pass, Unknown, worst
from stackproof.model.cases import Form, Given, Json, Neighbour, Ref, build
from stackproof.types import tokens as t

ARN = "arn:aws:codecommit:us-east-1:123456789012:api"


def judged(form: Form, repository: str) -> Outcome:
    source = {
        "category": "Source",
        "provider": "CodeCommit",
        "configuration": {"RepositoryName": "api", "BranchName": "main"},
    }
    pattern = {
        "source": ["aws.codecommit"],
        "resources": [repository],
        "detail": {"referenceName": ["main"]},
    }
    pipeline = Given(
        t.CODEPIPELINE,
        {"stages": [{"name": "Source", "actions": [source]}]},
        (
            Neighbour("source", t.CODECOMMIT_REPOSITORY, {"repository_name": "api", "arn": ARN}),
            Neighbour("push", t.EVENT_RULE, {"event_pattern": Json(pattern)}),
            Neighbour("start", t.EVENT_TARGET, {"rule": Ref("push"), "arn": Ref("subject", "arn")}),
        ),
    )
    control = catalogue()["codepipeline-started-by-its-branch"]
    return worst(*control.outcomes(*build(pipeline, form)).values())


def test_what_depends_on_the_arn_waits_for_it() -> None:
    assert isinstance(judged(Form.PREVIEW, ARN), Unknown)


@pytest.mark.parametrize(("repository", "outcome"), [(ARN, Pass), (f"{ARN}-2", Fail)])
def test_repository_is_the_one_that_the_rule_names(repository: str, outcome: type[Outcome]) -> None:
    assert isinstance(judged(Form.KNOWN, repository), outcome)
