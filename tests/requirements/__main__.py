"""Write the pages made of the requirements anew; say what a line still lacks, and end with 1."""

from __future__ import annotations

import sys

from tests.requirements import differences
from tests.requirements.claims import claims
from tests.requirements.lines import lines
from tests.requirements.table import FILE, problems, table


def main() -> int:
    """Write both pages; 1 when a line is not proven or a marker is of no line."""
    found = problems(lines(), claims())
    FILE.write_text(table(lines(), claims()), encoding="utf-8")
    differences.FILE.write_text(differences.page(lines()), encoding="utf-8")
    for problem in found:
        print(problem)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
