"""What is tried to break stackproof, as a page of the site; with `--run` all of it is tried."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
# The tables of faults, by what is faulty.
FAULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Files, options, settings": (
        "tests/unit/bad_inputs",
        "tests/unit/model/test_yaml_text.py",
        "tests/unit/test_waivers.py",
        "tests/unit/test_settings.py",
        "tests/unit/policy_pack/test_project_waivers.py",
    ),
    "Answers of AWS and the way to it": (
        "tests/integration/verify/test_faults.py",
        "tests/integration/verify/test_lost_answers.py",
        "tests/integration/verify/test_spoiling_proxy.py",
        "tests/unit/sights/test_answers.py",
        "tests/unit/sights/test_credentials.py",
        "tests/unit/sights/test_paging.py",
        "tests/unit/sights/test_partial_answers.py",
        "tests/unit/sights/test_transport.py",
        "tests/unit/sights/test_unreadable.py",
    ),
    "Writing where only reading is allowed": ("tests/unit/test_read_only.py",),
    "Signals, full disks, errors of our own": (
        "tests/unit/test_door.py",
        "tests/unit/test_signals.py",
        "tests/unit/test_suite_door.py",
        "tests/unit/test_scratch.py",
    ),
    "Secrets, and names that do something": (
        "tests/unit/test_shown_values.py",
        "tests/unit/record/test_redaction.py",
        "tests/unit/reports/test_machines.py",
        "tests/integration/test_html_report.py",
    ),
}


class _Items:
    def __init__(self) -> None:
        self.by_file: Counter[Path] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Count what was found."""
        self.by_file.update(item.path for item in items)


def page() -> str:
    """Give the page: what is tried, and how many times."""
    found = _Items()
    files = [str(ROOT / file) for group in FAULTS.values() for file in group]
    with redirect_stdout(StringIO()):
        ended = pytest.main(["--collect-only", "-q", "-n", "0", *files], plugins=[found])
    assert ended == 0
    return "\n".join(_lines(found.by_file))


def _lines(counts: Mapping[Path, int]) -> Iterator[str]:
    yield "# What is tried to break it"
    yield ""
    yield (
        f"{sum(counts.values()):,} faults and hostile inputs are tried, most of them in tables; "
        "each must end in one sentence"
    )
    yield (
        "with the right exit code, or in what is said of it in the report: never in a pass, a "
        "traceback or half a file."
    )
    yield "`python -m tests.hostile --run` tries them all; this page is made from the same list."
    for group, files in FAULTS.items():
        yield from ("", f"## {group}", "", "| What | Times |", "|---|---|")
        for file in sorted(counts):
            if any(file.is_relative_to(ROOT / name) for name in files):
                tree = ast.parse(file.read_text("utf-8"))
                told = (ast.get_docstring(tree) or file.stem).split("\n\n")[0]
                yield f"| {' '.join(told.split())} | {counts[file]} |"


if __name__ == "__main__":
    if "--run" in sys.argv:
        listed = [str(ROOT / file) for group in FAULTS.values() for file in group]
        sys.exit(pytest.main(["-q", "-n", "auto", "--dist", "loadfile", *listed]))
    print(page())
