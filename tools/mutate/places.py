"""Where code can be mutated, and how: Cosmic Ray's operators, but for what no test could notice."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

# What decides verdicts: a mutation there that no test notices is a wrong answer that none would.
ROOMS: Final = (
    "controls",
    "reasoning",
    "sights",
    "parity",
    "policy_pack",
    "waivers",
    "settings",
    "record",
    "outputs.py",
    "verify.py",
    "plugin.py",
)
# Those that need parameters, and one that finds another exception to catch in every `except`.
_LEFT_OUT: Final = ("core/VariableInserter", "core/VariableReplacer", "core/ExceptionReplacer")
# What they set is seen by no caller: whether an object is protected from changes that nobody makes,
# whether pairs that have the same length are checked for it, how much is kept between calls.
_UNSEEN: Final = ("frozen", "slots", "strict", "maxsize")
_FOR_READERS: Final = ("@override", "@final")
# The same for what is compared so here: `None`, members of enums, types, short texts.
_SAME: Final = ("Is_Eq", "Eq_Is", "IsNot_NotEq", "NotEq_IsNot")
_Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one file: what an operator does at its so-manieth place there."""

    file: Path
    line: int
    operator: str
    occurrence: int

    def applied(self, code: str) -> str:
        """Give the code with the change."""
        made: str | None = mutate_code(code, _operator(self.operator), self.occurrence)
        assert made is not None
        return made


def sample(root: Path, rooms: Sequence[str], number: int, seed: int) -> list[Mutation]:
    """Choose mutations, as many of each room, the same ones for the same seed and code.

    Of the variants at one place (`<` has seven) one is taken. They are shuffled: who has time for
    some of them tries those of every room.
    """
    chance = random.Random(seed)
    chosen: list[Mutation] = []
    for place, room in enumerate(rooms):
        share = number // len(rooms) + (place < number % len(rooms))
        chosen += _of_room(root, room, share, chance)
    chance.shuffle(chosen)
    return chosen


def _of_room(root: Path, room: str, number: int, chance: random.Random) -> list[Mutation]:
    folder = root / "stackproof" / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]
    # A large file is as much more often looked into as it is larger.
    weights = [file.stat().st_size for file in files]
    found: list[Mutation] = []
    tried = 0
    while len(found) < number and tried < 20 * number:
        tried += 1
        file = chance.choices(files, weights)[0]
        places = sorted(_places(file.relative_to(root), file.read_text("utf-8")).items())
        if places and (mutation := chance.choice(chance.choice(places)[1])) not in found:
            found.append(mutation)
    return found


def _places(file: Path, code: str) -> dict[tuple[int, int, str], list[Mutation]]:
    """Give the mutations of a file by where they are and of which kind."""
    aside = list(_aside(ast.parse(code)))
    lines, nodes = code.splitlines(), list(ast_nodes(get_ast(code)))
    found: dict[tuple[int, int, str], list[Mutation]] = {}
    for name in cosmic_ray.plugins.operator_names():
        if name.startswith(_LEFT_OUT) or name.endswith(_SAME):
            continue
        operator, occurrence = _operator(name), 0
        for node in nodes:
            for position in operator.mutation_positions(node):
                start = position[0]
                line = lines[start[0] - 1]
                # What is kept between calls only saves time.
                idle = "cache" in line or line.strip() in _FOR_READERS
                without = idle and name == "core/RemoveDecorator"
                if not without and not any(first <= start < last for first, last in aside):
                    kind = name.split("_")[0]
                    made = Mutation(file, start[0], name, occurrence)
                    found.setdefault((*start, kind), []).append(made)
                occurrence += 1
    return found


def _aside(tree: ast.Module) -> Iterator[_Span]:
    """Give what is no behaviour: annotations, imports for types alone, and controls' own cases."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _spans(node.returns)
            case ast.arg() | ast.AnnAssign():
                yield from _spans(node.annotation)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from _spans(node)
            case ast.keyword(arg="cases" | "title" | "why"):
                yield from _spans(node.value)
            case ast.keyword(arg=str(name)) if name in _UNSEEN:
                yield from _spans(node.value)
            case ast.Assign(targets=[ast.Name(id=name)]) if name.startswith(("_CASES", "CASES")):
                yield from _spans(node)


def _spans(node: Any) -> Iterator[_Span]:
    if node is not None:
        yield (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _operator(name: str) -> Any:
    return cosmic_ray.plugins.get_operator(name)()
