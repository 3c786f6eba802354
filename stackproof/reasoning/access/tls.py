"""Whether policies refuse requests that do not use TLS."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.reasoning.access.patterns import is_everything, matches
from stackproof.reasoning.access.statements import Statement


def denies_without_tls(
    document: Iterable[Statement], action: str, resource: str
) -> tuple[Statement, ...]:
    """Give the statements that refuse everybody an action on a resource without TLS.

    The resource is an ARN, or what stands last in it where the ARN isn't known (`orders/x`).
    Source: Amazon S3 User Guide, "Security best practices for Amazon S3"; the same condition is
    documented for SNS. A second condition would leave a way around, so none is accepted.
    """
    return tuple(
        statement
        for statement in document
        if not statement.allows
        and statement.everybody
        and not statement.excepted_principals
        and statement.acts(action)
        and _reaches(statement, resource)
        and [
            (c.operator.lower().removesuffix("ifexists"), c.key, [v.lower() for v in c.values])
            for c in statement.conditions
        ]
        == [("bool", "aws:securetransport", ["false"])]
    )


def _reaches(statement: Statement, resource: str) -> bool:
    if resource.startswith("arn:") or statement.excepted_resources:
        return statement.reaches(resource)
    return any(
        is_everything(pattern)
        or matches(pattern.split(":", maxsplit=5)[-1], resource, any_case=False)
        for pattern in statement.resources or ("*",)
    )
