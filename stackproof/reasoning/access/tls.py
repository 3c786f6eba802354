"""Whether policies refuse requests that do not use TLS."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.reasoning.access.statements import Statement


def denies_without_tls(document: Iterable[Statement], action: str) -> tuple[Statement, ...]:
    """Give the statements that refuse everybody an action when the request does not use TLS.

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
        and [
            (c.operator.lower().removesuffix("ifexists"), c.key, [v.lower() for v in c.values])
            for c in statement.conditions
        ]
        == [("bool", "aws:securetransport", ["false"])]
    )
