"""Read a Pulumi project and a stack's configuration as the Pulumi CLI does."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.model import yaml_text
from stackproof.model.json_text import text_of


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project: its name, its root folder, and the program's entry point.

    `packages` is the folder of the packages that the program's own virtual environment has.
    """

    name: str
    root: Path
    program: Path
    packages: Path | None = None


def find_project(start: Path) -> Project:
    """Find the project that a folder is in; raise EmbeddedError when there is none."""
    for root in (start.resolve(), *start.resolve().parents):
        file = root / "Pulumi.yaml"
        if file.is_file():
            settings = _mapping(file)
            main = root / str(settings.get("main", "."))
            program = main if main.suffix == ".py" else main / "__main__.py"
            if not program.is_file():
                raise EmbeddedError(f"{file} names the program {main}, which has no __main__.py")
            name = str(settings.get("name", root.name))
            return Project(name, root, program, _packages(root, settings.get("runtime")))
    raise EmbeddedError(
        f"no Pulumi.yaml in {start} or above it; run this in a Pulumi project's folder"
    )


def _packages(root: Path, runtime: Any) -> Path | None:
    options = (runtime.get("options") if isinstance(runtime, Mapping) else None) or {}
    environment = root / str(options.get("virtualenv") or "")
    found = sorted(environment.glob("lib/python*/site-packages"))
    if "virtualenv" not in options or not found:
        return None
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    fitting = next((path for path in found if path.parent.name == version), None)
    if fitting is None:
        raise EmbeddedError(
            f"{environment} is of {found[0].parent.name}, and stackproof runs on {version}; deploy "
            "with `stackproof embedded run -- pulumi up`"
        )
    return fitting


def stack_config(project: Project, stack: str) -> dict[str, str]:
    """Give a stack's configuration, every key with its namespace.

    Raises EmbeddedError when the stack has no configuration file, or a value is encrypted:
    only the Pulumi CLI can decrypt it.
    """
    file = project.root / f"Pulumi.{stack}.yaml"
    if not file.is_file():
        known = sorted(p.name[7:-5] for p in project.root.glob("Pulumi.*.yaml"))
        raise EmbeddedError(f"there is no {file.name} in {project.root}; the stacks are {known}")
    config: dict[str, str] = {}
    for key, value in (_mapping(file).get("config") or {}).items():
        name = key if ":" in key else f"{project.name}:{key}"
        if isinstance(value, Mapping) and "secure" in value:
            raise EmbeddedError(
                f"{file.name}: {key} is encrypted; deploy this stack with "
                f"`stackproof embedded run -- pulumi up --stack {stack}`"
            )
        config[name] = _text(value)
    return config


def _text(value: Any) -> str:
    """Give a value as the text that programs read; a key without a value has an empty one."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _mapping(file: Path) -> dict[str, Any]:
    try:
        data = yaml_text.parse(text_of(file))
    except OSError as error:
        raise EmbeddedError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise EmbeddedError(f"{file} is not YAML: {error}") from None
    if not isinstance(data, dict):
        raise EmbeddedError(f"{file} holds no settings; it must be a YAML mapping")
    return data
