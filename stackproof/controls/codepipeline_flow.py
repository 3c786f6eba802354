"""Delivery pipelines: what a stage takes was made before, and what an action names is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, Without
from stackproof.types import tokens as t

_ACTION: Final = "stages.{}.actions.{}"
_BUILD: Final = "stages.1.actions.0"
_PIPELINE: Final = Given(
    t.CODEPIPELINE,
    {
        "stages": [
            {
                "name": "Source",
                "actions": [
                    {
                        "category": "Source",
                        "provider": "CodeCommit",
                        "output_artifacts": ["source"],
                        "configuration": {"RepositoryName": "api", "BranchName": "main"},
                    }
                ],
            },
            {
                "name": "Build",
                "actions": [
                    {
                        "category": "Build",
                        "provider": "CodeBuild",
                        "input_artifacts": ["source"],
                        "output_artifacts": ["image"],
                        "run_order": 1,
                        "configuration": {"ProjectName": "build"},
                    }
                ],
            },
            {
                "name": "Deploy",
                "actions": [
                    {
                        "category": "Deploy",
                        "provider": "CodeDeployToECS",
                        "input_artifacts": ["image"],
                        "configuration": {"ApplicationName": "api", "DeploymentGroupName": "main"},
                    }
                ],
            },
        ]
    },
    (
        Neighbour("source", t.CODECOMMIT_REPOSITORY, {"repository_name": "api"}),
        Neighbour("project", t.CODEBUILD_PROJECT, {"name": "build"}),
        Neighbour("application", t.CODEDEPLOY_APPLICATION, {"name": "api"}),
        Neighbour(
            "group", t.CODEDEPLOY_GROUP, {"app_name": "api", "deployment_group_name": "main"}
        ),
    ),
)


@control(
    "codepipeline-artifacts-flow",
    title="Pipelines begin with a source, and their actions take what earlier ones made",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=t.CODEPIPELINE,
    frameworks={Framework.NIST: ("CM-3",)},
    cases=Cases(
        passing=Given(t.CODEPIPELINE, _PIPELINE.properties),
        failing=(
            Change(f"{_BUILD}.input_artifacts", ["sources"]),
            Change("stages.0.actions.0.output_artifacts", []),
            Change("stages.0.actions.0.category", "Build"),
            Change("stages.1.actions.0.category", "Source"),
            Change("stages.0.actions.0.configuration.BranchName", ""),
            Change("stages", []),
            Change(
                "stages.1.actions",
                [
                    {"category": "Test", "input_artifacts": ["image"], "run_order": 1},
                    {"category": "Build", "output_artifacts": ["image"], "run_order": 1},
                ],
            ),
            (Hide("stages.2.actions"), Change(f"{_BUILD}.input_artifacts", ["sources"])),
        ),
        unknown=(
            Hide("stages"),
            Hide("stages.1.actions"),
            Hide(f"{_BUILD}.output_artifacts"),
            Hide(f"{_BUILD}.category"),
        ),
        also_passing=(
            Change(
                "stages.1.actions",
                [
                    {
                        "category": "Compute",
                        "input_artifacts": ["source"],
                        "output_artifacts_for_compute_actions": [{"name": "image"}],
                    }
                ],
            ),
            Change(
                "stages.1.actions",
                [
                    {"category": "Test", "input_artifacts": ["image"], "run_order": 2},
                    {"category": "Build", "output_artifacts": ["image"], "run_order": 1},
                ],
            ),
        ),
    ),
)
def artifacts_flow(pipeline: Resource) -> Outcome:
    """A branch that a source names is not empty, either.

    Source: AWS CodePipeline User Guide, "CodePipeline pipeline structure reference".
    """
    stages = [*pipeline.elements("stages")]
    if len(stages) < 2 and not any(isinstance(stage, Unknown) for stage in stages):
        return _broken("stages", "a stage for the source and another one", len(stages))
    return worst(*_flowing(stages))


def _flowing(stages: list[Block | Unknown]) -> Iterator[Outcome]:
    made: set[str] = set()
    hidden: Unknown | None = None  # what may have been made before
    for number, stage in enumerate(stages):
        try:
            if isinstance(stage, Unknown):
                raise UnresolvedError(stage)
            for _, together in groupby(sorted(stage.blocks("actions"), key=_order), key=_order):
                actions = [*together]
                for action in actions:
                    yield _takes(action, made, hidden, first=number == 0)
                made |= {name for action in actions for name in _made(action)}
        except UnresolvedError as error:
            hidden = hidden or error.unknown
            yield error.unknown


def _made(action: Block) -> Iterator[str]:
    yield from map(str, action.values("output_artifacts"))
    # Those of commands that the pipeline runs itself.
    for artifact in action.blocks("output_artifacts_for_compute_actions"):
        yield str(artifact["name"])


def _order(action: Block) -> float:
    return action.number("run_order") or 1


def _takes(action: Block, made: set[str], hidden: Unknown | None, *, first: bool) -> Outcome:
    source = action["category"] == "Source"
    if source is not first:
        wanted = "Source" if first else "any other category after the first stage"
        return _broken(action.at("category"), wanted, action["category"])
    if source and action.get("configuration.BranchName") == "":
        return _broken(action.at("configuration.BranchName"), "a branch", "")
    missing = [
        str(artifact) for artifact in action.values("input_artifacts") if str(artifact) not in made
    ]
    if not missing:
        return Pass()
    if hidden is not None:
        return hidden
    return _broken(action.at("input_artifacts"), "artifacts that an earlier action made", missing)


def _broken(path: str, expected: str, actual: object) -> Fail:
    fix = "Let each action take what actions of earlier stages, or of a lower run_order, put out."
    return Fail(path, expected, actual, fix)


@dataclass(frozen=True, slots=True)
class _Named:
    """What an action of a provider names in its configuration: a resource of a type, by a property.

    Inside something else that it names as well, AWS shows all there are.
    """

    setting: str
    type: str
    by: str
    inside: tuple[str, str, str] | None = None


_APPLICATION: Final = _Named("ApplicationName", t.CODEDEPLOY_APPLICATION, "name")
_GROUP: Final = _Named(
    "DeploymentGroupName",
    t.CODEDEPLOY_GROUP,
    "deployment_group_name",
    ("ApplicationName", t.CODEDEPLOY_APPLICATION, "app_name"),
)
_CLUSTER: Final = _Named("ClusterName", t.ECS_CLUSTER, "name")
# Source: AWS CodePipeline User Guide, "Action structure reference".
_PROVIDERS: Final = {
    "CodeBuild": (_Named("ProjectName", t.CODEBUILD_PROJECT, "name"),),
    "CodeCommit": (_Named("RepositoryName", t.CODECOMMIT_REPOSITORY, "repository_name"),),
    "CodeDeploy": (_APPLICATION, _GROUP),
    "CodeDeployToECS": (_APPLICATION, _GROUP),
    "ECS": (_CLUSTER, _Named("ServiceName", t.ECS_SERVICE, "name")),
    "Lambda": (_Named("FunctionName", t.LAMBDA_FUNCTION, "name"),),
    "S3": (_Named("S3Bucket", t.S3_BUCKET, "bucket"), _Named("BucketName", t.S3_BUCKET, "bucket")),
}
_TYPES: Final = tuple(
    dict.fromkeys(action_type.type for several in _PROVIDERS.values() for action_type in several)
)


@control(
    "codepipeline-actions-lead-somewhere",
    title="Actions of pipelines name projects, repositories and deployments that exist",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=t.CODEPIPELINE,
    needs=_TYPES,
    frameworks={Framework.NIST: ("CM-3",)},
    cases=Cases(
        passing=_PIPELINE,
        failing=(
            Without("group"),
            Change("stages.2.actions.0.configuration.DeploymentGroupName", "other"),
            Change("app_name", "web", of="group"),
        ),
        unknown=(
            Hide("stages"),
            Hide("stages.1.actions.0.configuration"),
            Hide("stages.1.actions.0.configuration.ProjectName"),
            Hide("stages.1.actions.0.provider"),
            Change("stages.1.actions.0.configuration.ProjectName", "other"),
        ),
        absent=(Without("project"), Without("source"), Without("application"), Without("group")),
        also_passing=(
            Change("stages.0.actions.0.provider", "CodeStarSourceConnection"),
            Remove("stages.0.actions.0.configuration"),
        ),
        not_applicable=(Change("stages", [{"actions": [{"provider": "Manual"}]}]),),
    ),
)
def actions_lead_somewhere(pipeline: Resource, stack: Stack) -> Outcome:
    """Of what stands outside the stack it is unknown.

    Live, an application of the stack shows all of its deployment groups.
    """
    return each(_actions(pipeline), partial(_leads, pipeline, stack))


def _actions(pipeline: Resource) -> Iterator[Block | Unknown]:
    for stage in pipeline.elements("stages"):
        if isinstance(stage, Unknown):
            yield stage
        else:
            yield from stage.elements("actions")


def _leads(pipeline: Resource, stack: Stack, action: Block) -> Outcome:
    asked = _PROVIDERS.get(str(action["provider"]), ())
    if action["region"] not in (None, pipeline.region) or action["role_arn"]:
        return NotApplicable("an action in another region, or by a role of its own")
    settings = Block(action.mapping("configuration"), action.at("configuration"))
    present = [setting for setting in asked if settings.raw(setting.setting) is not None]
    return each(present, partial(_is_there, pipeline, settings, stack))


def _is_there(pipeline: Resource, settings: Block, stack: Stack, asked: _Named) -> Outcome:
    value, place = settings.raw(asked.setting), settings.at(asked.setting)
    if isinstance(value, Unknown):
        for urn in pipeline.references.get("stages", ()):
            if stack.find(urn, asked.type) is not None:
                return Pass()
        return value.at(place)
    inside = asked.inside
    owner = None if inside is None else settings[inside[0]]
    unseen = Unknown(Cause.NOT_IN_STACK, place, str(value))
    # Live, what another one of the stack's has is shown whole.
    whole = inside is not None and stack.find(str(owner), inside[1]) is not None
    hidden = not whole or stack.sight is not Sight.LIVE
    for found in stack.around(asked.type):
        own = found.raw(asked.by)
        home = None if inside is None else found.raw(inside[2])
        if isinstance(own, Unknown) or isinstance(home, Unknown):
            hidden = True
        elif value in (own, found.id, found.arn) and home == owner:
            return Pass()
    if hidden:
        return unseen
    fix = f"Make it in {owner}, or name one that is there."
    return Fail(place, "the name of one that exists", value, fix)
