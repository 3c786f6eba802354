"""What starts a delivery pipeline: the rule waits for the branch that the pipeline takes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, some
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, Without
from stackproof.reasoning.events import lets_through, push_event
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import CODECOMMIT_REPOSITORY, CODEPIPELINE, EVENT_RULE, EVENT_TARGET

_BRANCH: Final = "stages.0.actions.0.configuration.BranchName"
_PATTERN: Final = {
    "source": ["aws.codecommit"],
    "detail": {"event": ["referenceUpdated"], "referenceName": ["main"]},
}


@control(
    "codepipeline-started-by-its-branch",
    title="The rule that starts a pipeline waits for the branch that the pipeline takes",
    severity=Severity.HIGH,
    category=Category.HA,
    types=CODEPIPELINE,
    needs=(CODECOMMIT_REPOSITORY, EVENT_RULE, EVENT_TARGET),
    frameworks={Framework.NIST: ("CM-3", "SI-2")},
    cases=Cases(
        passing=Given(
            CODEPIPELINE,
            {
                "stages": [
                    {
                        "name": "Source",
                        "actions": [
                            {
                                "category": "Source",
                                "provider": "CodeCommit",
                                "configuration": {"RepositoryName": "api", "BranchName": "main"},
                            }
                        ],
                    }
                ]
            },
            (
                Neighbour("source", CODECOMMIT_REPOSITORY, {"repository_name": "api"}),
                Neighbour("push", EVENT_RULE, {"event_pattern": Json(_PATTERN)}),
                Neighbour(
                    "start", EVENT_TARGET, {"rule": Ref("push"), "arn": Ref("subject", "arn")}
                ),
            ),
        ),
        failing=(
            Change(_BRANCH, "trunk"),
            Change("event_pattern.detail.referenceName", ["release"], of="push"),
            Change("event_pattern.detail.event", ["referenceDeleted"], of="push"),
            Change("event_pattern.resources", ["arn:aws:codecommit:us-east-1:1:web"], of="push"),
        ),
        unknown=(
            Hide("stages"),
            Hide(_BRANCH),
            Hide("event_pattern", of="push"),
            Hide("arn", of="start"),
        ),
        absent=((Change(_BRANCH, "trunk"), Hide("event_pattern", of="push")),),
        not_applicable=(
            Without("start"),
            Change("event_pattern", Json({"source": ["aws.codebuild"]}), of="push"),
            (Remove("event_pattern", of="push"), Change("schedule_expression", "x", of="push")),
            Change("stages.0.actions.0.provider", "CodeStarSourceConnection"),
            Change("stages.0.actions.0.configuration.PollForSourceChanges", "true"),
        ),
    ),
)
def started_by_its_branch(pipeline: Resource, stack: Stack) -> Outcome:
    """On another one nothing is delivered any more, and nothing fails.

    A pipeline that no rule on CodeCommit starts may be started from elsewhere. Source: AWS
    CodePipeline User Guide, "CodeCommit source actions and EventBridge".
    """
    rules = list(_rules(pipeline, stack))
    if not rules:
        return NotApplicable("no rule on CodeCommit starts it")
    return each(_sources(pipeline), partial(_awaited, stack, pipeline, rules))


def _sources(pipeline: Resource) -> Iterator[Block | Unknown]:
    for stage in pipeline.elements("stages"):
        if isinstance(stage, Unknown):
            yield stage
            continue
        for action in stage.elements("actions"):
            if isinstance(action, Unknown) or (
                action["provider"] == "CodeCommit"
                and action.get("configuration.PollForSourceChanges") not in ("true", True)
            ):
                yield action


def _rules(pipeline: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    for target in referrers_or_unknown(pipeline, stack, EVENT_TARGET, "arn"):
        if isinstance(target, Unknown):
            yield target
            continue
        rule = stack.follow_one(target, "rule", EVENT_RULE)
        if rule is not None and (unknown := _on_codecommit(rule)):
            yield rule if unknown is True else unknown


def _on_codecommit(rule: Resource) -> bool | Unknown:
    try:
        pattern = rule.record("event_pattern") if rule["event_pattern"] else {}
    except UnresolvedError as error:
        return error.unknown
    source = pattern.get("source")
    if isinstance(source, Unknown):
        return source
    return isinstance(source, list) and "aws.codecommit" in source


def _awaited(
    stack: Stack, pipeline: Resource, rules: list[Resource | Unknown], action: Block
) -> Outcome:
    name, branch = (
        action.text(f"configuration.{key}") or "" for key in ("RepositoryName", "BranchName")
    )
    arn = _arn(name, pipeline, stack)
    missing = Fail(
        action.at("configuration.BranchName"),
        "the branch that a rule on CodeCommit waits for",
        branch,
        "Name the branch in the rule's event_pattern, in detail.referenceName.",
    )

    def waits(rule: Resource) -> Outcome:
        event = push_event(branch, arn=arn, name=name)
        return Pass() if lets_through(rule.record("event_pattern"), event) else missing

    return some(rules, waits, missing)


def _arn(name: str, pipeline: Resource, stack: Stack) -> str | None:
    found = stack.find(name, CODECOMMIT_REPOSITORY)
    if found is not None and found.arn:
        return found.arn
    if not pipeline.arn:
        return None
    partition, _, region, account = pipeline.arn.split(":")[1:5]
    return f"arn:{partition}:codecommit:{region}:{account}:{name}"
