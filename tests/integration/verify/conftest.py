"""Deployed stacks; `scalepayments-staging` once per test process, for all that verifies it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from stackproof.embedded.server.control import Server, embedded_aws, isolated
from stackproof.outputs import Outputs, load

ROOT = Path(__file__).resolve().parents[3]
STACKPROOF = str(Path(sys.executable).with_name("stackproof"))


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack: its server, its outputs, and the environment that reaches it."""

    server: Server
    outputs: Outputs
    environment: Mapping[str, str]

    def client(self, service: str) -> Any:
        """Give a boto3 client of the stack's AWS: another hand than ours."""
        session: Any = boto3.Session("another", "hand", region_name="us-east-1")
        return session.client(service, endpoint_url=self.server.endpoint)

    def stackproof(
        self, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of ours against the stack."""
        return subprocess.run(
            [STACKPROOF, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd or self.outputs.path.parent,
            env={**self.environment, **variables},
        )


@contextmanager
def deployment(stack: str, folder: Path) -> Iterator[Deployed]:
    """Deploy a stack to an embedded AWS of its own, for the duration of the block."""
    file = folder / "flat-outputs.json"
    with embedded_aws() as server:
        environment = isolated(os.environ, server, "us-east-1", home=folder)
        environment["AWS_MAX_ATTEMPTS"] = "2"
        subprocess.run(
            [STACKPROOF, "deploy", stack, "--outputs", str(file)],
            check=True,
            cwd=ROOT,
            env=environment,
        )
        yield Deployed(server, load(file), environment)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deploy the stack that most tests verify."""
    with deployment("scalepayments-staging", tmp_path_factory.mktemp("deployed")) as running:
        yield running


@pytest.fixture(autouse=True)
def reached(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point this process at the stack for one test: others have servers of their own."""
    for name, value in deployed.environment.items():
        monkeypatch.setenv(name, value)
