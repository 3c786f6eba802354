"""Which test claims to prove which line: `@pytest.mark.requirement("2.5")`, read as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.requirements.lines import ROOT

SCENARIOS = "tests/scenarios/"


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A test function, and one line that it proves."""

    number: str
    file: str
    test: str

    @property
    def node(self) -> str:
        """Give the test's pytest node, without parameters."""
        return f"{self.file}::{self.test}"

    @property
    def live(self) -> bool:
        """Tell whether the test looks at what is deployed."""
        return self.file.startswith(SCENARIOS)


@cache
def claims(root: Path = ROOT) -> tuple[Claim, ...]:
    """Give every claim of the tests below a checkout; ValueError for a marker without a number."""
    files = sorted((root / "tests").rglob("test_*.py"))
    return tuple(sorted(claim for file in files for claim in _claims(file, root)))


def _claims(file: Path, root: Path) -> Iterator[Claim]:
    source = file.read_text(encoding="utf-8")
    if "requirement" not in source:
        return
    path = file.relative_to(root).as_posix()
    module = ast.parse(source)
    shared = [
        number
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for number in _numbers(node.value, path)
    ]
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            own = [number for mark in node.decorator_list for number in _numbers(mark, path)]
            yield from (Claim(number, path, node.name) for number in {*shared, *own})
        # A scenario for any stack that proves a line here: `test_it = mark(general.test_it)`.
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("test_"):
            own = list(_numbers(node.value, path))
            name = ast.unparse(node.targets[0])
            yield from (Claim(number, path, name) for number in {*shared, *own})


def _numbers(node: ast.expr, path: str) -> Iterator[str]:
    for call in ast.walk(node):
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.requirement"):
            continue
        if call.keywords or not call.args:
            raise ValueError(f"{path}:{call.lineno}: requirement takes the numbers of lines")
        for argument in call.args:
            number = ast.literal_eval(argument)
            if not isinstance(number, str):
                raise ValueError(f"{path}:{call.lineno}: {number!r} is no text like '2.5'")
            yield number
