"""Identity policies that allow more than a list of actions, and the controls that fail for them."""

from __future__ import annotations

from typing import Final

from stackproof.controls.support.wider import Wider
from stackproof.reasoning.access import Statement

ADMINISTRATOR: Final = "iam-no-full-administrator"
ALL_BUT: Final = "iam-no-allow-all-but"
WHOLE_SERVICE: Final = "iam-no-whole-service"


def wider_than_listed(statement: Statement) -> Wider | None:
    """Give which control fails for what allows everything, or everything but what it lists."""
    if not statement.allows:
        return None
    if statement.every_action and statement.every_resource:
        return Wider(statement.name, ADMINISTRATOR)
    if statement.excepted_actions or statement.excepted_resources:
        return Wider(statement.name, ALL_BUT)
    return None
