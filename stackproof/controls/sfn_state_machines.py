"""State machines: what their definitions give away, and what their executions tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, expect, expect_that
from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.types.tokens import SFN_STATE_MACHINE

_CALL = {
    "Type": "Task",
    "Resource": "arn:aws:states:::http:invoke",
    "Parameters": {"ApiEndpoint": "https://pay.example.com", "Password.$": "$.password"},
    "End": True,
}
MACHINE = Given(
    SFN_STATE_MACHINE,
    {
        "definition": Json({"StartAt": "Call", "States": {"Call": _CALL}}),
        "logging_configuration": {"level": "ERROR", "log_destination": "arn:aws:logs:::g:*"},
        "tracing_configuration": {"enabled": True},
    },
)
_PARAMETERS = "definition.States.Call.Parameters"


@control(
    "sfn-no-secrets-in-definition",
    title="Definitions of state machines hold no secrets",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    types=SFN_STATE_MACHINE,
    frameworks={Framework.PCI: ("8.2.2", "8.6.2"), Framework.NIST: ("IA-5(7)",)},
    cases=Cases(
        passing=MACHINE,
        failing=(
            Change(f"{_PARAMETERS}.Password", "correct-horse"),
            Change(f"{_PARAMETERS}.ApiEndpoint", "https://me:correct-horse@example.com"),
            Change(f"{_PARAMETERS}.Tokens", [{"ApiKey": "correct-horse"}]),
        ),
        unknown=(Hide("definition"), Change("definition", "{"), Hide(f"{_PARAMETERS}.ApiEndpoint")),
        also_passing=(Change(f"{_PARAMETERS}.Password", "{% $states.input.password %}"),),
    ),
)
def no_secrets(machine: Resource) -> Outcome:
    """Whoever may describe the state machine, or see an execution, may read it.

    What is a path (`Name.$`) or an expression (`{% … %}`) is filled in when it runs. The value is
    looked at and never repeated. Source: Amazon States Language, "Payload template"; AWS Step
    Functions Developer Guide, "Transforming data with JSONata".
    """
    definition = machine.record("definition")
    if not definition:
        return Unknown(Cause.UNREADABLE, "definition", "it has no states")
    return worst(Pass(), each(_leaves("definition", "", definition), _plain))


def _leaves(path: str, name: str, value: Any) -> Iterator[tuple[str, str, str] | Unknown]:
    """Give the texts of a document with their paths, and the names that they stand under."""
    if isinstance(value, Unknown):
        yield value.at(path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", key, inner)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _leaves(f"{path}[{index}]", name, inner)
    elif isinstance(value, str):
        yield path, name, value


def _plain(leaf: tuple[str, str, str]) -> Outcome:
    path, name, value = leaf
    if name.endswith(".$") or value.startswith("{%") or not is_secret(name, value):
        return Pass()
    return Fail(
        path,
        "a path or an expression, or a state that asks Secrets Manager",
        f"a value in plain text for {name}",
        "Keep the value in Secrets Manager, or in an EventBridge connection.",
    )


@control(
    "sfn-logs",
    title="State machines log their executions",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=SFN_STATE_MACHINE,
    frameworks={
        Framework.FSBP: ("StepFunctions.1",),
        Framework.PCI: ("10.2.1.2",),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=MACHINE,
        failing=(
            Change("logging_configuration.level", "OFF"),
            Remove("logging_configuration.level"),
            Remove("logging_configuration"),
        ),
        unknown=(Hide("logging_configuration"), Hide("logging_configuration.level")),
        also_passing=(Change("logging_configuration.level", "ALL"),),
    ),
)
def logs(machine: Resource) -> Outcome:
    """Off by default; Express workflows keep no history of their executions anywhere else.

    Source: AWS Step Functions API Reference, LoggingConfiguration.
    """
    return expect_that(
        machine,
        "logging_configuration.level",
        lambda level: level in ("ALL", "ERROR", "FATAL"),
        expected="ALL, ERROR or FATAL",
        fix="Set logging_configuration.level and log_destination.",
    )


@control(
    "sfn-tracing",
    title="State machines trace what they call",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=SFN_STATE_MACHINE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CA-7", "SI-4")},
    cases=Cases(
        passing=MACHINE,
        failing=(Change("tracing_configuration.enabled", False), Remove("tracing_configuration")),
        unknown=(Hide("tracing_configuration"), Hide("tracing_configuration.enabled")),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def tracing(machine: Resource) -> Outcome:
    """Which of the called services was slow is seen afterwards only if somebody wrote it down."""
    return expect(
        machine, "tracing_configuration.enabled", True, fix="Set tracing_configuration.enabled."
    )


@control(
    "sfn-customer-key",
    title="State machines encrypt what passes through them with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SFN_STATE_MACHINE,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("SC-28(1)",)},
    cases=Cases(
        passing=Given(
            SFN_STATE_MACHINE,
            {
                "type": "STANDARD",
                "encryption_configuration": {
                    "type": "CUSTOMER_MANAGED_KMS_KEY",
                    "kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/k",
                },
            },
        ),
        failing=(
            Change("encryption_configuration.type", "AWS_OWNED_KEY"),
            Remove("encryption_configuration"),
        ),
        unknown=(Hide("encryption_configuration"), Hide("encryption_configuration.type")),
        not_applicable=((Change("type", "EXPRESS"), Remove("encryption_configuration")),),
    ),
)
def customer_key(machine: Resource) -> Outcome:
    """Inputs and outputs of every step stay readable for 90 days.

    Express workflows keep none. Source: AWS Step Functions Developer Guide, "Data at rest
    encryption", "Choosing workflow type".
    """
    if machine["type"] == "EXPRESS":
        return NotApplicable("an express workflow keeps no history")
    return expect(
        machine,
        "encryption_configuration.type",
        "CUSTOMER_MANAGED_KMS_KEY",
        fix="Set encryption_configuration with the ARN of a key.",
    )
