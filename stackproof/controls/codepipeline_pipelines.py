"""Delivery pipelines: who may read and replace what they carry, and what they know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each
from stackproof.controls.support.keys import customer_key
from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.json_text import parse
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import CODEPIPELINE, KMS_KEY

STORE = {
    "type": "S3",
    "location": "artifacts",
    "encryption_key": {"type": "KMS", "id": Ref("key", "arn")},
}
KEY = "artifact_stores.0.encryption_key"


@control(
    "codepipeline-artifacts-customer-key",
    title="Pipelines encrypt their artifacts with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CODEPIPELINE,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("SC-28(1)", "SI-7")},
    cases=Cases(
        passing=Given(
            CODEPIPELINE,
            {"artifact_stores": [STORE]},
            (Neighbour("key", KMS_KEY, {"description": "delivery"}),),
        ),
        failing=(
            Remove(KEY),
            Remove(f"{KEY}.id"),
            Change(f"{KEY}.id", "alias/aws/s3"),
            Change("artifact_stores", [STORE, {"location": "more", "region": "us-west-2"}]),
        ),
        unknown=(Hide("artifact_stores"), Hide(KEY), Hide(f"{KEY}.id")),
        absent=(Without("key"),),
    ),
)
def artifacts_key(pipeline: Resource, stack: Stack) -> Outcome:
    """Who may replace an artifact decides what is deployed; the key says who that is."""
    return worst(
        each(pipeline.elements("artifact_stores"), _has_key),
        attempt(customer_key, pipeline, stack, "artifact_stores.encryption_key.id"),
    )


def _has_key(store: Block) -> Outcome:
    key = store["encryption_key"] or {}
    # Whose key it is, where its ARN is not known yet, is found out by what it was computed from.
    if isinstance(key, Mapping) and key.get("id"):
        return Pass()
    return Fail(
        store.at("encryption_key.id"),
        "a customer managed KMS key",
        None,
        "Set encryption_key of each artifact store to a kms.Key.",
    )


SETTINGS = "stages.0.actions.0.configuration"


@control(
    "codepipeline-no-secrets",
    title="Actions of pipelines hold no secrets in their settings",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=CODEPIPELINE,
    frameworks={Framework.PCI: ("8.6.2",), Framework.NIST: ("IA-5(7)",)},
    cases=Cases(
        passing=Given(
            CODEPIPELINE,
            {
                "stages": [
                    {
                        "name": "Source",
                        "actions": [
                            {
                                "name": "Source",
                                "provider": "CodeCommit",
                                "configuration": {"RepositoryName": "api", "BranchName": "main"},
                            }
                        ],
                    }
                ]
            },
        ),
        failing=(
            Change(f"{SETTINGS}.OAuthToken", "correct-horse"),
            Change(
                f"{SETTINGS}.EnvironmentVariables",
                json.dumps([{"name": "DB_PASSWORD", "value": "x", "type": "PLAINTEXT"}]),
            ),
            (Hide(f"{SETTINGS}.BranchName"), Change(f"{SETTINGS}.OAuthToken", "correct-horse")),
        ),
        unknown=(
            Hide("stages"),
            Hide("stages.0.actions"),
            Hide(SETTINGS),
            Hide(f"{SETTINGS}.BranchName"),
        ),
        also_passing=(
            Remove(SETTINGS),
            Change(
                f"{SETTINGS}.EnvironmentVariables",
                json.dumps([{"name": "DB_PASSWORD", "value": "db", "type": "SECRETS_MANAGER"}]),
            ),
            Change(f"{SETTINGS}.EnvironmentVariables", "#{variables.Settings}"),
        ),
    ),
)
def no_secrets(pipeline: Resource) -> Outcome:
    """A token in the settings stays in the program's state; a connection has none.

    The value is looked at and never repeated; AWS itself shows `****` in its place.
    """
    return worst(Pass(), each(_actions(pipeline), _no_secrets))


def _actions(pipeline: Resource) -> Iterator[Block | Unknown]:
    for stage in pipeline.elements("stages"):
        yield from [stage] if isinstance(stage, Unknown) else stage.elements("actions")


def _no_secrets(action: Block) -> Outcome:
    settings = action.mapping("configuration")
    judged = [attempt(partial(_plain, action, name, value)) for name, value in settings.items()]
    return worst(Pass(), *judged)


def _plain(action: Block, name: str, value: Any) -> Outcome:
    path = action.at(f"configuration.{name}")
    if isinstance(value, Unknown):
        return value.at(path)
    if not any(is_secret(*pair) for pair in _pairs(name, str(value))):
        return Pass()
    return Fail(
        path,
        "a connection, or the name of a secret",
        f"a value in plain text in {name}",
        "Use a connection of CodeConnections, or variables of the type SECRETS_MANAGER.",
    )


def _pairs(name: str, value: str) -> Iterator[tuple[str, str]]:
    try:
        variables = parse(value) if name == "EnvironmentVariables" else None
    except ValueError:
        variables = None  # made when the pipeline runs
    if not isinstance(variables, list):
        yield name, value
        return
    for variable in variables:
        if isinstance(variable, Mapping) and variable.get("type", "PLAINTEXT") == "PLAINTEXT":
            yield str(variable.get("name")), str(variable.get("value"))
