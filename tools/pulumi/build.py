#!/usr/bin/env python3
"""Print the folder that holds the Pulumi CLI and its Python host, building them where needed.

Standard library only, so that it runs before the virtual environment exists.

Standard output is one line: the folder to put on PATH (several, joined the way PATH joins them,
when an installation is spread out). Everything else goes to standard error. Exit codes: 0 with
that line, 2 for bad usage, 3 with one sentence when the CLI can't be had, 130 when interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
CLI_MODULE = HERE / "cli"
HOST_MODULE = HERE / "language-python"

CLI = "pulumi"
HOST = "pulumi-language-python"
SDK = "github.com/pulumi/pulumi/sdk/v3"
VERSION_VARIABLE = f"{SDK}/go/common/version.Version"
# The hosts that few programs need, each built apart: its module of ours and its package, by
# runtime.
OTHER_HOSTS = {
    "nodejs": (HERE / "language-nodejs", f"{SDK}/nodejs/cmd/pulumi-language-nodejs"),
    "yaml": (HERE / "language-yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),
}

WINDOWS = os.name == "nt"
PROGRAM_SUFFIX = ".exe" if WINDOWS else ""
SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-analyzer-policy-python" + (".cmd" if WINDOWS else ""),
)
FILES = (
    CLI + PROGRAM_SUFFIX,
    HOST + PROGRAM_SUFFIX,
    *(script.rsplit("/", 1)[1] for script in SCRIPTS),
)

TAIL_LINES = 20
EXIT_UNAVAILABLE = 3
EXIT_INTERRUPTED = 130


class UnavailableError(Exception):
    """Say in one sentence why there is no Pulumi CLI and what would help."""


def bin_path(*, build: bool = True) -> str:
    """Return the folder (or PATH-like list of folders) with the Pulumi CLI and its Python host.

    Looks on PATH, then in the cache; builds into the cache when ``build`` allows it.
    Raises UnavailableError when there is nothing to return.
    """
    installed = find_installed(os.environ.get("PATH", ""))
    if installed is not None:
        return os.pathsep.join(installed)
    target = cache_root() / build_name()
    if is_complete(target):
        return str(target)
    if not build:
        raise UnavailableError(
            "The Pulumi CLI is neither on PATH nor built yet: "
            "`python tools/pulumi/build.py` builds it, once, in about three minutes."
        )
    build_once(target)
    return str(target)


def host_path(runtime: str, *, build: bool = True) -> str:
    """Return the folder with the host of a runtime that few programs need.

    Raises UnavailableError when there is none.
    """
    host = f"pulumi-language-{runtime}"
    search_path = os.environ.get("PATH", "")
    found = shutil.which(host, path=search_path)
    cli = shutil.which(CLI, path=search_path)
    beside = Path(cli).resolve().with_name(host + PROGRAM_SUFFIX) if cli else None
    if found or (beside is not None and _is_program(beside)):
        return str((Path(found) if found else Path(str(beside))).parent)
    module, package = OTHER_HOSTS[runtime]
    target = cache_root() / f"{runtime}-{build_name((module,))}"
    program = target / (host + PROGRAM_SUFFIX)
    if not _is_program(program) and not build:
        raise UnavailableError(
            f"The host of {runtime} programs is neither on PATH nor built yet: `python "
            f"tools/pulumi/build.py --host {runtime}` builds it, once, in about three minutes."
        )
    if not _is_program(program):
        _once(
            target,
            lambda: _is_program(program),
            lambda go, folder: _build_host(go, folder, module, package),
        )
    return str(target)


def find_installed(search_path: str) -> list[str] | None:
    """Return the folders on a search path that make up a usable installation, or None.

    The CLI finds its companions beside its real location too (package managers link only some
    of them into PATH), so that folder counts as well.
    """
    folders = [Path(entry) for entry in search_path.split(os.pathsep) if entry]
    cli = _find(FILES[0], folders)
    if cli is None:
        return None
    home = cli.resolve().parent
    found = [_find(name, [*folders, home]) for name in FILES]
    has_own_host = _is_program(home / FILES[1])
    if None in found and not has_own_host:
        return None
    parents = [str(path.parent.absolute()) for path in found if path is not None]
    return list(dict.fromkeys(parents))


def _find(name: str, folders: Sequence[Path]) -> Path | None:
    return next((folder / name for folder in folders if _is_program(folder / name)), None)


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def is_complete(folder: Path) -> bool:
    """Say whether a folder of the cache holds everything that a build puts there."""
    return all(_is_program(folder / name) for name in FILES)


def cache_root() -> Path:
    """Return the folder for our builds below the platform's cache folder."""
    if WINDOWS:
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        if not base.is_absolute():  # unset, or to be ignored: XDG Base Directory Specification
            base = Path.home() / ".cache"
    return base / "stackproof" / "pulumi"


def build_name(modules: Sequence[Path] = (CLI_MODULE, HOST_MODULE)) -> str:
    """Name a build after its version and everything that decides what is in it."""
    digest = hashlib.sha256(f"{sys.platform} {platform.machine()}".encode())
    for module in modules:
        for name in ("go.mod", "go.sum"):
            digest.update((module / name).read_bytes())
    return f"{pinned_version(modules[0])}-{digest.hexdigest()[:12]}"


def pinned_version(module: Path) -> str:
    """Return the version of the one Pulumi module that a go.mod of ours asks for."""
    return _go_mod(module, r"^require github\.com/pulumi/pulumi\S+ (v\S+)$")


