"""Functions: errors reach the log."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.model import Category, Framework, NotApplicable, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import LAMBDA_FUNCTION

_LEVEL = "logging_config.application_log_level"


@control(
    "lambda-logs-errors",
    title="Functions write errors to their log",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LAMBDA_FUNCTION,
    frameworks={Framework.NIST: ("SI-11",)},
    cases=Cases(
        passing=Given(
            LAMBDA_FUNCTION,
            {"logging_config": {"log_format": "JSON", "application_log_level": "INFO"}},
        ),
        failing=(Change(_LEVEL, "FATAL"),),
        unknown=(Hide("logging_config"), Hide(_LEVEL)),
        also_passing=(Change(_LEVEL, "ERROR"),),
        not_applicable=(Remove("logging_config"), Remove(_LEVEL)),
    ),
)
def logs_errors(function: Resource) -> Outcome:
    """At FATAL a function that fails at every event has an empty log.

    INFO is the default. Source: AWS Lambda Developer Guide, "Configuring advanced logging controls
    for Lambda functions", log-level filtering.
    """
    if function.get(_LEVEL) is None:
        return NotApplicable("all levels from INFO on are written")
    return expect_that(
        function,
        _LEVEL,
        lambda level: str(level).upper() != "FATAL",
        expected="ERROR or a level below it",
        fix=f"Set {_LEVEL} to INFO.",
    )
