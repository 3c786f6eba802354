"""The real Pulumi CLI against an embedded AWS of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from stackproof.embedded import pulumi_env
from stackproof.embedded.run import command_environment
from stackproof.embedded.server.control import Server, copied
from tests.integration.deployments import ROOT

# pytest explains failed assertions only where it was asked to: in test modules, and here.
pytest.register_assert_rewrite("tests.integration.cli.lifecycle")

REGION = "us-east-1"
# What the CLI ends with when a policy stops it.
STOPPED = 255


@dataclass(frozen=True, slots=True)
class Cli:
    """Runs `pulumi` on one stack of one project."""

    folder: Path
    stack: str
    env: dict[str, str]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command that must end with an exit code, and give all that it printed."""
        ran = self._run(arguments)
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def json(self, *arguments: str) -> Any:
        """Run a command that must succeed, and give the JSON document that it printed."""
        ran = self._run(arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout)

    def ids(self) -> dict[str, str]:
        """Give the id of each resource in the state, by type and name."""
        resources = self.json("stack", "export")["deployment"].get("resources", ())
        return {r["urn"].split("::", 2)[2].split("$")[-1]: r["id"] for r in resources if "id" in r}

    def configure(self, **values: str) -> None:
        """Set configuration of the project, as `pulumi config set` does more slowly."""
        path = self.folder / f"Pulumi.{self.stack}.yaml"
        settings = yaml.safe_load(path.read_text())
        settings["config"] |= values
        path.write_text(yaml.safe_dump(settings))

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        fixed = ("--stack", self.stack, "--non-interactive", "--color", "never")
        return subprocess.run(
            ["pulumi", *arguments, *fixed],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def pulumi_cli() -> None:
    """The Pulumi CLI, taken from PATH or built; without it and Go there is nothing to test."""
    builder = ROOT / "tools" / "pulumi" / "build.py"
    built = subprocess.run(
        [sys.executable, str(builder)], capture_output=True, text=True, check=False
    )
    if built.returncode == 0:
        return
    sentence = built.stderr.strip().splitlines()[-1]
    if os.environ.get("CI") or shutil.which("go"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def cloud_server(pulumi_cli: None, blank: Server) -> Iterator[Server]:
    """An embedded AWS that only the tests of one module use."""
    with copied(blank) as server:
        yield server


@pytest.fixture(scope="module")
def cli(
    cloud_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path, str], Cli]:
    """Give the CLI for a project's folder and a new stack of it, in a throw-away backend."""

    def prepare(folder: Path, stack: str) -> Cli:
        state = tmp_path_factory.mktemp("pulumi")
        env = command_environment(os.environ, cloud_server, state, with_cli=True)
        pulumi_env.ensure_stack(stack, folder, env)
        return Cli(folder, stack, env)

    return prepare


class Clients(Protocol):
    """Gives boto3 clients of the CLI's embedded AWS: another hand than Pulumi's."""

    def __call__(self, service: str, region: str = REGION) -> Any:
        """Give the client of a service."""


@pytest.fixture(scope="module")
def client(cloud_server: Server) -> Clients:
    """Give boto3 clients of the CLI's embedded AWS."""
    import boto3

    session: Any = boto3.Session("another", "hand")

    def make(service: str, region: str = REGION) -> Any:
        return session.client(service, region, endpoint_url=cloud_server.endpoint)

    return make