def _go_mod(module: Path, pattern: str) -> str:
    match = re.search(pattern, (module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise UnavailableError(f"{module / 'go.mod'} has no line like {pattern}.")
    return match[1]


def build_once(target: Path) -> None:
    """Build into a folder of the cache unless another process does it first."""
    _once(target, lambda: is_complete(target), _build)


def _once(target: Path, is_there: Callable[[], bool], build: Callable[[str, Path], None]) -> None:
    go = shutil.which("go")
    if go is None:
        oldest = _go_mod(CLI_MODULE, r"^go (\S+)$")
        raise UnavailableError(
            "The Pulumi CLI isn't on PATH, and neither is Go, which could build it: install "
            "Pulumi (https://www.pulumi.com/docs/iac/download-install/) or "
            f"Go {oldest} or newer (https://go.dev/dl/)."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.with_name(f"{target.name}.lock")):
            if not is_there():
                build(go, target)
    except OSError as error:
        raise UnavailableError(
            f"The cache folder {target.parent} can't be used to build the Pulumi CLI: {error}."
        ) from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    with path.open("a+b") as file:
        if not _lock(file, wait=False):
            _say(f"Another process is building the Pulumi CLI; waiting for it ({path}).")
            _lock(file, wait=True)
        yield


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except PermissionError:
                if not wait:
                    return False
                time.sleep(0.5)
            else:
                return True
    else:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True


def _build(go: str, target: Path) -> None:
    for leftover in target.parent.glob(f"{target.name}.building-*"):  # of a killed process
        shutil.rmtree(leftover)
    _say(
        f"Building the Pulumi CLI {pinned_version(CLI_MODULE)} from Go modules into {target}. "
        "This takes about three minutes on two cores and happens once."
    )
    staging = Path(tempfile.mkdtemp(prefix=f"{target.name}.building-", dir=target.parent))
    try:
        cli_package = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
        _compile(go, "1/3", CLI_MODULE, cli_package, staging / FILES[0])
        host_package = f"{SDK}/python/cmd/{HOST}"
        _compile(go, "2/3", HOST_MODULE, host_package, staging / FILES[1])
        _copy_scripts(go, "3/3", staging)
        staging.chmod(0o755)
        if target.exists():  # incomplete: someone removed a part of it
            shutil.rmtree(target)
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    _say(f"The Pulumi CLI is ready in {target}.")


def _build_host(go: str, target: Path, module: Path, package: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as staging:
        program = Path(staging, package.rsplit("/", 1)[1] + PROGRAM_SUFFIX)
        _compile(go, "1/1", module, package, program)
        program.rename(target / program.name)


def _compile(go: str, step: str, module: Path, package: str, output: Path) -> None:
    # Without what only debuggers read: less to link.
    version_flag = f"-s -w -X {VERSION_VARIABLE}={pinned_version(module)}"
    command = [go, "build", "-trimpath", "-ldflags", version_flag, "-o", str(output), package]
    _run(command, module, f"{step} compiling {output.stem}")


def _copy_scripts(go: str, step: str, staging: Path) -> None:
    answer = _run(
        [go, "mod", "download", "-json", SDK], CLI_MODULE, f"{step} copying the Python scripts"
    )
    sdk = Path(json.loads(answer)["Dir"])
    for script in SCRIPTS:
        copy = staging / Path(script).name
        shutil.copyfile(sdk / script, copy)
        copy.chmod(0o755)


def _run(command: Sequence[str], folder: Path, label: str) -> str:
    """Run one Go command with progress on standard error and return its standard output."""
    # A go.work above the checkout would take our modules for strangers. The compiler lives for a
    # moment: it has memory rather than time.
    environment = {"GOGC": "400", **os.environ, "GOWORK": "off"}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=errors
        )
        try:
            _wait(process, label)
        finally:
            process.kill()
            process.wait()
        for stream in (output, errors):
            stream.seek(0)
        if process.returncode:
            tail = (errors.read() + output.read()).splitlines()[-TAIL_LINES:]
            _say(*tail)
            raise UnavailableError(
                f"`go {command[1]}` ended with exit code {process.returncode} while {label[4:]}; "
                "the last lines of its output are above."
            )
        return output.read()


def _wait(process: subprocess.Popen[bytes], label: str) -> None:
    started = time.monotonic()
    ticking = sys.stderr.isatty()
    if not ticking:
        _say(f"{label} ...")
    while True:
        line = f"{label} ... {time.monotonic() - started:.0f} s"
        if ticking:
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            continue
        break
    if ticking:
        print(file=sys.stderr)


def _say(*lines: str) -> None:
    for line in lines:
        print(f"tools/pulumi: {line}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Print the folder that holds the Pulumi CLI and its Python host; "
        "build them from Go modules when they are not installed.",
    )
    parser.add_argument(
        "--check", action="store_true", help="never build: exit 3 when there is nothing yet"
    )
    parser.add_argument(
        "--host", choices=OTHER_HOSTS, help="print the folder of the host of such programs instead"
    )
    options = parser.parse_args(arguments)
    build = not options.check
    try:
        print(host_path(options.host, build=build) if options.host else bin_path(build=build))
    except UnavailableError as error:
        _say(str(error))
        return EXIT_UNAVAILABLE
    except KeyboardInterrupt:
        _say("Stopped; nothing unfinished was kept.")
        return EXIT_INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
