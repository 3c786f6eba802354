"""No name is a word that tells nothing of what it holds: CONTRIBUTING lists them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("stackproof", "policies", "infra", "tools")
# As a whole name only: in longer ones they are a number, or the word of AWS (a Glue trigger).
WHOLE: Final = {"one", "trigger", "pointing_to"}
PARTS: Final = {
    *("amend", "amends", "mend", "mends", "astray", "bench", "carried", "carries", "carry"),
    *("gives", "pointers", "said", "waves", "way", "within"),
}
# `someWord`, `SomeWord` and `SOME_WORD` have the same parts as `some_word`.
_EDGE: Final = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")


def names_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give every name that is given in a module, with its line.

    The names of tests are sentences and may have any word.
    """
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if not name.startswith("test_"):
                    yield node.lineno, name
            case (
                ast.ClassDef(name=str(name))
                | ast.arg(arg=str(name))
                | ast.Name(id=str(name), ctx=ast.Store())
                | ast.Attribute(attr=str(name), ctx=ast.Store())
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
                | ast.ExceptHandler(name=str(name))
                | ast.alias(asname=str(name))
            ):
                yield node.lineno, name


def banned(name: str) -> str | None:
    """Give the word of a name that is banned, if there is one."""
    if name.strip("_") in WHOLE:
        return name.strip("_")
    return next((part for part in map(str.lower, _EDGE.split(name)) if part in PARTS), None)


def problems(path: Path) -> Iterator[str]:
    """Say where a file has a banned word, in its own name as well."""
    place = path.relative_to(ROOT)
    names = [(1, path.stem), *names_of(ast.parse(path.read_text(encoding="utf-8")))]
    for line, name in names:
        if (word := banned(name)) is not None:
            yield f"{place}:{line}: {name!r} has {word!r}, which CONTRIBUTING.md bans from names"


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_has_a_banned_word(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    assert [problem for file in files for problem in problems(file)] == []


@pytest.mark.parametrize(
    "code",
    [
        "def {}(): ...",
        "async def {}(): ...",
        "class {}: ...",
        "def f({}): ...",
        "def f(*, {}=1): ...",
        "f = lambda {}: 1",
        "{} = 1",
        "class C:\n    {}: int",
        "self.{} = 1",
        "[1 for {} in x]",
        "if ({} := 1): ...",
        "with x as {}: ...",
        "try: ...\nexcept E as {}: ...",
        "import x as {}",
        "match x:\n    case {}: ...",
        "match x:\n    case [*{}]: ...",
        "match x:\n    case {{1: 2, **{}}}: ...",
    ],
)
@pytest.mark.parametrize(
    ("name", "word"), [("one", "one"), ("_said", "said"), ("WAY_OUT", "way"), ("SaidOf", "said")]
)
def test_every_kind_of_name_is_looked_at(code: str, name: str, word: str) -> None:
    assert [banned(found) for _, found in names_of(ast.parse(code.format(name)))].count(word) == 1


@pytest.mark.parametrize("name", ["one_of", "ONE", "glue_trigger", "always", "gateway", "railway"])
def test_other_names_are_left_alone(name: str) -> None:
    assert banned(name) is None


def test_contributing_lists_every_banned_word() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {word for word in WHOLE | PARTS if f"`{word}`" not in text} == set()
