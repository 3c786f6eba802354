"""Whether policies allow something."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.reasoning.access.statements import Statement


def may(document: Iterable[Statement], action: str, resource: str) -> bool:
    """Tell whether an action on a resource could be allowed, in the best case for the caller.

    Conditions of allowing statements count as met and those of denying ones as not met, so
    `False` is a proof and `True` a possibility.
    """
    about = [s for s in document if s.acts(action) and s.reaches(resource)]
    denied = any(not s.allows and not s.conditions and not s.excepted_principals for s in about)
    return not denied and any(s.allows for s in about)
