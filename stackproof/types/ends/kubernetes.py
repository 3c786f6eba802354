"""Kubernetes versions of EKS, and when their standard support ends."""

from __future__ import annotations

from datetime import date
from typing import Final

from stackproof.types.ends import Ends, Table

VERSIONS: Final[Ends] = Table(
    "Amazon EKS User Guide, Understand the Kubernetes version lifecycle on EKS",
    date(2026, 8, 22),
    {
        "1.18": date(2022, 8, 15),
        "1.19": date(2022, 8, 1),
        "1.20": date(2022, 11, 1),
        "1.21": date(2023, 2, 16),
        "1.22": date(2023, 6, 4),
        "1.23": date(2023, 10, 11),
        "1.24": date(2024, 1, 31),
        "1.25": date(2024, 5, 1),
        "1.26": date(2024, 6, 11),
        "1.27": date(2024, 7, 24),
        "1.28": date(2024, 11, 26),
        "1.29": date(2025, 3, 23),
        "1.30": date(2025, 7, 23),
        "1.31": date(2025, 11, 26),
        "1.32": date(2026, 3, 23),
        "1.33": date(2026, 7, 29),
        "1.34": date(2026, 12, 2),
        "1.35": date(2027, 3, 27),
        "1.36": date(2027, 8, 2),
    },
)
