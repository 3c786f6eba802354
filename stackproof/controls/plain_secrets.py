"""No secret stands in plain text where AWS shows it: one control for each type of `PLACES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.plain_secrets import first_secret, is_secret, shows_secret
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json
from stackproof.model.secret_formats import as_name
from stackproof.reasoning.secret_places import BY_FORMAT_ALONE, Text, texts
from stackproof.types import tokens as t

# A login that nobody has, written so that nothing takes it for somebody's.
_LOGIN: Final = "postgres://shop:correct-horse@db.example.com/shop"


@dataclass(frozen=True, slots=True)
class Shown:
    """A type whose settings AWS shows, and its proof.

    `settings` are right; a secret at one of the `planted` paths is none too many, and what is at
    `hidden` may hold one.
    """

    thing: str
    title: str
    type: str
    settings: Mapping[str, Any]
    planted: tuple[str, ...]
    hidden: tuple[str, ...]
    instead: str


_CONTAINER: Final = "container_definitions.0"
# Also a backend of somebody else's, which asks for its own key, can be called so.
_OF_BACKEND: Final = "Integrate a Lambda function that reads it and calls the backend."
SHOWN: Final = (
    Shown(
        "ecs-task",
        "Containers get no secrets by commands, labels, health checks or log drivers",
        t.ECS_TASK_DEFINITION,
        {
            "container_definitions": Json(
                [
                    {
                        "name": "api",
                        "image": "registry.example/api:1",
                        "command": ["serve", "--password-file", "/run/secrets/db"],
                        "entryPoint": ["/init"],
                        "dockerLabels": {"team": "shop"},
                        "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/"]},
                        "environment": [{"name": "DB_PASSWORD", "value": "another control's"}],
                        "secrets": [{"name": "DB_PASSWORD", "valueFrom": "db-password"}],
                        "logConfiguration": {
                            "logDriver": "splunk",
                            "options": {"splunk-url": "https://logs.example.com"},
                            "secretOptions": [{"name": "splunk-token", "valueFrom": "splunk"}],
                        },
                    }
                ]
            )
        },
        (
            f"{_CONTAINER}.command.0",
            f"{_CONTAINER}.entryPoint.0",
            f"{_CONTAINER}.dockerLabels.token",
            f"{_CONTAINER}.healthCheck.command.1",
            f"{_CONTAINER}.logConfiguration.options.splunk-token",
            f"{_CONTAINER}.logConfiguration.options.apikey",
        ),
        ("container_definitions",),
        "Name its ARN in the container's `secrets`, or in `secretOptions` of the log driver.",
    ),
    Shown(
        "batch-job",
        "Jobs of Batch get no secrets by variables, commands, parameters or log drivers",
        t.BATCH_JOB_DEFINITION,
        {
            "container_properties": Json(
                {
                    "command": ["settle", "--day", "Ref::day"],
                    "environment": [{"name": "TABLE", "value": "orders"}],
                    "secrets": [{"name": "DB_PASSWORD", "valueFrom": "db-password"}],
                }
            ),
            "parameters": {"day": "today"},
        },
        (
            "container_properties.command.0",
            "container_properties.environment.0.value",
            "parameters.token",
        ),
        ("container_properties", "parameters"),
        "Name its ARN in the container's `secrets`.",
    ),
    Shown(
        "codebuild",
        "Build specifications hold no secrets",
        t.CODEBUILD_PROJECT,
        {
            "source": {
                "type": "NO_SOURCE",
                "buildspec": "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n",
            }
        },
        ("source.buildspec",),
        ("source", "source.buildspec"),
        "Name the secret under `env: secrets-manager:` of the build specification.",
    ),
    Shown(
        "rest-api-integration",
        "Integrations of REST APIs hold no secrets",
        t.APIGATEWAY_INTEGRATION,
        {
            "request_parameters": {
                "integration.request.header.Authorization": "method.request.header.Authorization"
            },
            "request_templates": {"application/json": '{"id": "$input.params(\'id\')"}'},
        },
        (
            "request_parameters.X",
            "request_templates.application/json",
        ),
        ("request_parameters", "request_templates"),
        _OF_BACKEND,
    ),
    Shown(
        "http-api-integration",
        "Integrations of HTTP APIs hold no secrets",
        t.API_INTEGRATION,
        {"request_parameters": {"overwrite:header.token": "$request.header.token"}},
        ("request_parameters.X",),
        ("request_parameters",),
        _OF_BACKEND,
    ),
    Shown(
        "http-api-stage",
        "Variables of stages of HTTP APIs hold no secrets",
        t.API_STAGE,
        {"stage_variables": {"backend": "orders-v2"}},
        ("stage_variables.password",),
        ("stage_variables", "stage_variables.backend"),
        "Let the integration read it from Secrets Manager.",
    ),
    Shown(
        "cloudfront-origin",
        "Headers that CloudFront adds hold no keys of others",
        t.CLOUDFRONT_DISTRIBUTION,
        {
            "origins": [
                {
                    "domain_name": "shop.example.com",
                    "custom_headers": [{"name": "X-Origin-Secret", "value": "made-at-random"}],
                }
            ]
        },
        ("origins.0.custom_headers.0.value",),
        ("origins", "origins.0.custom_headers.0.value"),
        "Let a function at the edge add it, and change the key.",
    ),
    Shown(
        "dms-endpoint",
        "Attributes of the connections of DMS hold no secrets",
        t.DMS_ENDPOINT,
        {"extra_connection_attributes": "parallelLoadThreads=4;tokenTtl=10"},
        ("extra_connection_attributes",),
        ("extra_connection_attributes",),
        "Name the secret in secrets_manager_arn of the endpoint.",
    ),
    Shown(
        "event-target",
        "What rules of EventBridge send holds no secrets",
        t.EVENT_TARGET,
        {
            "input": '{"table": "orders", "token": "$.detail.token"}',
            "input_transformer": {"input_paths": {"password": "$.detail.password"}},
            "http_target": {"header_parameters": {"X-Team": "shop"}},
        },
        ("input", "http_target.header_parameters.Authorization"),
        ("input", "http_target"),
        "Let the target read it, or keep it in a connection of EventBridge.",
    ),
    Shown(
        "scheduler-schedule",
        "What schedules send holds no secrets",
        t.SCHEDULER_SCHEDULE,
        {"target": {"arn": "arn:aws:sqs:us-east-1:1:orders", "input": '{"table": "orders"}'}},
        ("target.input",),
        ("target", "target.input"),
        "Let the target read it from Secrets Manager.",
    ),
)


def _hides_secrets(shown: Shown) -> None:
    @control(
        f"{shown.thing}-no-plain-secrets",
        title=shown.title,
        severity=Severity.HIGH,
        category=Category.SECURITY,
        types=shown.type,
        frameworks={Framework.PCI: ("8.6.2",), Framework.NIST: ("IA-5(7)",)},
        cases=Cases(
            passing=Given(shown.type, shown.settings),
            failing=tuple(Change(path, _LOGIN) for path in shown.planted),
            unknown=tuple(map(Hide, shown.hidden)),
        ),
    )
    def judge(holder: Resource) -> Outcome:
        """Whoever may describe it reads it; so does who reads the program's state.

        The value is looked at and never repeated. Of fifty issuers the format tells it, of others
        the name that it goes by.
        """
        return worst(Pass(), each(texts(holder), lambda text: _plain(text, holder.type, shown)))


def _plain(text: Text, type_: str, shown: Shown) -> Outcome:
    where = _where(text, by_name=type_ not in BY_FORMAT_ALONE)
    if where is None:
        return Pass()
    return Fail(
        text.path,
        "no secret in plain text",
        f"a secret in plain text ({where})",
        f"Keep it in Secrets Manager, and change it. {shown.instead}",
    )


def _where(text: Text, *, by_name: bool) -> str | None:
    """Tell where in a text a secret is, None where there is none: nothing of the secret itself."""
    found = first_secret(text.value) if by_name else None
    if found is not None:
        return found
    is_one = is_secret(text.name, text.value) if by_name else shows_secret(text.value)
    return as_name(text.name) if is_one else None


for _shown in SHOWN:
    _hides_secrets(_shown)
