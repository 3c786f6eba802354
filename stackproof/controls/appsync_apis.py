"""AppSync's GraphQL APIs ask who comes, and log what they answer."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import APPSYNC_GRAPHQL_API

_KEY = "API_KEY"


@control(
    "appsync-api-asks-who-comes",
    title="GraphQL APIs are not open to whoever has an API key",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=APPSYNC_GRAPHQL_API,
    frameworks={Framework.FSBP: ("AppSync.5",), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(APPSYNC_GRAPHQL_API, {"authentication_type": "AWS_IAM"}),
        failing=(
            Change("authentication_type", _KEY),
            Change("additional_authentication_providers", [{"authentication_type": _KEY}]),
        ),
        unknown=(
            Hide("authentication_type"),
            Hide("additional_authentication_providers"),
        ),
        also_passing=(
            Change("authentication_type", "AMAZON_COGNITO_USER_POOLS"),
            Change("additional_authentication_providers", [{"authentication_type": "AWS_LAMBDA"}]),
        ),
    ),
)
def asks_who_comes(api: Resource) -> Outcome:
    """An API key stands in the code of each client, where everybody can read it.

    Source: AWS AppSync Developer Guide, "API_KEY authorization"; Security Hub, AppSync.5.
    """
    modes = [("authentication_type", api["authentication_type"])]
    modes += [
        (provider.at("authentication_type"), provider["authentication_type"])
        for provider in api.blocks("additional_authentication_providers")
    ]
    for path, mode in modes:
        if mode == _KEY:
            expected = "AWS_IAM, AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT or AWS_LAMBDA"
            return Fail(path, expected, mode, "Let clients sign in.")
    return Pass()


@control(
    "appsync-api-logs-fields",
    title="GraphQL APIs log the errors of their fields",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=APPSYNC_GRAPHQL_API,
    frameworks={
        Framework.FSBP: ("AppSync.2",),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-12",),
    },
    cases=Cases(
        passing=Given(APPSYNC_GRAPHQL_API, {"log_config": {"field_log_level": "ERROR"}}),
        failing=(Change("log_config.field_log_level", "NONE"), Remove("log_config")),
        unknown=(Hide("log_config"), Hide("log_config.field_log_level")),
        also_passing=(Change("log_config.field_log_level", "ALL"),),
    ),
)
def logs_fields(api: Resource) -> Outcome:
    """A resolver that fails is seen by its client alone. Source: Security Hub, AppSync.2."""
    return expect_that(
        api,
        "log_config.field_log_level",
        lambda value: value in ("ALL", "DEBUG", "ERROR", "INFO"),
        expected="ERROR, INFO, DEBUG or ALL",
        fix="Set log_config with a role that may write to CloudWatch Logs.",
    )
