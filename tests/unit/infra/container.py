"""Start a container definition as a process, as far as that goes without a container runtime."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["confinement", "free_port", "running"]

# What the image would bring along: an interpreter and openssl.
PATH = f"{Path(sys.executable).parent}:/usr/bin:/bin"


def confinement(definition: Mapping[str, Any]) -> list[str] | None:
    """Return the command that runs another one with a definition's user, mounts and rights.

    It takes Linux namespaces, with or without being root; `None` where a machine refuses both.
    """
    parameters = definition["linuxParameters"]
    mounts = [
        f"mount -t tmpfs -o size={mount['size']}m,{','.join(mount['mountOptions'])} "
        f"tmpfs {mount['containerPath']}"
        for mount in parameters.get("tmpfs", ())
    ]
    if definition["readonlyRootFilesystem"]:
        mounts.append("mount -o remount,ro,bind /")
    user, _, group = definition["user"].partition(":")
    assert parameters["capabilities"] == {"drop": ["ALL"]}
    return _first_that_works(" && ".join([*mounts, 'exec "$@"']), user, group)


@cache
def _first_that_works(mounts: str, user: str, group: str) -> list[str] | None:
    inside = ["sh", "-c", mounts, "sh"]
    as_root = [
        *("unshare", "--mount", *inside),
        *("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"),
        *("--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"),
    ]
    as_anybody = [
        *("unshare", "--user", "--map-root-user", "--mount", *inside),
        *("unshare", "--user", f"--map-user={user}", f"--map-group={group}", "--"),
    ]
    for command in (as_root, as_anybody):
        try:
            tried = subprocess.run(
                [*command, "python", "-c", "import ssl"],
                env={"PATH": PATH},
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            return None
        if tried.returncode == 0:
            return command
    return None


def free_port() -> int:
    """Return a port that nobody listens to on this machine."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return what a container is told, with something made up for each of its secrets."""
    return {
        "PATH": PATH,
        **{pair["name"]: pair["value"] for pair in definition["environment"]},
        **{secret["name"]: "made-up" for secret in definition["secrets"]},
    }


@contextmanager
def running(
    definition: Mapping[str, Any], command: Sequence[str], **changes: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a command as a definition says, told what it is told but for the changes."""
    process = subprocess.Popen(
        [*(confinement(definition) or ()), *command],
        env={**environment(definition), **changes},
        cwd=os.sep,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
