"""How wide a policy is that somebody else wrote: what it allows on things that it doesn't name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackproof.reasoning.access import Statement
from stackproof.reasoning.escalation import ESCALATIONS, allowing
from stackproof.reasoning.policy_documents import SourcedStatement

# Secrets and data, by the action that reads them and the kind of thing that holds them.
_READING = (
    ("secretsmanager:GetSecretValue", "secretsmanager", "secret"),
    ("s3:GetObject", "s3", "object"),
    ("dynamodb:GetItem", "dynamodb", "table"),
)


def wide(document: Sequence[Statement]) -> tuple[str, ...]:
    """Give what a policy allows on everything: whole services, other roles' work, secrets, data.

    What it allows under a condition only is left out.
    """
    free = [statement for statement in document if statement.allows and not statement.conditions]
    return tuple(dict.fromkeys(_wide(free)))


def _wide(free: Sequence[Statement]) -> Iterator[str]:
    for statement in free:
        if statement.every_action and statement.every_resource:
            yield "*"
        if statement.excepted_actions or statement.excepted_resources:
            yield f"all but {', '.join(statement.excepted_actions or statement.excepted_resources)}"
        elif not statement.every_action:
            yield from (f"{service}:*" for service in statement.services_throughout)
    sourced = [SourcedStatement("", statement) for statement in free]
    for escalation in ESCALATIONS:
        if all(allowing(sourced, step) for step in escalation):
            yield from (action for action, _, _ in escalation)
    yield from (step[0] for step in _READING if allowing(sourced, step))
