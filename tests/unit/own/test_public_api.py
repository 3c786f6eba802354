"""What own code may import is a list that changes on purpose only, and costs nothing unused."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import stackproof
from tests.public_api import lines

ROOT = Path(__file__).parents[3]
# What takes long to import, or is there for some commands only.
HEAVY = {
    "boto3",
    "botocore",
    "jinja2",
    "moto",
    "pulumi",
    "pulumi_aws",
    "pydantic",
    "pytest",
    "yaml",
}


def test_the_list_is_as_documented() -> None:
    told = (ROOT / "docs" / "public-api.txt").read_text().splitlines()
    # After a deliberate change: python -m tests.public_api > docs/public-api.txt
    assert list(lines()) == told


def test_every_name_is_given_to_type_checkers_and_to_programs() -> None:
    tree = ast.parse(Path(stackproof.__file__).read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    } - {"annotations", "TYPE_CHECKING", "Any"}
    assert imported == set(stackproof.__all__)
    assert all(hasattr(stackproof, name) for name in stackproof.__all__)
    assert not hasattr(stackproof, "nothing")
    assert {*stackproof.__all__} <= set(dir(stackproof))


def test_help_imports_next_to_nothing() -> None:
    code = (
        "import sys\nfrom stackproof.cli import main\n"
        "main(['--help'], standalone_mode=False)\nprint(' '.join(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "verify" in ran.stdout
    loaded = {name.partition(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert loaded.isdisjoint(HEAVY)
    assert len(loaded) < 150
