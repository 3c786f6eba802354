"""RDS: the windows in which databases are backed up and maintained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stackproof.embedded.overlay.registry import patches

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _WEEK = 24 * 60, 7 * 24 * 60  # minutes
_FORMAT = re.compile(r"(\w{3}):(\d\d):(\d\d)-(\w{3}):(\d\d):(\d\d)")
# What an instance gets that names none, the first that leaves room for what it does name.
_BACKUPS = ("13:14-13:44", "05:14-05:44")
_MAINTENANCES = ("wed:06:38-wed:07:08", "wed:22:38-wed:23:08")


@patches("rds")
def windows_are_judged_as_aws_judges_them() -> None:
    """Let windows touch and span the end of a week, and choose those that a program leaves open.

    AWS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    from moto.rds import models

    moto: Any = models
    moto.valid_preferred_maintenance_window = wrong_windows
    create, modify = moto.RDSBackend.create_db_instance, moto.RDSBackend.modify_db_instance

    def create_db_instance(backend: Any, given: dict[str, Any]) -> Any:
        return create(backend, {**given, **_chosen(given)})

    def modify_db_instance(backend: Any, name: str, given: dict[str, Any]) -> Any:
        window = given.get("preferred_maintenance_window")
        lower = {"preferred_maintenance_window": window.lower()} if window else {}
        return modify(backend, name, {**given, **lower})

    moto.RDSBackend.create_db_instance = create_db_instance
    moto.RDSBackend.modify_db_instance = modify_db_instance


def wrong_windows(maintenance: str, backup: str | None) -> str | None:
    """Say what is wrong with a week's maintenance window beside a day's backup window."""
    window = _FORMAT.fullmatch(maintenance.lower())
    if window is None or not {window[1], window[4]} <= {*_DAYS}:
        return (
            f"Invalid maintenance window format: {maintenance}. Should be specified as a range "
            "ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15"
        )
    minutes = _in_week(window)
    if not 30 <= len(minutes) <= _DAY:
        return "The maintenance window must be at least 30 minutes, and no longer than 24 hours."
    if backup and {minute % _DAY for minute in minutes} & {*_in_day(backup)}:
        return "The backup window and maintenance window must not overlap."
    return None


def _chosen(given: dict[str, Any]) -> dict[str, str]:
    """Give windows for those that are not given."""
    names = "preferred_backup_window", "preferred_maintenance_window"
    backup, maintenance = (given.get(name) for name in names)
    pairs = [
        (when, week)
        for when in ((backup,) if backup else _BACKUPS)
        for week in ((maintenance,) if maintenance else _MAINTENANCES)
    ]
    fitting = [pair for pair in pairs if wrong_windows(pair[1], pair[0]) is None]
    return dict(zip(names, (fitting or pairs)[0], strict=True))


def _in_week(window: re.Match[str]) -> range:
    start, end = (
        _DAYS.index(window[i]) * _DAY + int(window[i + 1]) * 60 + int(window[i + 2]) for i in (1, 4)
    )
    return range(start, end if end > start else end + _WEEK)


def _in_day(window: str) -> Iterator[int]:
    start, end = (int(time[:2]) * 60 + int(time[3:5]) for time in window.split("-"))
    for minute in range(start, end if end > start else end + _DAY):
        yield minute % _DAY
