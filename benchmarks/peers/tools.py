"""The tools that are compared: how each is installed, called, and what it says that it judged."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.peers import by_hand
from benchmarks.peers.prowler import PROWLER

_REGION = "us-east-1"
# Tools call home, or AWS itself, when they can: they can't.
_NOWHERE = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
_POLICIES = Path(__file__).with_name("custodian.yaml")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool and the command that judges the account, which writes below a folder of its own.

    `checks` counts what it judged by what it has written; `note` says what it could not run.
    `ends` are the exit codes by which it says that it has judged.
    """

    name: str
    command: Callable[[Path], list[str]]
    checks: Callable[[Path], int]
    ends: tuple[int, ...] = (0,)
    note: str = ""


def tools() -> list[Tool]:
    """Give every tool, installed."""
    return [_stackproof(), _by_hand(), _custodian(), _prowler()]


def isolated_tool(environment: Mapping[str, str]) -> dict[str, str]:
    """Give an environment in which a tool reaches the embedded AWS and nothing else."""
    return {**environment, **_NOWHERE}


def _stackproof() -> Tool:
    stackproof = str(Path(sys.executable).with_name("stackproof"))

    def command(folder: Path) -> list[str]:
        outputs = folder / "flat-outputs.json"
        told = {"project": "peers", "environment": "prod", "region": _REGION}
        outputs.write_text(json.dumps(told))
        return [stackproof, "verify", "--outputs", str(outputs), "--format", "json"]

    def checks(folder: Path) -> int:
        document = json.loads((folder / "stdout").read_bytes())
        return len({finding["control"] for finding in document["findings"]})

    return Tool("stackproof verify", command, checks, ends=(0, 1, 3))


def _by_hand() -> Tool:
    script = str(Path(by_hand.__file__))

    def checks(folder: Path) -> int:
        return int(json.loads((folder / "stdout").read_bytes())["checks"])

    return Tool("by hand", lambda _: [sys.executable, script], checks, ends=(0, 1))


def _custodian() -> Tool:
    custodian = _installed("c7n", "0.9.53", "custodian")

    def command(folder: Path) -> list[str]:
        where = ["--output-dir", str(folder / "out"), "--region", _REGION]
        # What an earlier run was answered must not help a later one.
        return [custodian, "run", "--cache-period", "0", *where, str(_POLICIES)]

    def checks(folder: Path) -> int:
        return len([*(folder / "out").glob("*/resources.json")])

    policies = yaml.safe_load(_POLICIES.read_bytes())["policies"]
    left = PROWLER.keys() - {policy["name"] for policy in policies}
    why = "which it asks of AWS's own address, whatever the endpoint"
    note = f"without {' and '.join(sorted(left))}, {why}"
    return Tool("Cloud Custodian", command, checks, note=note)


def _prowler() -> Tool:
    prowler = _installed("prowler", "5.46.0", "prowler")

    def command(folder: Path) -> list[str]:
        # It leaves out what nothing uses unless it is told not to.
        all_of_it = ["--scan-unused-services", "--filter-region", _REGION]
        written = ["--output-formats", "csv", "--output-directory", str(folder / "out")]
        quiet = ["--no-banner", "--no-color", "--ignore-exit-code-3"]
        return [prowler, "aws", *quiet, *all_of_it, *written, "--checks", *PROWLER.values()]

    def checks(folder: Path) -> int:
        (written,) = (folder / "out").glob("*.csv")
        with written.open(newline="") as rows:
            return len({row["CHECK_ID"] for row in csv.DictReader(rows, delimiter=";")})

    return Tool("Prowler", command, checks)


def _installed(distribution: str, version: str, script: str) -> str:
    """Give a tool's script, from an environment of its own that is made once."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    place = Path(base) / "stackproof" / "benchmarks" / f"{distribution}-{version}"
    found = place / "bin" / script
    if not found.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        environment = {**os.environ, "UV_SYSTEM_CERTS": "1"}
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)]
        subprocess.run(make, check=True, env=environment)
        python = str(place / "bin" / "python")
        install = [uv, "pip", "install", "--quiet", "--python", python]
        install += [f"{distribution}=={version}"]
        subprocess.run(install, check=True, env=environment)
    return str(found)
