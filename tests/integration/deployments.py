"""Deployed stacks: each is deployed once for a test process, and tests get copies of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from stackproof.embedded.server.control import Server, copied, isolated
from stackproof.outputs import Outputs, load
from stackproof.project import WAIVERS_VARIABLE
from stackproof.waivers import Waiver
from stackproof.waivers import load as load_waivers

ROOT = Path(__file__).resolve().parents[2]
STACKPROOF = str(Path(sys.executable).with_name("stackproof"))


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack: its server, its outputs and state, and the environment that reaches it."""

    server: Server
    outputs: Outputs
    state: Path
    environment: Mapping[str, str]

    def client(self, service: str) -> Any:
        """Give a boto3 client of the stack's AWS: another hand than ours."""
        session: Any = boto3.Session("another", "hand", region_name="us-east-1")
        return session.client(service, endpoint_url=self.server.endpoint)

    @property
    def waived(self) -> Sequence[Waiver]:
        """What the project accepts of its stacks."""
        return load_waivers(ROOT / "waivers.yaml")

    def stackproof(
        self, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of ours against the stack, of which the project's waivers accept some."""
        return subprocess.run(
            [STACKPROOF, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd or self.outputs.path.parent,
            env={WAIVERS_VARIABLE: str(ROOT / "waivers.yaml"), **self.environment, **variables},
        )


class Deployments:
    """The stacks that this test process has deployed, for as long as `held` holds them."""

    def __init__(self, blank: Server, folder: Callable[[str], Path], held: ExitStack) -> None:
        self._blank = blank
        self._folder = folder
        self._held = held
        self._made: dict[str, Deployed] = {}

    def untouched(self, stack: str) -> Deployed:
        """Give a deployed stack to look at."""
        if stack not in self._made:
            server = self._held.enter_context(copied(self._blank))
            folder = self._folder(stack)
            outputs, state = folder / "flat-outputs.json", folder / "state.json"
            environment = reaching(server, folder)
            subprocess.run(
                [STACKPROOF, "deploy", stack, "--outputs", str(outputs), "--state", str(state)],
                check=True,
                cwd=ROOT,
                env=environment,
            )
            self._made[stack] = Deployed(server, load(outputs), state, environment)
        return self._made[stack]

    @contextmanager
    def copy(self, stack: str) -> Iterator[Deployed]:
        """Give a copy of a deployed stack that may be changed, for the duration of the block."""
        made = self.untouched(stack)
        with copied(made.server) as server:
            environment = reaching(server, made.outputs.path.parent)
            yield Deployed(server, made.outputs, made.state, environment)


def suite(
    environment: Mapping[str, str], *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run scenarios in a process of their own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**environment, **variables},
    )


def reaching(server: Server, home: Path) -> dict[str, str]:
    """Give the environment in which everything reaches a server, and gives up on it soon."""
    return isolated(os.environ, server, "us-east-1", home=home) | {"AWS_MAX_ATTEMPTS": "2"}
