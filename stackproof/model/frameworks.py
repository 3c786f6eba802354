"""The published rule books that controls refer to, and the ids that each really has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final


class Framework(StrEnum):
    """A rule book, by its whole name."""

    FSBP = "AWS Foundational Security Best Practices v1.0.0"
    SECURITY_HUB = "AWS Security Hub, other controls"
    CIS = "CIS AWS Foundations Benchmark v5.0.0"
    PCI = "PCI DSS v4.0.1"
    NIST = "NIST SP 800-53 Rev. 5"


# Each list says of when it is and where it comes from.
_LISTS: Final = {
    Framework.FSBP: "fsbp",
    Framework.SECURITY_HUB: "security-hub",
    Framework.CIS: "cis",
    Framework.PCI: "pci",
    Framework.NIST: "nist",
}
# `EC2.(1-4,6)` is EC2.1 to EC2.4 and EC2.6; `AC-2 (1-3)` is AC-2 itself and AC-2(1) to AC-2(3).
_LINE = re.compile(r"(?P<stem>[^ (]+)(?P<itself> )?(?:\((?P<numbers>[\d,-]+)\))?")


@cache
def ids(framework: Framework) -> frozenset[str]:
    """Give every id that a rule book has."""
    return frozenset(
        id_ for line in _list(framework) if not line.startswith("#") for id_ in _expanded(line)
    )


@cache
def as_of(framework: Framework) -> str:
    """Give the day, as YYYY-MM-DD, of the list of a rule book's ids."""
    return _list(framework)[0].removeprefix("# as of: ")


def _list(framework: Framework) -> list[str]:
    folder = resources.files("stackproof.model") / "framework_ids"
    return (folder / f"{_LISTS[framework]}.txt").read_text("ascii").splitlines()


def _expanded(line: str) -> Iterator[str]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"{line!r} is no line of a list of ids")
    stem, numbers = found["stem"], found["numbers"]
    if found["itself"] or not numbers:
        yield stem
    for run in numbers.split(",") if numbers else ():
        first, _, last = run.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{stem}({number})" if found["itself"] else f"{stem}{number}"
