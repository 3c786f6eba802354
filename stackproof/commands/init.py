"""`stackproof init`: what a Pulumi project needs to be judged, written into it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from stackproof.cli import write_output
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.progress import say

_EXAMPLES = """
\b
Examples:
  stackproof init
  stackproof init ~/src/shop

Exit codes: 0 written (or there already), 2 usage, 3 nothing was written.
"""
_PACK = "policies"
# What is written, by its place in the project; each is a file of `stackproof/starter`.
FILES = {
    f"{_PACK}/PulumiPolicy.yaml": "PulumiPolicy.yaml",
    f"{_PACK}/__main__.py": "pack.txt",
    f"{_PACK}/requirements.txt": "requirements.txt",
    "stackproof.yaml": "stackproof.yaml",
    ".github/workflows/stackproof.yml": "workflow.yml",
}


@click.command(epilog=_EXAMPLES)
@click.argument(
    "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path()
)
def init(folder: Path) -> None:
    """Write the policy pack, the settings and a GitHub workflow into a Pulumi project.

    Python, TypeScript, Go and YAML programs alike. What is there already, and says something else,
    is not touched, and nothing at all is written then.
    """
    from stackproof.project import project_file

    project = project_file(folder)
    if project is None:
        raise StackproofError(
            f"{folder.resolve()} is in no Pulumi project: `pulumi new` makes one", Code.NO_PROJECT
        )
    wanted = {project.parent / place: _text(name) for place, name in FILES.items()}
    there = {path: _held(path) for path in wanted}
    other = [path for path, text in there.items() if text not in (None, wanted[path])]
    if other:
        names = ", ".join(str(path) for path in other)
        pack = (
            ": a pack of your own goes on in another folder, for `pulumi preview --policy-pack "
            f"{_PACK} --policy-pack FOLDER` takes both"
            if any(path.parent.name == _PACK for path in other)
            else ""
        )
        raise StackproofError(
            f"{names} says something else already; move it away, nothing was written{pack}",
            Code.FILE_EXISTS,
        )
    for path, text in wanted.items():
        if there[path] is None:
            write_output(text.rstrip("\n"), path)
        say(f"{'wrote' if there[path] is None else 'there'} {path}")
    say(_text("next.txt").rstrip("\n"))


def _text(name: str) -> str:
    return (resources.files("stackproof") / "starter" / name).read_text("utf-8")


def _held(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StackproofError(f"{path} cannot be read: {error}", Code.FILE_EXISTS) from None
