"""One embedded AWS per test process, and the environment that points at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from stackproof.embedded.server.control import Server, copied, embedded_aws, environment
from tests.integration.deployments import Deployments

REGION = "us-east-1"
HERE = Path(__file__).parent
# Where most of the time goes, the longest first: workers end together when the last is short.
LONGEST = (
    "verify/test_lost_answers.py",
    "cli/test_nova.py",
    "verify/test_blueprints.py",
    "cli/test_scalepayments.py",
    "test_demo.py",
    "cli/test_cicd.py",
    "verify/test_whose.py",
    "verify/test_scenario_suite.py",
    "cli/test_other_programs.py",
    "verify/test_commands.py",
    "verify/test_mutations.py",
    "cli/test_tap.py",
    "cli/test_waivers.py",
    "verify/test_two_environments.py",
    "cli/test_serverless.py",
    "cli/test_nightly_stack.py",
    "cli/test_policy_pack.py",
    "verify/test_settling.py",
    "verify/test_spoiling_proxy.py",
    "verify/test_faults.py",
    "cli/test_rest_program.py",
    "cli/test_serverless_program.py",
    "cli/test_yaml_program.py",
    "verify/test_vanished.py",
    "verify/test_waivers.py",
    "verify/test_performance_budgets.py",
    "cli/test_small_program.py",
)
# Files whose tests share nothing: they need not share a worker.
ALONE = ("verify/test_blueprints.py",)


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Gives files to workers in the order in which they are collected."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return nodeid if file.endswith(ALONE) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """Let `--dist loadfile` begin with the longest."""
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort tests so that what takes longest comes first."""
    assert all((HERE / name).is_file() for name in LONGEST), "a file was renamed or is gone"
    order = {HERE / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


@pytest.fixture(scope="session")
def blank() -> Iterator[Server]:
    """An embedded AWS to copy: a copy is there at once, a server of one's own takes seconds."""
    with embedded_aws() as running:
        yield running


@pytest.fixture(scope="session")
def server(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running embedded AWS that every AWS client of this process reaches."""
    with copied(blank) as running, pytest.MonkeyPatch.context() as patch:
        settings = environment(running, REGION, home=tmp_path_factory.mktemp("home"))
        for name, value in settings.items():
            patch.setenv(name, value)
        yield running


@pytest.fixture(scope="session")
def deployments(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """The reference systems, each deployed when it is first asked for."""
    with ExitStack() as held:
        yield Deployments(blank, tmp_path_factory.mktemp, held)
