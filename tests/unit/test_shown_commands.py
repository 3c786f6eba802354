"""The commands that the README and the pages show are commands that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from stackproof.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCES = re.compile(r"```console\n(.*?)```", re.DOTALL)
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def shown(page: Path) -> Iterator[list[str]]:
    """Give the words of every command of a page, without what a shell does around it."""
    for block in FENCES.findall(page.read_text(encoding="utf-8")):
        for line in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
            for command in re.split(r" && ", line):
                words = shlex.split(command, comments=True)
                yield words[: words.index(">")] if ">" in words else words


def parse(command: click.Command, words: list[str], name: str) -> None:
    """Parse as the command line does; raise UsageError for an option that there isn't."""
    context = click.Context(command, info_name=name)
    _, left, _ = command.make_parser(context).parse_args(list(words))
    if isinstance(command, click.Group) and left:
        inner = command.get_command(context, left[0])
        assert inner is not None, f"there is no {name} {left[0]}"
        parse(inner, left[1:], left[0])


def check(words: list[str]) -> None:
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    match words:
        case ["make", *given]:
            assert {word for word in given if "=" not in word} <= {*TARGETS}, words
        case ["stackproof", "embedded", "run", "--", *inner]:
            check(inner)
        case ["stackproof", "scenarios", *_]:
            pass  # further options are pytest's
        case ["stackproof", *given]:
            parse(main, given, "stackproof")
        case [("pytest" | ".venv/bin/pytest"), *given]:
            paths = [word for word in given if word.startswith(("tests/", "infra/"))]
            assert all((ROOT / path).exists() for path in paths), words
        case [str(script), *_] if script.startswith((".venv/", "tools/")):
            assert (ROOT / script).exists() or script.startswith(".venv/"), words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page_are_there_with_their_options(page: Path) -> None:
    for words in shown(page):
        check(words)


@pytest.mark.parametrize(
    "line",
    ["stackproof verify --no-such", "stackproof nothing", "make nothing", "pytest tests/nowhere"],
)
def test_a_command_that_is_not_there_is_told(line: str) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        check(line.split())
