"""What each environment of `cicd` must have: REQUIREMENTS, section 5, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

ZONES = 2
TASK = ("512", "1024")
KEEP_IMAGES = 10
CONTAINER_LOG_DAYS = 30
BUILD_LOG_DAYS = 14
# Seconds between two health checks, and how many in a row make a task healthy.
HEALTH_CHECK = (15, 5)
BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Expected:
    """What differs from one environment to another."""

    vpc_cidr: str
    tasks: tuple[int, int]
    traffic: str
    keep_minutes: int
    guarded: bool
    deletion_protection: bool


CICD = {
    "dev": Expected(
        vpc_cidr="10.20.0.0/16",
        tasks=(1, 2),
        traffic="CodeDeployDefault.ECSAllAtOnce",
        keep_minutes=5,
        guarded=False,
        deletion_protection=False,
    ),
    "staging": Expected(
        vpc_cidr="10.21.0.0/16",
        tasks=(2, 4),
        traffic="CodeDeployDefault.ECSCanary10Percent5Minutes",
        keep_minutes=15,
        guarded=True,
        deletion_protection=False,
    ),
    "prod": Expected(
        vpc_cidr="10.22.0.0/16",
        tasks=(2, 10),
        traffic="CodeDeployDefault.ECSCanary10Percent15Minutes",
        keep_minutes=60,
        guarded=True,
        deletion_protection=True,
    ),
}
