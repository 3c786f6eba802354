"""Task definitions: secrets come from Secrets Manager or Parameter Store, not as plain text."""

from __future__ import annotations

from stackproof.controls.ecs_containers import HIDDEN, TASK, containers
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
    worst,
)
from stackproof.model.cases import Cases, Change
from stackproof.types.tokens import ECS_TASK_DEFINITION

VARIABLE = "container_definitions.1.environment.0"


def _variable(name: str, value: str) -> Change:
    return Change(VARIABLE, {"name": name, "value": value})


@control(
    "ecs-no-secrets-in-environment",
    title="Containers get no secrets as plain-text environment variables",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=ECS_TASK_DEFINITION,
    frameworks={Framework.FSBP: ("ECS.8",), Framework.PCI: ("8.6.2",)},
    cases=Cases(
        passing=TASK,
        failing=(
            _variable("DATABASE_PASSWORD", "correct-horse"),
            _variable("dbPassword", "correct-horse"),
            _variable("AWS_SECRET_ACCESS_KEY", "x"),
            _variable("AWS_ACCESS_KEY_ID", "x"),
            _variable("STRIPE_API_KEY", "x"),
            _variable("AUTH_TOKEN", "x"),
            _variable("DATABASE_URL", "postgres://admin:correct-horse@db/payments"),
            _variable("SETTINGS", "-----BEGIN RSA PRIVATE KEY-----"),
        ),
        unknown=HIDDEN,
        also_passing=(
            _variable("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:1:secret:db"),
            _variable("DATABASE_SECRET", "arn:aws:secretsmanager:us-east-1:1:secret:db"),
            _variable("TOKEN_TTL", "300"),
            _variable("MAX_TOKENS", "4096"),
            _variable("DATABASE_PASSWORD", ""),
            _variable("DATABASE_URL", "postgres://db.internal:5432/payments"),
            Change("container_definitions.1.environment", []),
        ),
    ),
)
def no_secrets_in_environment(task: Resource) -> Outcome:
    """Whoever may describe the task may read its environment.

    The value is looked at and never repeated.
    """
    return each(containers(task), _no_secret)


def _no_secret(container: Block) -> Outcome:
    return worst(Pass(), each(container.elements("environment"), _plain))


def _plain(variable: Block) -> Outcome:
    name, value = str(variable["name"]), str(variable["value"] or "")
    if not is_secret(name, value):
        return Pass()
    return Fail(
        variable.path,
        "a reference in `secrets`",
        f"a value in plain text for {name}",
        "Keep the value in Secrets Manager and name its ARN in the container's `secrets`.",
    )
