"""Stages of REST APIs: what is written down of each call."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_set, expect_that
from stackproof.controls.support.rest_apis import API, STAGE, of_every_method, settings
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Ref, Remove, With, Without
from stackproof.model.parameter import Texts
from stackproof.reasoning.rest_apis import EVERY_METHOD
from stackproof.types.tokens import APIGATEWAY_METHOD_SETTINGS, APIGATEWAY_STAGE


@control(
    "rest-api-access-logs",
    title="Stages of REST APIs write access logs",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=APIGATEWAY_STAGE,
    frameworks={
        Framework.PCI: ("10.2.1", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-3", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            APIGATEWAY_STAGE,
            {
                "access_log_settings": {
                    "destination_arn": Ref("logs", "arn"),
                    "format": '{"ip":"$context.identity.sourceIp","status":"$context.status"}',
                }
            },
        ),
        failing=(Remove("access_log_settings"), Remove("access_log_settings.destination_arn")),
        unknown=(Hide("access_log_settings"), Hide("access_log_settings.destination_arn")),
    ),
)
def access_logs(stage: Resource) -> Outcome:
    """Who called, and what they got, can't be found out afterwards in any other way."""
    return expect_set(
        stage,
        "access_log_settings.destination_arn",
        expected="the ARN of a log group or of a Firehose stream",
        fix="Set access_log_settings with the ARN of a cloudwatch.LogGroup and a format.",
    )


@control(
    "rest-api-logs",
    title="Stages of REST APIs log how calls are executed",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=APIGATEWAY_STAGE,
    needs=(APIGATEWAY_METHOD_SETTINGS,),
    frameworks={
        Framework.FSBP: ("APIGateway.1",),
        Framework.NIST: ("AU-2", "AU-3", "AU-12"),
    },
    cases=Cases(
        passing=Given(APIGATEWAY_STAGE, STAGE, (API, settings("all", logging_level="INFO"))),
        failing=(
            Change("settings.logging_level", "OFF", of="all"),
            Remove("settings.logging_level", of="all"),
            Change("stage_name", "test", of="all"),
            Change("method_path", "orders/GET", of="all"),
            With(settings("silent", "orders/GET", logging_level="OFF")),
        ),
        unknown=(
            Hide("settings", of="all"),
            Hide("settings.logging_level", of="all"),
            Hide("method_path", of="all"),
            Hide("stage_name", of="all"),
            Hide("rest_api", of="all"),
        ),
        absent=(Without("all"),),
        also_passing=(
            Change("settings.logging_level", "ERROR", of="all"),
            With(settings("cached", "orders/GET", caching_enabled=True, logging_level="ERROR")),
            With(settings("cached", "orders/GET", caching_enabled=True)),
        ),
    ),
)
def execution_logs(
    stage: Resource,
    stack: Stack,
    *,
    levels: Annotated[
        tuple[str, ...], Texts("levels of logs", choices=("ERROR", "INFO"), fewest=1)
    ] = ("ERROR", "INFO"),
) -> Outcome:
    """Access logs don't show why a call failed: in the authorizer, the mapping or behind the API.

    Source: API Gateway API Reference, MethodSetting: nothing is logged unless it is asked for.
    """
    wanted = " or ".join(levels)
    fix = f"Add a MethodSettings of the stage for {EVERY_METHOD} with logging_level {wanted}."

    def logs(settings: Resource) -> Outcome:
        return expect_that(
            settings,
            "settings.logging_level",
            lambda value: value in levels,
            expected=wanted,
            fix=fix,
        )

    def overrides(settings: Resource) -> Outcome:
        return Pass() if settings.get("settings.logging_level") is None else logs(settings)

    missing = Fail("settings.logging_level", wanted, None, fix)
    return of_every_method(stage, stack, logs, overrides, missing)


@control(
    "rest-api-tracing",
    title="Stages of REST APIs trace requests",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=APIGATEWAY_STAGE,
    frameworks={Framework.FSBP: ("APIGateway.3",), Framework.NIST: ("CA-7",)},
    cases=Cases(
        passing=Given(APIGATEWAY_STAGE, {"xray_tracing_enabled": True}),
        failing=(Change("xray_tracing_enabled", False), Remove("xray_tracing_enabled")),
        unknown=(Hide("xray_tracing_enabled"),),
    ),
)
def tracing(stage: Resource) -> Outcome:
    """A trace shows in which of the services behind an API the time was lost."""
    return expect_that(
        stage,
        "xray_tracing_enabled",
        lambda value: value is True,
        expected="true",
        fix="Set xray_tracing_enabled to true.",
    )
