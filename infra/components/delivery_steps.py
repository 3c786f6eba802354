"""The steps of a pipeline, each with the permissions that CodePipeline needs for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from infra.components.build_project import BuildProject
from infra.components.source_repository import SourceRepository
from infra.iam import Statement, allow

__all__ = ["Step", "build_step", "source_step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One action, which is a stage of its own; the provider names its configuration.

    `takes` and `makes` are the names of artifacts. With `goes_back`, the stage returns to the
    last execution that succeeded when it fails.
    """

    name: str
    category: Literal["Source", "Build", "Test", "Deploy"]
    provider: str
    configuration: Mapping[str, pulumi.Input[str]]
    permissions: Sequence[Statement]
    takes: Sequence[str] = ()
    makes: Sequence[str] = ()
    goes_back: bool = False


def source_step(name: str, repository: SourceRepository, *, makes: str) -> Step:
    """Fetch the branch that is delivered; an event starts the pipeline, nothing polls."""
    return Step(
        name=name,
        category="Source",
        provider="CodeCommit",
        configuration={
            "RepositoryName": repository.name,
            "BranchName": repository.branch,
            "PollForSourceChanges": "false",
        },
        permissions=[
            allow(
                "FetchSource",
                [
                    "codecommit:CancelUploadArchive",
                    "codecommit:GetBranch",
                    "codecommit:GetCommit",
                    "codecommit:GetUploadArchiveStatus",
                    "codecommit:UploadArchive",
                ],
                repository.arn,
            )
        ],
        makes=[makes],
    )


def build_step(
    name: str,
    project: BuildProject,
    *,
    takes: str,
    makes: str | None = None,
    category: Literal["Build", "Test"] = "Build",
) -> Step:
    """Run a build project on an artifact."""
    return Step(
        name=name,
        category=category,
        provider="CodeBuild",
        configuration={"ProjectName": project.name},
        permissions=[
            allow(
                f"Run{name}",
                ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
                project.arn,
            )
        ],
        takes=[takes],
        makes=[makes] if makes else [],
    )
