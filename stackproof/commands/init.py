"""`stackproof init`: what a Pulumi project needs to be judged, written into it."""

from __future__ import annotations

import json
import re
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
_SETTINGS = "stackproof.yaml"
# What is written, by its place in the project; each is a file of `stackproof/starter`.
FILES = {
    f"{_PACK}/PulumiPolicy.yaml": "PulumiPolicy.yaml",
    f"{_PACK}/__main__.py": "pack.txt",
    f"{_PACK}/requirements.txt": "requirements.txt",
    _SETTINGS: "stackproof.yaml",
}
# GitHub runs what stands here in the root of a repository, and nothing of any other folder
# (GitHub Docs, "Workflow syntax for GitHub Actions").
WORKFLOWS = Path(".github", "workflows")


@click.command(epilog=_EXAMPLES)
@click.argument(
    "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path()
)
def init(folder: Path) -> None:
    """Write the policy pack, the settings and a GitHub workflow into a Pulumi project.

    Python, TypeScript, Go and YAML programs alike. What is there already, and says something else,
    is not touched, and nothing at all is written then. The workflow goes where GitHub looks for it:
    into the root of the git repository, by a name of its own where the project is a folder below.
    """
    from stackproof.project import project_file
    from stackproof.settings.places import find
    from stackproof.writable import check_inside

    project = project_file(folder)
    if project is None:
        raise StackproofError(
            f"{folder.resolve()} is in no Pulumi project: `pulumi new` makes one", Code.NO_PROJECT
        )
    root, repository = project.parent, _repository(project.parent)
    wanted = {root / place: _text(name) for place, name in FILES.items()}
    settings = find(project)
    elsewhere = settings is not None and settings.name != _SETTINGS
    if elsewhere:
        # Two places of settings would stop every run.
        del wanted[root / _SETTINGS]
    wanted |= _workflow(root, repository)
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
    for path in (path for path, text in there.items() if text is None):
        check_inside(path, repository)
    for path, text in wanted.items():
        if there[path] is None:
            write_output(text.rstrip("\n"), path)
        say(f"{'wrote' if there[path] is None else 'there'} {path}")
    if elsewhere:
        say(f"there {settings} (tool.stackproof), which holds the settings: no {_SETTINGS} beside")
    say(_text("next.txt").rstrip("\n"))


def _repository(root: Path) -> Path:
    """Give the root of the git repository that a project is in; its own folder without one."""
    # A worktree and a submodule have a file of that name.
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _workflow(root: Path, repository: Path) -> dict[Path, str]:
    """Give the workflow of a project by its place: for a folder of a repository it works there."""
    text = _text("workflow.yml")
    if root == repository:
        return {root / WORKFLOWS / "stackproof.yml": text}
    inside = root.relative_to(repository).as_posix()
    called = re.sub(r"[^A-Za-z0-9._-]+", "-", inside)
    folder, reports = json.dumps(inside), json.dumps(f"{inside}/reports/")
    for part, here in (
        ("name: stackproof\n", f"name: stackproof {called}\n"),
        (
            "\npermissions:\n",
            f"\ndefaults:\n  run:\n    working-directory: {folder}\n\npermissions:\n",
        ),
        # What isn't run but used knows no working directory.
        ("path: reports/\n", f"path: {reports}\n"),
    ):
        text = text.replace(part, here, 1)
    return {repository / WORKFLOWS / f"stackproof-{called}.yml": text}


def _text(name: str) -> str:
    return (resources.files("stackproof") / "starter" / name).read_text("utf-8")


def _held(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StackproofError(f"{path} cannot be read: {error}", Code.FILE_EXISTS) from None
