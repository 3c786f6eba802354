"""Functions: what they run on, what they know, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, expect, expect_number
from stackproof.controls.support.in_support import in_support
from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.ends.lambda_runtimes import RUNTIMES
from stackproof.types.tokens import LAMBDA_FUNCTION


@control(
    "lambda-supported-runtime",
    title="Functions run on a runtime that still gets security updates",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=LAMBDA_FUNCTION,
    frameworks={
        Framework.FSBP: ("Lambda.2",),
        Framework.PCI: ("12.3.4",),
        Framework.NIST: ("SI-2", "SA-22"),
    },
    cases=Cases(
        passing=Given(LAMBDA_FUNCTION, {"runtime": "python3.13"}),
        failing=(
            Change("runtime", "python3.9"),
            Change("runtime", "nodejs20.x"),
            Change("runtime", "provided.al2"),
        ),
        unknown=(Hide("runtime"), Change("runtime", "cobol85")),
        also_passing=(
            Change("runtime", "nodejs24.x"),
            Change("runtime", "provided.al2023"),
            Change("runtime", "python3.99"),
        ),
        not_applicable=(
            (Remove("runtime"), Change("package_type", "Image")),
            Remove("runtime"),
        ),
    ),
)
def supported_runtime(function: Resource) -> Outcome:
    """AWS also refuses to create functions on such runtimes, and some time later to change them."""
    runtime = function.text("runtime")
    if runtime is None:
        return NotApplicable("an image brings its own runtime")
    fix = "Set runtime to a later version, such as python3.14."
    return in_support(function, "runtime", runtime, RUNTIMES, fix=fix)


@control(
    "lambda-no-secrets-in-environment",
    title="Functions get no secrets as plain-text environment variables",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=LAMBDA_FUNCTION,
    frameworks={Framework.PCI: ("8.6.2",), Framework.NIST: ("IA-5(7)",)},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"environment": {"variables": {"BUCKET": "payments", "LOG_LEVEL": "INFO"}}},
        ),
        failing=(
            Change("environment.variables.DATABASE_PASSWORD", "correct-horse"),
            Change("environment.variables.BUCKET", "https://me:correct-horse@example.com"),
            (
                Hide("environment.variables.BUCKET"),
                Change("environment.variables.API_KEY", "correct-horse"),
            ),
        ),
        unknown=(
            Hide("environment"),
            Hide("environment.variables"),
            Hide("environment.variables.BUCKET"),
        ),
        also_passing=(
            Change("environment.variables.SECRET", "arn:aws:secretsmanager:us-east-1:1:secret:db"),
            Remove("environment"),
        ),
    ),
)
def no_secrets_in_environment(function: Resource) -> Outcome:
    """Whoever may describe the function may read its environment.

    The value is looked at and never repeated.
    """
    return worst(Pass(), each(_variables(function), _plain))


def _variables(function: Resource) -> Iterator[tuple[str, str] | Unknown]:
    for name, value in function.mapping("environment.variables").items():
        hidden = isinstance(value, Unknown)
        yield value.at(f"environment.variables.{name}") if hidden else (name, str(value))


def _plain(variable: tuple[str, str]) -> Outcome:
    name, value = variable
    if not is_secret(name, value):
        return Pass()
    return Fail(
        f"environment.variables.{name}",
        "the ARN of a secret",
        f"a value in plain text for {name}",
        "Keep the value in Secrets Manager and read it with the function's role.",
    )


@control(
    "lambda-tracing",
    title="Functions trace what they call",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=LAMBDA_FUNCTION,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CA-7", "SI-4")},
    cases=Cases(
        passing=Given(LAMBDA_FUNCTION, {"tracing_config": {"mode": "Active"}}),
        failing=(
            Change("tracing_config.mode", "PassThrough"),
            Remove("tracing_config"),
        ),
        unknown=(Hide("tracing_config"), Hide("tracing_config.mode")),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def tracing(function: Resource) -> Outcome:
    """Which of the called services was slow is seen afterwards only if somebody wrote it down."""
    return expect(
        function, "tracing_config.mode", "Active", fix="Set tracing_config.mode to Active."
    )


@control(
    "lambda-timeout-stated",
    title="Functions have a timeout of their own choice",
    severity=Severity.LOW,
    category=Category.HA,
    types=LAMBDA_FUNCTION,
    frameworks={Framework.NIST: ("SC-5(2)",)},
    cases=Cases(
        passing=Given(LAMBDA_FUNCTION, {"timeout": 30}),
        failing=(Change("timeout", 3), Change("timeout", 900), Remove("timeout")),
        unknown=(Hide("timeout"),),
        also_passing=(Change("timeout", 10),),
    ),
)
def timeout_stated(
    function: Resource,
    *,
    minimum_seconds: Annotated[int, Range(4, 900, "seconds")] = 4,
    maximum_seconds: Annotated[int, Range(4, 899, "seconds")] = 899,
) -> Outcome:
    """The default of 3 s cuts a cold start off; the longest possible one hides what hangs."""
    return expect_number(
        function,
        "timeout",
        lambda value: value is not None and minimum_seconds <= value <= maximum_seconds,
        f"{minimum_seconds} to {maximum_seconds} seconds",
        fix="Set timeout to what the slowest good answer takes.",
    )
