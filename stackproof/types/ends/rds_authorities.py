"""Certificate authorities of RDS, and when they expire."""

from __future__ import annotations

from datetime import date
from typing import Final

from stackproof.types.ends import Ends, Table

AUTHORITIES: Final[Ends] = Table(
    "Amazon RDS User Guide, Using SSL/TLS to encrypt a connection to a DB instance or cluster",
    date(2026, 8, 22),
    {
        "rds-ca-2010": date(2015, 4, 9),
        "rds-ca-2015": date(2020, 3, 5),
        "rds-ca-2019": date(2024, 8, 22),
        # These hold until 2061 and 2121, on a day that each region has for itself.
        "rds-ca-rsa2048-g1": None,
        "rds-ca-rsa4096-g1": None,
        "rds-ca-ecc384-g1": None,
    },
)
