"""`scalepayments-staging` deployed once per test process, for everything that verifies it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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

    def stackproof(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours against the stack."""
        return subprocess.run(
            [STACKPROOF, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.outputs.path.parent,
            env={**self.environment, **variables},
        )


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deploy the stack to an embedded AWS of its own."""
    folder = tmp_path_factory.mktemp("deployed")
    file = folder / "flat-outputs.json"
    with embedded_aws() as server, pytest.MonkeyPatch.context() as patch:
        environment = isolated(os.environ, server, "us-east-1", home=folder)
        environment["AWS_MAX_ATTEMPTS"] = "2"
        subprocess.run(
            [STACKPROOF, "deploy", "scalepayments-staging", "--outputs", str(file)],
            check=True,
            cwd=ROOT,
            env=environment,
        )
        for name, value in environment.items():
            patch.setenv(name, value)
        yield Deployed(server, load(file), environment)
