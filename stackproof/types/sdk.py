"""Read the source of the installed `pulumi_aws`: modules, classes, the forms of their properties.

The package is read as text and never imported: it is generated itself, always in the same words,
and importing all of it takes minutes.
"""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.types.names import to_camel, to_snake

_CLASS = re.compile(r"^class (\w+)(?:\((.*)\))?:$", re.MULTILINE)
_GETTER = re.compile(
    r'^    @pulumi\.getter(?:\(name="(\w+)"\))?\n(?:    @_utilities.*?\n)?'
    r"    def (\w+)\(self\) -> ([^\n]+):$",
    re.MULTILINE | re.DOTALL,
)
_WRAPPERS = {"Input", "Output", "Optional"}
_PLAIN = {"str": "s", "int": "i", "float": "n", "bool": "b", "Any": "*"}

Shape = dict[str, str]


class SdkError(StackproofError):
    """Raised where the SDK says something in words that this script does not know."""

    code = Code.TABLE


def sdk() -> Path:
    """Give the folder of the installed `pulumi_aws`."""
    found = find_spec("pulumi_aws")
    assert found is not None
    (folder,) = found.submodule_search_locations or ("",)
    return Path(folder)


@dataclass(slots=True)
class Member:
    """One property of a class: its name on the wire, in Python, and its annotation."""

    wire: str
    python: str
    form: str

    @property
    def key(self) -> str:
        """Give its name, with the one on the wire where the rule doesn't give it."""
        ruled = to_camel(self.python) == self.wire and to_snake(self.wire) == self.python
        return self.python if ruled else f"{self.python}={self.wire}"


def classes(text: str) -> Iterator[tuple[str, str, str]]:
    """Give each class of a file: its name, its bases, its text."""
    heads = list(_CLASS.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=False):
        yield head[1], head[2] or "", text[head.end() : end]


def members(body: str) -> list[Member]:
    """Give the properties of a class, by its getters."""
    return [Member(wire or name, free(name), form) for wire, name, form in _GETTER.findall(body)]


def free(name: str) -> str:
    """Give a name without the underscore that it has where Python's own words are taken."""
    return name[:-1] if keyword.iskeyword(name[:-1]) and name.endswith("_") else name


def _alternatives(union: ast.Tuple) -> list[ast.expr]:
    """Give what a value may be; `XArgs`, `XArgsDict`, `outputs.X` are the same."""
    kept: list[ast.expr] = []
    for part in union.elts:
        name = str(part.value) if isinstance(part, ast.Constant) else ""
        if not name.endswith("ArgsDict") and not (name.startswith("outputs.") and kept):
            kept.append(part)
    return kept


@cache
def _parsed(form: str) -> ast.expr:
    return ast.parse(form, mode="eval").body


def read(path: Path) -> str:
    """Give the text of a file, none of one that there isn't."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@dataclass
class Module:
    """One module of the provider, and the shapes that its types share."""

    name: str
    folder: Path
    all: Mapping[str, Module]
    shapes: list[Shape] = field(default_factory=list)
    types: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: dict[str, list[int]] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    _made: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """Give the text of each class of nested outputs."""
        return {name: body for name, _, body in classes(read(self.folder / "outputs.py"))}

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Give the text of each class of nested inputs."""
        return {name: body for name, _, body in classes(read(self.folder / "_inputs.py"))}

    @cached_property
    def enums(self) -> dict[str, str]:
        """Give the kind of each enumeration's values."""
        found = classes(read(self.folder / "_enums.py"))
        return {name: _PLAIN[bases.split(",")[0].rpartition(".")[2]] for name, bases, _ in found}

    def place(self, shape: Shape) -> int:
        """Give the number of a shape, the same one for shapes that are the same."""
        text = json.dumps(shape, sort_keys=True)
        if text not in self._places:
            self._places[text] = len(self.shapes)
            self.shapes.append(dict(sorted(shape.items())))
        return self._places[text]

    def shape(self, members: list[Member]) -> Shape:
        """Give the kinds of some properties by their names, as the table writes them."""
        return {member.key: self.kind(member.form) for member in members}

    def kind(self, form: str) -> str:
        """Give the kind of an annotation; raise SdkError where it is of no form that is known."""
        return self._kind(_parsed(form))

    def _kind(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str(name)):
                return self._named(name)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _PLAIN:
                return _PLAIN[name]
            case ast.Attribute(attr="Asset" | "Archive"):
                return "a"
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
                if name in _WRAPPERS:
                    return self._kind(inner)
                if name == "Sequence":
                    return "[" + self._kind(inner)
                if name == "Mapping" and isinstance(inner, ast.Tuple):
                    return "{" + self._kind(inner.elts[1])
                if name == "Union" and isinstance(inner, ast.Tuple):
                    return self._union([self._kind(part) for part in _alternatives(inner)])
        raise SdkError(f"{self.name}: {ast.unparse(node)} is of no form that is known")

    def _union(self, kinds: list[str]) -> str:
        first, *others = dict.fromkeys(kinds)
        if first == "s" and others and others[0][0] in "@*":
            return "j"  # a document, as JSON text or written out
        return "*" if others else first

    def _named(self, name: str) -> str:
        """Give the kind of a class of this module or of another: `outputs.X`, `XArgs`, `_iam.X`."""
        *path, title = name.split(".")
        module = self
        if path and path[0] != "outputs":
            module = self.all[path[0].lstrip("_")]
        if title in module.enums:
            return module.enums[title]
        source = module.outputs if "outputs" in path else module.inputs
        if module is not self:
            return "*"  # the words of another module's document
        return self._nested(source, title)

    def _nested(self, source: dict[str, str], title: str) -> str:
        key = ("outputs" if source is self.outputs else "inputs", title)
        if key not in self._made:
            self._made[key] = ""
            shape = self.shape(members(source[title]))
            if self._made[key]:  # it stands inside itself
                self.shapes[int(self._made[key][1:])] = shape
            else:
                self._made[key] = f"@{self.place(shape)}"
        elif not self._made[key]:
            self._made[key] = f"@{len(self.shapes)}"
            self.shapes.append({})
        return self._made[key]
