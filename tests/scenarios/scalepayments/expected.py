"""What each environment of `scalepayments` must have: REQUIREMENTS, section 3, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """One column of the environments table; `None` where the table gives no number."""

    vpc_cidr: str
    zones: int
    tasks: tuple[int, int]
    database_classes: tuple[str, ...]
    database_multi_az: bool
    backup_days: int
    insights: bool
    redis_nodes: int
    guarded: bool
    deletion_protection: bool


SCALEPAYMENTS = {
    "dev": Expected(
        vpc_cidr="10.0.0.0/16",
        zones=2,
        tasks=(1, 2),
        database_classes=("db.t3.",),
        database_multi_az=False,
        backup_days=1,
        insights=False,
        redis_nodes=1,
        guarded=False,
        deletion_protection=False,
    ),
    "staging": Expected(
        vpc_cidr="10.1.0.0/16",
        zones=2,
        tasks=(2, 4),
        database_classes=("db.t3.", "db.t4g.", "db.r5.large", "db.r6g.large"),
        database_multi_az=True,
        backup_days=7,
        insights=True,
        redis_nodes=2,
        guarded=True,
        deletion_protection=False,
    ),
    "prod": Expected(
        vpc_cidr="10.2.0.0/16",
        zones=3,
        tasks=(3, 10),
        database_classes=("db.r5.xlarge", "db.r6g.xlarge", "db.r6i.xlarge"),
        database_multi_az=True,
        backup_days=30,
        insights=True,
        redis_nodes=2,
        guarded=True,
        deletion_protection=True,
    ),
}

SERVICES = ("api", "payment", "notification")
# Notifications hold no payment data.
DATABASE_USERS = ("api", "payment")
