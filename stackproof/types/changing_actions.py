"""Actions of IAM that delete or overwrite, and that can be allowed on particular things.

Source: Service Authorization Reference, the tables "Actions defined by" each service: of the
access levels Write and Permissions management, those with a resource type. Which of them delete or
overwrite, their first word tells. `python -m tests.changing_actions FILE` makes the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".txt")
# The first words of what takes away, or puts something in the place of what was there.
VERBS: Final = re.compile(
    r"(Cancel|Delete|Deregister|Detach|Disable|Modify|Purge|Put|Release|Remove|Replace|Reset|Revoke"
    r"|Schedule|Set|Stop|Terminate|Update)(?![a-z]).*"
)


@cache
def changing_actions() -> Mapping[str, tuple[str, ...]]:
    """Give the actions by service, as policies write them (`s3:DeleteObject`)."""
    table: dict[str, tuple[str, ...]] = {}
    for line in FILE.read_text().splitlines():
        if not line.startswith("#"):
            service, *names = line.split()
            table[service] = tuple(f"{service}:{name}" for name in names)
    return table
