"""Every error has one base, and a code that the docs explain."""

from __future__ import annotations

import ast
import pkgutil
import re
from importlib.util import find_spec
from pathlib import Path

import stackproof
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.errors_page import page

PACKAGE = Path(stackproof.__file__).parent
DOCS = PACKAGE.parent / "docs" / "errors.md"
# What answers a program in its own protocol, and no user.
_PROTOCOL = {"BadRequestError", "AwsError", "WireError"}
# What whoever called catches, to say more than it knows.
_CAUGHT = {"_NotApplicable", "TextError"}


_CODED = re.compile(
    r"\*Code\.\w+\.on\(.*\)|\*?(run|record|made)\.warnings"
    r"|\*(unsure|left_open\([\w, ]+\)|self\._warnings)|warnings"
    r"|list\(map\(scrubbed, run\.warnings\)\)",
    re.DOTALL,
)


def test_page_is_as_it_is_made() -> None:
    assert DOCS.read_text() == page().rstrip() + "\n"


def test_page_explains_each_code_once() -> None:
    told = re.findall(r"^\| `(SP\d{4})` \| \S.+ \| \S.+ \|$", DOCS.read_text(), re.MULTILINE)
    assert told == sorted(told)
    assert sorted(told) == sorted(Code)
    assert all(code.meaning.endswith(".") and code.remedy.endswith(".") for code in Code)


def test_every_code_is_used_and_every_error_has_one() -> None:
    used = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used |= {node.attr} if node.value.id == "Code" else set()
    assert used == {code.name for code in Code}


def test_every_warning_has_a_code() -> None:
    """What a run warns of is made by `Code.on`, or handed on from where it was."""
    bare = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "warnings":
                parts = node.value.elts if isinstance(node.value, ast.List) else [node.value]
                told = [ast.unparse(part) for part in parts]
                bare += [(file.name, one) for one in told if not _CODED.fullmatch(one)]
    assert bare == []


def test_every_exception_has_the_one_base() -> None:
    odd = []
    for module in pkgutil.walk_packages(stackproof.__path__, "stackproof."):
        source = find_spec(module.name)
        assert source is not None
        tree = ast.parse(Path(str(source.origin)).read_text())
        for node in tree.body:
            bases = {ast.unparse(base) for base in getattr(node, "bases", ())}
            if isinstance(node, ast.ClassDef) and bases & {
                "Exception",
                "ValueError",
                "RuntimeError",
                "click.ClickException",
            }:
                odd.append(node.name)
    assert set(odd) - _PROTOCOL - {"StackproofError"} == _CAUGHT


def test_error_tells_its_code_behind_its_sentence() -> None:
    assert StackproofError("it can't").told == "it can't [SP1002]"
    assert StackproofError("it can't", Code.AWS).told == "it can't [SP2001]"
