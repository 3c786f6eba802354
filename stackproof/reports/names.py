"""How the files of reports are called, so that no two stacks' files meet."""

from __future__ import annotations

from typing import Final

from stackproof.record.file_names import file_name
from stackproof.reports.kinds import KINDS

# Pages and tables over all stacks, which stand in the same folder.
INDEX: Final = "index"
FLEET: Final = "fleet"
# What stands between a name and `.json` where the kind is another one than JSON.
_INNER: Final = tuple({f".{kind.split('.')[1]}" for kind in KINDS if kind.count(".") > 1})


def report_name(stack: str) -> str:
    """Give what a stack's reports are called, but for how their names end."""
    name = file_name(stack)
    folded = name.casefold()
    if folded in (INDEX, FLEET):
        return f"%{ord(name[0]):02X}{name[1:]}"
    if folded.endswith(_INNER):
        before, _, after = name.rpartition(".")
        return f"{before}%2E{after}"
    return name
