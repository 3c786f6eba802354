"""The workflows and actions as plain data, in which every value is the text that was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = [*sorted((ROOT / ".github" / "actions").glob("*/action.yml")), ROOT / "action.yml"]
SCRIPTS = [*sorted((ROOT / "tools" / "ci").glob("*.sh")), ROOT / ".ci" / "run"]


def load(path: Path) -> Any:
    # YAML 1.1, which PyYAML speaks, would take the key `on` for true.
    return yaml.load(path.read_text(), Loader=yaml.BaseLoader)


def workflow(name: str) -> Any:
    return load(ROOT / ".github" / "workflows" / f"{name}.yml")


def jobs() -> Iterator[tuple[str, Any]]:
    """Give each job of each workflow with a name like `ci.yml: lint`."""
    for path in WORKFLOWS:
        for name, job in load(path)["jobs"].items():
            yield f"{path.name}: {name}", job


def steps() -> Iterator[tuple[str, Any]]:
    """Give each step of each job and composite action with the name of where it is."""
    for name, job in jobs():
        for step in job.get("steps", ()):
            yield name, step
    for path in ACTIONS:
        for step in load(path)["runs"]["steps"]:
            yield path.parent.name, step


def uses() -> Iterator[tuple[str, str]]:
    """Give what each `uses:` line names, and its comment."""
    for path in (*WORKFLOWS, *ACTIONS):
        for line in path.read_text().splitlines():
            match = re.fullmatch(r"\s*(?:- )?uses: (\S+)(?: # (.+))?", line)
            if match:
                yield match[1], match[2] or ""
