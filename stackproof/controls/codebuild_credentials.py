"""Build projects hold no credentials."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import CODEBUILD_PROJECT

VARIABLES = "environment.environment_variables"
_USERINFO = re.compile(r"://[^/\s@]+@")


def _variable(name: str, value: str, **more: str) -> Change:
    return Change(f"{VARIABLES}.1", {"name": name, "value": value, **more})


@control(
    "codebuild-no-plain-credentials",
    title="Build projects get no credentials as plain-text environment variables",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    types=CODEBUILD_PROJECT,
    frameworks={
        Framework.FSBP: ("CodeBuild.2",),
        Framework.PCI: ("8.6.2", "8.3.2"),
        Framework.NIST: ("IA-5(7)",),
    },
    cases=Cases(
        passing=Given(
            CODEBUILD_PROJECT,
            {
                "environment": {
                    "environment_variables": [
                        {"name": "REPOSITORY", "value": "api"},
                        {"name": "TOKEN", "value": "/ci/token", "type": "PARAMETER_STORE"},
                    ]
                }
            },
        ),
        failing=(
            _variable("AWS_SECRET_ACCESS_KEY", "x"),
            _variable("AWS_ACCESS_KEY_ID", "x"),
            _variable("GITHUB_TOKEN", "x", type="PLAINTEXT"),
            _variable("ORIGIN", "https://ci:correct-horse@example.com"),
            (Hide(f"{VARIABLES}.0"), _variable("DOCKER_PASSWORD", "x")),
        ),
        unknown=(Hide("environment"), Hide(VARIABLES), Hide(f"{VARIABLES}.0.value")),
        also_passing=(
            _variable("DOCKER_PASSWORD", "ci/docker:password", type="SECRETS_MANAGER"),
            Remove(VARIABLES),
        ),
    ),
)
def no_plain_credentials(project: Resource) -> Outcome:
    """They show in the console and in every build's record.

    The value is looked at and never repeated.
    """
    return worst(Pass(), each(_variables(project), _plain))


def _variables(project: Resource) -> Iterator[Block | Unknown]:
    for environment in project.elements("environment"):
        if isinstance(environment, Unknown):
            yield environment
        else:
            yield from environment.elements("environment_variables")


def _plain(variable: Block) -> Outcome:
    if variable["type"] not in (None, "PLAINTEXT"):
        return Pass()
    if not is_secret(str(variable["name"]), str(variable["value"] or "")):
        return Pass()
    return Fail(
        variable.path,
        "a variable of the type PARAMETER_STORE or SECRETS_MANAGER",
        f"a value in plain text for {variable['name']}",
        "Keep the value in Secrets Manager or a SecureString parameter and set type.",
    )


@control(
    "codebuild-source-without-credentials",
    title="Source locations of build projects carry no credentials",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    types=CODEBUILD_PROJECT,
    frameworks={
        Framework.FSBP: ("CodeBuild.1",),
        Framework.PCI: ("8.6.2", "8.3.2"),
        Framework.NIST: ("IA-5(7)",),
    },
    cases=Cases(
        passing=Given(
            CODEBUILD_PROJECT,
            {"source": {"type": "GITHUB", "location": "https://github.com/acme/api.git"}},
        ),
        failing=(
            Change("source.location", "https://acme:correct-horse@bitbucket.org/acme/api.git"),
            Change("source.location", "https://correct-horse@github.com/acme/api.git"),
            Change("secondary_sources", [{"location": "https://a:b@bitbucket.org/acme/lib.git"}]),
        ),
        unknown=(Hide("source"), Hide("source.location")),
        also_passing=(Change("source", {"type": "CODEPIPELINE"}),),
    ),
)
def source_without_credentials(project: Resource) -> Outcome:
    """Whoever may describe the project may read its location; CodeBuild keeps tokens apart."""
    sources = [*project.elements("source"), *project.elements("secondary_sources")]
    return each(sources, _without_credentials)


def _without_credentials(source: Block) -> Outcome:
    if not _USERINFO.search(str(source["location"] or "")):
        return Pass()
    return Fail(
        source.at("location"),
        "an address without a user or a token",
        "one with credentials",
        "Use a connection of CodeConnections, or a source credential kept in Secrets Manager.",
    )
