"""What the type checker leaves out of pulumi_aws is what nobody uses: it would be Any, unsaid."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.unit.workflows.documents import ROOT

SDK = "pulumi_aws"
MYPY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]


def read() -> set[str]:
    """Give the services and modules of the SDK that are read whole."""
    listed = {
        module.removesuffix(".*").removeprefix(f"{SDK}.")
        for override in MYPY["overrides"]
        if override.get("follow_imports") == "normal"
        for module in override["module"]
    }
    return listed - {SDK}


def sources() -> Iterator[str]:
    for name in MYPY["files"]:
        path = ROOT / name
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            if SDK in (source := file.read_text()):
                yield source


def used(source: str) -> Iterator[str]:
    """Give what a module takes from the SDK: by `aws.<name>`, `from` and `import`."""
    nodes = list(ast.walk(ast.parse(source)))
    called = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == SDK:
                    called.add(alias.asname or SDK)
                elif alias.name.startswith(f"{SDK}."):
                    yield alias.name.split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == SDK:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{SDK}."):
            yield str(node.module).split(".")[1]
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from {node.attr} if node.value.id in called else ()


def services() -> set[str]:
    """Give the packages of the SDK; a name that isn't one is missed by the type checker itself."""
    spec = find_spec(SDK)
    assert spec is not None
    assert spec.origin is not None
    return {folder.parent.name for folder in Path(spec.origin).parent.glob("*/__init__.py")}


def test_every_service_that_is_used_is_read_by_the_type_checker() -> None:
    taken = {name for source in sources() for name in used(source)} & services()
    assert len(taken) > 20
    assert taken <= read()


def test_every_way_to_take_a_service_is_seen() -> None:
    source = f"import {SDK}.s3, {SDK} as a\nfrom {SDK} import sqs\nfrom {SDK}.sns import Topic\n"
    assert {*used(source + "a.ec2.Vpc()\nother.lex.Bot()")} == {"s3", "sqs", "sns", "ec2"}


def test_nothing_is_read_that_is_not_used() -> None:
    taken = {name for source in sources() for name in used(source)}
    assert read() & services() <= {*taken, "config"}
