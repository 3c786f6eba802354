"""What the Pulumi CLI needs to work on the embedded AWS, and to touch nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stackproof.embedded.server.control import EmbeddedError, answers
from stackproof.embedded.server.state import Server, made, state_dir
from stackproof.model import yaml_text
from stackproof.model.json_text import text_of

# Holds the provider `pulumi-resource-aws`; on PATH for embedded runs only.
PROVIDER_DIR = Path(__file__).parent / "bin"
# Those of Python programs come with the CLI.
_OTHER_RUNTIMES = ("nodejs", "yaml")
_BUILDER = Path(__file__).parents[2] / "tools" / "pulumi" / "build.py"


def project_dir(start: Path) -> Path:
    """Return the nearest folder upwards with a Pulumi.yaml, else `start` itself."""
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    return start


def lasting_state(server: Server) -> Path:
    """Return the folder for the Pulumi state of everything on the detached server.

    All projects share it, so that stacks of one can refer to those of another. State that other
    servers left describes resources that are gone with them: it's removed.
    """
    states = state_dir() / "pulumi"
    folder = made(states / f"{server.port}-{server.pid}")
    server.save(folder / "server.json")
    for record in states.glob("*/server.json"):
        owner = Server.load(record)
        if owner is not None and owner != server and not answers(owner):
            shutil.rmtree(record.parent, ignore_errors=True)
    return folder


def variables(base: Mapping[str, str], state: Path, *, with_cli: bool) -> dict[str, str]:
    """Return the Pulumi variables and PATH for a run whose state is kept in `state`.

    A backend, login or plugin folder of the user's is never used: an embedded run must not touch
    a real stack. Only a passphrase is kept, for the project's own secrets are encrypted with it.
    """
    home = state / "home"
    backend = state / "backend"
    for folder in (home, backend):
        folder.mkdir(parents=True, exist_ok=True)
    path = [str(PROVIDER_DIR), str(Path(sys.executable).parent)]
    if with_cli:
        path += _cli_folders(base)
    path += base.get("PATH", os.defpath).split(os.pathsep)
    return {
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_HOME": str(home),
        "PULUMI_CONFIG_PASSPHRASE": base.get("PULUMI_CONFIG_PASSPHRASE", "embedded"),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        # The state is written at the end of a command, not after every step of it: two thirds of
        # the time of an `up` of 180 resources. Only a killed command loses what it did.
        "PULUMI_SKIP_CHECKPOINTS": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "false",
        "PATH": os.pathsep.join(path),
    }


def is_pulumi(command: Sequence[str]) -> bool:
    """Tell whether a command is the Pulumi CLI."""
    return Path(command[0]).name == "pulumi"


def asks_pulumi(command: Sequence[str]) -> bool:
    """Tell whether a command is the Pulumi CLI, or asks it itself (`verify --stack dev`)."""
    return is_pulumi(command) or any(part.partition("=")[0] == "--stack" for part in command)


def stack_of(arguments: Sequence[str]) -> str | None:
    """Return the stack that a `pulumi` command line names."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if option in ("--stack", "-s"):
            return value or None
        if option.startswith("--stack="):
            return option.removeprefix("--stack=") or None
    return None


def folder_of(arguments: Sequence[str]) -> Path:
    """Return the folder that a `pulumi` command line works in (`-C`, `--cwd`)."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if option in ("--cwd", "-C") and value:
            return Path(value).resolve()
        if option.startswith("--cwd="):
            return Path(option.removeprefix("--cwd=")).resolve()
    return Path.cwd()


def ensure_stack(stack: str, folder: Path, env: Mapping[str, str]) -> None:
    """Create and select the stack in the run's own backend when it isn't there yet."""
    stacks = Path(env["PULUMI_HOME"]).with_name("backend") / ".pulumi" / "stacks"
    if any(stacks.glob(f"{_project_name(folder)}/{stack}.json")):
        return
    result = subprocess.run(
        ["pulumi", "stack", "select", "--create", "--stack", stack, "--non-interactive"],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise EmbeddedError(f"Pulumi couldn't create the stack {stack}: {result.stderr.strip()}")


def _project_name(folder: Path) -> str:
    """Give the project's name; any where the file has none, for the CLI will say what is wrong."""
    return str(_settings(folder).get("name", "*"))


def _settings(folder: Path) -> dict[str, Any]:
    try:
        settings = yaml_text.parse(text_of(folder / "Pulumi.yaml"))
    except (OSError, ValueError):
        settings = None
    return settings if isinstance(settings, dict) else {}


@contextmanager
def config_kept(folder: Path, stack: str) -> Iterator[None]:
    """Take back the encryption salt that Pulumi writes into a stack's settings file.

    The salt goes with the embedded run's passphrase: in the user's file it would break real runs.
    Anything else that the command changed there stays; a salt that encrypts a value must.
    """
    path = folder / f"Pulumi.{stack}.yaml"
    before = path.read_text() if path.is_file() else ""
    existed = path.is_file()
    try:
        yield
    finally:
        written = path.read_text() if path.is_file() else ""
        if written and "encryptionsalt:" not in before and "secure:" not in written:
            lines = written.splitlines(keepends=True)
            after = "".join(line for line in lines if not line.startswith("encryptionsalt:"))
            if after.strip() or existed:
                path.write_text(before if after.strip() == before.strip() else after)
            else:
                path.unlink()


def _cli_folders(base: Mapping[str, str]) -> list[str]:
    """Return the folders of the CLI and its Python host, which a CLI on PATH may lack."""
    if not _BUILDER.is_file():
        if shutil.which("pulumi", path=base.get("PATH")):
            return []
        raise EmbeddedError(
            "There is no `pulumi` on PATH, and this installation has no tools/pulumi to build it: "
            "install the Pulumi CLI, or run from a checkout."
        )
    return _built(base, "`pulumi`").split(os.pathsep)


def with_host(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment with what runs a project's programs on PATH, where few need it."""
    settings = _settings(folder)
    runtime = settings.get("runtime")
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name not in _OTHER_RUNTIMES or not _BUILDER.is_file():
        return dict(env)
    host = _built(env, f"host of {name} programs", "--host", name)
    return {**env, "PATH": os.pathsep.join((env["PATH"], host))}


def _built(base: Mapping[str, str], what: str, *options: str) -> str:
    result = subprocess.run(
        [sys.executable, str(_BUILDER), *options],
        env=dict(base),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if result.returncode:
        raise EmbeddedError(f"There is no usable {what}, and it could not be built (see above).")
    return result.stdout.strip()
