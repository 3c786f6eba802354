"""The rooms of the package, as docs/architecture.md draws them: imports point one way."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "stackproof"
EXCEPTIONS = {
    ("model", "stackproof.types.names"): "what is secret is told by the rule of names",
    ("own", "stackproof.policy_pack"): "a control of one's own is proven at preview too",
}


def imported(path: Path) -> Iterator[str]:
    """Give every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module="stackproof", names=names):
                yield from (f"stackproof.{alias.name}" for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module


def rooms() -> Mapping[str, set[str]]:
    """Give what each folder or file at the top of the package imports of the others."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for module in imported(path):
            other = module.split(".")[1] if module.startswith("stackproof.") else room
            if room not in (other, "__init__") and (room, module) not in EXCEPTIONS:
                found[room].add(other)
    return found


def test_no_room_imports_another_that_imports_it() -> None:
    order = list(TopologicalSorter(rooms()).static_order())
    assert order.index("model") < order.index("controls") < order.index("verify")


def test_controls_and_reasoning_know_neither_aws_nor_pulumi() -> None:
    for room in ("model", "reasoning", "controls"):
        for path in (PACKAGE / room).rglob("*.py"):
            known = {module.partition(".")[0] for module in imported(path)}
            assert not known & {"boto3", "botocore", "moto", "pulumi", "pulumi_aws"}, path
