"""Names of resources, and how long AWS lets them be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

__all__ = ["Limit", "Names", "TooLong", "too_long"]


class Limit(Enum):
    """The longest name AWS accepts, for the kinds where that is short enough to matter."""

    LOAD_BALANCER = ("load balancer", 32)
    TARGET_GROUP = ("target group", 32)
    REPLICATION_GROUP = ("ElastiCache replication group", 40)
    DATABASE = ("RDS cluster or instance", 63)
    BUCKET = ("S3 bucket", 63)
    ROLE = ("IAM role", 64)
    FUNCTION = ("Lambda function", 64)

    def __init__(self, label: str, characters: int) -> None:
        self.label = label
        self.characters = characters


@dataclass(frozen=True, slots=True)
class Names:
    """Compose names as `<before>-<component>-<after>`; a part may be left empty."""

    before: str
    after: str = ""

    def of(self, component: str) -> str:
        """Return the full name of one component."""
        return "-".join(part for part in (self.before, component, self.after) if part)

    @property
    def system(self) -> str:
        """The name of the whole: that of no component."""
        return self.of("")


@dataclass(frozen=True, slots=True)
class TooLong:
    """A composed name that AWS would refuse."""

    name: str
    limit: Limit

    @property
    def excess(self) -> int:
        """How many characters have to go."""
        return len(self.name) - self.limit.characters


def too_long(names: Names, components: Iterable[tuple[str, Limit]]) -> list[TooLong]:
    """Return each component's name that is longer than its kind may be."""
    composed = [TooLong(names.of(component), limit) for component, limit in components]
    return [name for name in composed if name.excess > 0]
