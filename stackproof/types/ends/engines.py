"""Engines of databases, caches and search, and when standard support of their versions ends.

Versions run on afterwards, some in a support that is paid extra, and get only critical fixes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from stackproof.types.ends import Ends, Table

_READ: Final = date(2026, 8, 22)
_AURORA_MYSQL: Final[Ends] = Table(
    "Aurora MySQL Release Notes, Release calendars for Aurora MySQL",
    _READ,
    {
        "5.6": date(2023, 2, 28),
        "5.7": date(2024, 10, 31),
        "8.0": date(2028, 4, 30),
        "8.4": date(2032, 4, 30),
    },
)
_SQL_SERVER: Final[Ends] = Table(
    "Amazon RDS User Guide, Microsoft SQL Server versions on Amazon RDS; Microsoft Lifecycle",
    _READ,
    {
        "11": date(2022, 7, 12),
        "12": date(2024, 7, 9),
        "13": date(2026, 7, 14),
        "14": date(2027, 10, 12),
        "15": date(2030, 1, 8),
        "16": date(2033, 1, 11),
        "17": date(2036, 1, 6),
    },
)
_ORACLE: Final[Ends] = Table(
    "Amazon RDS User Guide, Oracle versions on Amazon RDS; Oracle Lifetime Support Policy",
    _READ,
    {
        "11.2": date(2020, 12, 31),
        "12.1": date(2022, 7, 31),
        "12.2": date(2022, 3, 31),
        "18": date(2021, 6, 30),
        "19": date(2029, 12, 31),
        "21": date(2027, 7, 31),
    },
)

DATABASES: Final[Mapping[str, Ends]] = {
    "aurora": _AURORA_MYSQL,
    "aurora-mysql": _AURORA_MYSQL,
    "aurora-postgresql": Table(
        "Aurora PostgreSQL Release Notes, Release calendars for Aurora PostgreSQL",
        _READ,
        {
            "11": date(2024, 2, 29),
            "12": date(2025, 2, 28),
            "13": date(2026, 2, 28),
            "14": date(2027, 2, 28),
            "15": date(2028, 2, 29),
            "16": date(2029, 2, 28),
            "17": date(2030, 2, 28),
            "18": date(2031, 2, 28),
        },
    ),
    "mariadb": Table(
        "Amazon RDS User Guide, MariaDB on Amazon RDS versions",
        _READ,
        {
            "10.3": date(2023, 10, 23),
            "10.4": date(2025, 2, 28),
            "10.5": date(2026, 8, 31),
            "10.6": date(2026, 12, 31),
            "10.11": date(2028, 2, 29),
            "11.4": date(2029, 5, 31),
            "11.8": date(2028, 6, 30),
            "12.3": date(2029, 6, 30),
        },
    ),
    "mysql": Table(
        "Amazon RDS User Guide, MySQL on Amazon RDS versions",
        _READ,
        {
            "5.6": date(2022, 3, 1),
            "5.7": date(2024, 2, 29),
            "8.0": date(2026, 7, 31),
            "8.4": date(2029, 7, 31),
        },
    ),
    "postgres": Table(
        "Amazon RDS for PostgreSQL Release Notes, Release calendars",
        _READ,
        {
            "9.6": date(2022, 4, 30),
            "10": date(2023, 4, 30),
            "11": date(2024, 2, 29),
            "12": date(2025, 2, 28),
            "13": date(2026, 2, 28),
            "14": date(2027, 2, 28),
            "15": date(2028, 2, 29),
            "16": date(2029, 2, 28),
            "17": date(2030, 2, 28),
            "18": date(2031, 2, 28),
        },
    ),
    # Oracle's editions, alone (`ee`) and as a container of databases (`ee-cdb`).
    **{f"oracle-{edition}": _ORACLE for edition in ("ee", "ee-cdb", "se2", "se2-cdb")},
    **{f"sqlserver-{edition}": _SQL_SERVER for edition in ("ee", "ex", "se", "web")},
}

CACHES: Final[Mapping[str, Ends]] = {
    "redis": Table(
        "Amazon ElastiCache User Guide, Engine versions and upgrading",
        _READ,
        {
            "4": date(2026, 1, 31),
            "5": date(2026, 1, 31),
            "6": date(2027, 1, 31),
            "7": None,
        },
    ),
    "valkey": Table(
        "Amazon ElastiCache User Guide, Engine versions and upgrading",
        _READ,
        {"7.2": None, "8.0": None, "8.1": None, "8.2": None, "9.0": None},
    ),
}

DOCUMENTS: Final[Ends] = Table(
    "Amazon DocumentDB Developer Guide, Engine version support dates",
    _READ,
    {"3.6": date(2026, 3, 30), "4.0": None, "5.0": None, "8.0": None},
)

# Neptune has no extended support: these are ends of life.
GRAPHS: Final[Ends] = Table(
    "Amazon Neptune User Guide, Engine releases for Amazon Neptune",
    date(2026, 12, 1),
    {
        "1.0": date(2023, 1, 30),
        "1.0.2": date(2022, 7, 29),
        "1.0.2.0": date(2020, 5, 19),
        "1.1.0": date(2025, 3, 15),
        "1.1.1": date(2026, 12, 4),
        "1.2": date(2026, 12, 4),
        "1.3": date(2027, 3, 6),
        **{f"1.4.{minor}": date(2027, 3, 6) for minor in range(6)},
        "1.4.6.0": date(2027, 3, 6),
        "1.4.6.1": date(2027, 3, 6),
        "1.4.6": date(2027, 6, 3),
        "1.4.7": date(2027, 6, 3),
        "1.4.8": date(2027, 10, 27),
    },
)

_LAST_OF_OLD: Final = date(2025, 11, 7)
_LAST_OF_LATER: Final = date(2027, 11, 7)
SEARCH: Final[Ends] = Table(
    "Amazon OpenSearch Service Developer Guide, Standard and extended support",
    _READ,
    {
        **dict.fromkeys(
            (
                f"Elasticsearch_{version}"
                for version in (
                    *("1.5", "2.3", "5.1", "5.3", "5.5", "5.6", "6.0", "6.2", "6.3", "6.4", "6.5"),
                    *("6.7", "7.1", "7.4", "7.7", "7.8"),
                )
            ),
            _LAST_OF_OLD,
        ),
        **dict.fromkeys(f"Elasticsearch_{version}" for version in ("6.8", "7.9", "7.10")),
        **dict.fromkeys(
            (f"OpenSearch_{v}" for v in ("1.0", "1.1", "1.2", "2.3", "2.5", "2.7", "2.9")),
            _LAST_OF_OLD,
        ),
        **dict.fromkeys(
            (f"OpenSearch_{v}" for v in ("1.3", "2.11", "2.13", "2.15", "2.17", "2.19")),
            _LAST_OF_LATER,
        ),
        **dict.fromkeys(f"OpenSearch_{version}" for version in ("3.1", "3.3", "3.5")),
    },
)
