"""`stackproof new`: begin an own control, scenario or resource type, with its cases."""

from __future__ import annotations

import re
from importlib import resources
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import Any

import click

from stackproof.cli import write_output
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.progress import say

_EXAMPLES = """
\b
Examples:
  stackproof new control our-queue-retention
  stackproof new scenario dead-letters
  stackproof new type schema-registries

Exit codes: 0 written, 2 usage, 3 nothing was written.
"""
_LONGEST = 40
# Python has a module `types`.
_FOLDERS = {"type": "resource_types"}
# What type.txt describes.
_EXAMPLE = "aws:glue/registry:Registry"
_NAMES = {
    "control": (r"[a-z0-9]+(-[a-z0-9]+)+", "lower-case words joined by hyphens, such as our-rule"),
    "type": (r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", "lower-case words, such as mail-rules"),
    "scenario": (r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", "lower-case words, such as dead-letters"),
}


@click.command(epilog=_EXAMPLES)
@click.argument("kind", type=click.Choice(list(_NAMES)))
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to put it (default: the folder that stackproof.yaml names, or `controls`, "
    "`scenarios`, `resource_types`).",
)
def new(kind: str, name: str, folder: Path | None) -> None:
    """Write a control, a scenario or a type that works, with its cases, to be changed into yours.

    Its folder is added to stackproof.yaml, so that preview, `verify` and the suite find it. What is
    there already is not touched, and nothing at all is written then.
    """
    from stackproof.project import project_file
    from stackproof.settings.places import FILE
    from stackproof.writable import check_inside

    pattern, right = _NAMES[kind]
    if not re.fullmatch(pattern, name) or len(name) > _LONGEST:
        raise click.BadParameter(
            f"{name!r} is no name of a {kind}: at most {_LONGEST} characters, {right}",
            param_hint="NAME",
        )
    if kind == "control":
        _refuse_known(name)
    if kind != "scenario":
        _refuse_unloaded(name)
    project = project_file(Path.cwd())
    if project is None:
        raise StackproofError(
            f"{Path.cwd()} is in no Pulumi project: `pulumi new` makes one", Code.NO_PROJECT
        )
    root, key = project.parent, f"{kind}s"
    usual = Path(_FOLDERS.get(kind, key))
    place = root / (folder or _usual(project, key, usual))
    files = _files(root, place, kind, name)
    there = [str(path) for path in files if path.exists()]
    if there:
        raise StackproofError(
            f"{', '.join(there)} is there already; nothing was written", Code.FILE_EXISTS
        )
    for path in (*files, root / FILE):
        # A folder that is named may be anywhere.
        named = path.parent == place and place != root / usual
        if not path.exists():
            check_inside(path, place if named else root)
    if kind == "type":
        _refuse_second(project, place)
    for path, text in files.items():
        write_output(text.rstrip("\n"), path)
        say(f"wrote {path}")
    say(_named(project, key, place))
    *_, cases = files
    say(f"try it: pytest {cases.relative_to(root)}")
    runs = {"control": f"prove {name}", "scenario": "scenarios", "type": "prove"}
    say(f"run it: stackproof {runs[kind]}")


def _refuse_known(name: str) -> None:
    """Refuse the id of a control of stackproof's own, which would stop every run."""
    from stackproof.controls import catalogue

    if name in catalogue():
        raise click.BadParameter(
            f"{name!r} is one of stackproof's own controls; give yours another name, such as "
            f"our-{name}",
            param_hint="NAME",
        )


def _refuse_unloaded(name: str) -> None:
    """Refuse what would be no module, or pytest's own, and so be found by nothing."""
    from stackproof.own.modules import is_of_tests

    word = _word(name)
    if is_of_tests(word) or iskeyword(word):
        whose = "a word of Python's" if iskeyword(word) else "a file of tests, which is not loaded"
        raise click.BadParameter(
            f"{name!r} would be {whose}; give another name, such as our-rules",
            param_hint="NAME",
        )


def _refuse_second(project: Path, place: Path) -> None:
    """Refuse to describe the example's type twice, which would stop every run."""
    from stackproof.own.types import together
    from stackproof.settings.places import named_in

    folders = {path.resolve(): path for path in (*named_in(project, "types"), place)}
    described = together(path for path in folders.values() if any(path.glob("**/*.py")))
    if _EXAMPLE in described:
        raise StackproofError(
            f"{_EXAMPLE}, the example, is described in this project already: change that file into "
            "your type first; nothing was written",
            Code.FILE_EXISTS,
        )


def _files(root: Path, place: Path, kind: str, name: str) -> dict[Path, str]:
    """Give what is to be written: the thing itself, and its cases, which need no deployed stack."""
    function = _word(name)
    inside = place.relative_to(root) if place.is_relative_to(root) else place.resolve()
    values = {"NAME": name, "FUNCTION": function, "FOLDER": inside.as_posix()}
    prefix = "test_" if kind == "scenario" else ""
    return {
        place / f"{prefix}{function}.py": _text(f"{kind}.txt", values),
        root / "tests" / f"test_{function}_{kind}.py": _text(f"{kind}_test.txt", values),
    }


def _word(name: str) -> str:
    word = name.replace("-", "_")
    return word if word.isidentifier() else f"n{word}"


def _usual(project: Path, key: str, otherwise: Path) -> Path:
    from stackproof.settings.places import named_in

    return next((path for path in named_in(project, key) if path.is_dir()), otherwise)


def _named(project: Path, key: str, place: Path) -> str:
    """Name a folder in the settings, where nothing is said of such; say what was done or is to."""
    from stackproof.settings.places import FILE, find, named_in

    root = project.parent
    if place.resolve() in [path.resolve() for path in named_in(project, key)]:
        return f"{place.name} is looked into for {key} already"
    name = place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)
    line = f'{key}: ["{name}"]'
    file = find(project) or root / FILE
    text = file.read_text("utf-8") if file.is_file() else ""
    longer = f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}"
    # What a link brings in from elsewhere may be others' as well.
    if (
        file.suffix != ".yaml"
        or not file.resolve().is_relative_to(root)
        or not _adds(text, longer, key)
    ):
        return f"to be found it must be named in {file}: {line}"
    write_output(longer, file)
    return f"named in {file}: {line}"


def _adds(text: str, longer: str, key: str) -> bool:
    """Tell whether a longer text says the same in YAML, and one key more."""
    from stackproof.model import yaml_text

    try:
        before, after = yaml_text.parse(text) or {}, yaml_text.parse(longer)
    except ValueError:
        return False
    known: Any = before if isinstance(before, dict) else {key: None}
    return key not in known and isinstance(after, dict) and {**known, key: after[key]} == after


def _text(name: str, values: dict[str, str]) -> str:
    text = (resources.files("stackproof") / "starter" / name).read_text("utf-8")
    return Template(text).substitute(values)
