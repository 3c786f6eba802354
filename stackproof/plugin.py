"""The pytest plugin of the scenario suite: a deployed stack as fixtures, read once per run.

Fixtures: `outputs` (the stack's outputs), `live` (its resources as AWS shows them), `run_facts`
(account, endpoint, calls), `aws` (read-only boto3 clients), `others` (further stacks given by
more than one `--outputs`).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stackproof.model import Stack, UnresolvedError

if TYPE_CHECKING:
    from stackproof.outputs import Outputs
    from stackproof.sights.live.snapshot import Snapshot

COULD_NOT = 3

FAMILIES = {
    "payment_workflow": "a payment flows from the load balancer to service, database and cache",
    "high_availability": "the loss of an Availability Zone or a task is survived",
    "security": "security and PCI DSS",
    "auto_scaling": "a surge of traffic is met",
    "disaster_recovery": "backup, failover and restore",
    "monitoring": "somebody is told when something breaks",
    "cost": "money is not wasted",
    "performance": "latency, throughput and query time are within budget",
    "output_validation": "the stack's outputs are complete and true",
    "cross_environment": "environments are isolated, and grow from dev to prod",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("stackproof", "verify a deployed AWS stack")
    group.addoption(
        "--outputs",
        action="append",
        type=Path,
        metavar="FILE",
        help="the stack's outputs (default: STACKPROOF_OUTPUTS, flat-outputs.json or "
        "cfn-outputs/flat-outputs.json); given again, further stacks to compare it with",
    )
    group.addoption(
        "--state",
        type=Path,
        metavar="FILE",
        help="the stack's state (`pulumi stack export`), which adds URNs",
    )
    group.addoption(
        "--scenario-report",
        type=Path,
        metavar="FILE",
        help="write what each scenario proved, as JSON",
    )
    parser.addini(
        "scenario_paths", "folders whose tests need a deployed stack", "paths", ["tests/scenarios"]
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and the run itself when a deployed stack is to be verified."""
    for name, meaning in FAMILIES.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    config.addinivalue_line("markers", "blueprint(*names): only for stacks of these blueprints")
    config.addinivalue_line("markers", "environments(*names): only for these environments")
    if _wants_stack(config):
        config.pluginmanager.register(Verification(config), "stackproof-verification")


class Verification:
    """One run of the suite against deployed stacks."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.outputs: list[Outputs] = []
        self.records: list[dict[str, Any]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="stackproof-")
        self._worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self._snapshots: list[Path] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Read the stacks before workers start; stop with one sentence when that can't be done."""
        from stackproof import outputs as files

        options = self.config.getoption("--outputs") or [None]
        if self._worker is not None:
            options = [Path(path) for path in self._worker["stackproof_outputs"]]
            self._snapshots = [Path(path) for path in self._worker["stackproof_snapshots"]]
        try:
            self.outputs = [files.load(files.find(option)) for option in options]
        except files.OutputsError as error:
            pytest.exit(str(error), COULD_NOT)
        if self._worker is None and not self.config.option.collectonly:
            self._read()

    def _read(self) -> None:
        from stackproof.sights.live.fetch import LiveError
        from stackproof.sights.state import StateError
        from stackproof.verify import snapshot_of

        state = self.config.getoption("--state")
        for number, outputs in enumerate(self.outputs):
            try:
                snapshot = snapshot_of(outputs, state if number == 0 else None)
            except (LiveError, StateError) as error:
                pytest.exit(str(error), COULD_NOT)
            path = Path(self._folder.name) / f"snapshot-{number}.json"
            snapshot.save(path)
            self._snapshots.append(path)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the one snapshot to an xdist worker."""
        node.workerinput["stackproof_outputs"] = [str(o.path.resolve()) for o in self.outputs]
        node.workerinput["stackproof_snapshots"] = [str(path) for path in self._snapshots]

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the scenarios that are not about this blueprint or environment."""
        own = self.outputs[0]
        out = [
            item
            for item in items
            for marker, output in (("blueprint", "blueprint"), ("environments", "environment"))
            for mark in item.iter_markers(marker)
            if own.get(output) not in mark.args
        ]
        if out:
            config.hook.pytest_deselected(items=out)
            items[:] = [item for item in items if item not in out]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Say in a sentence what a scenario needed and could not see; it counts as a failure."""
        report: Any = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, UnresolvedError):
            unknown = call.excinfo.value.unknown
            report.longrepr = (
                f"UNKNOWN: {unknown.property or 'a fact'} could not be seen: {unknown.cause}"
                + (f" ({unknown.detail})" if unknown.detail else "")
            )
            report.user_properties.append(("stackproof", "unknown"))
        if call.when == "call":
            doc = (getattr(getattr(item, "function", None), "__doc__", "") or "").strip()
            lines = [line.strip() for line in doc.splitlines() if line.strip()]
            family = next((m.name for m in item.iter_markers() if m.name in FAMILIES), "")
            report.user_properties.append(("family", family))
            report.user_properties.append(("proves", lines[0] if lines else item.name))
            report.user_properties.append(("why", " ".join(lines[1:])))
        return report  # type: ignore[no-any-return]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the controller needs for the report and the exit code."""
        if self._worker is not None or (report.when != "call" and report.passed):
            return
        properties = dict(report.user_properties)
        unknown = properties.get("stackproof") == "unknown"
        self.records.append(
            {
                "scenario": report.nodeid,
                "family": properties.get("family", ""),
                "proves": properties.get("proves", report.nodeid),
                "why": properties.get("why", ""),
                "outcome": "unknown" if unknown else report.outcome,
                "message": "" if report.passed else _message(report),
                "seconds": round(report.duration, 3),
            }
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report; exit with 3 when nothing failed but not everything was seen."""
        if self._worker is not None:
            return
        outcomes = [record["outcome"] for record in self.records]
        ran = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        judged = ran and not self.config.option.collectonly and "failed" not in outcomes
        if judged and ("unknown" in outcomes or "passed" not in outcomes):
            session.exitstatus = COULD_NOT
        path = self.config.getoption("--scenario-report")
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(self.records, indent=2))

    def pytest_unconfigure(self) -> None:
        """Remove the shared snapshot."""
        self._folder.cleanup()

    def snapshot(self, number: int) -> Snapshot:
        """Load the snapshot of the stack or of one it is compared with."""
        from stackproof.sights.live.snapshot import Snapshot

        return Snapshot.load(self._snapshots[number])


@pytest.fixture(scope="session")
def verification(request: pytest.FixtureRequest) -> Verification:
    """Give the run that holds the outputs and the snapshots."""
    found = request.config.pluginmanager.get_plugin("stackproof-verification")
    if found is None:
        pytest.fail("this test needs a deployed stack; put its folder into `scenario_paths`")
    return found  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def outputs(verification: Verification) -> Outputs:
    """Give the outputs of the deployed stack."""
    return verification.outputs[0]


@pytest.fixture(scope="session")
def run_facts(verification: Verification) -> Snapshot:
    """Give the snapshot itself: account, regions, endpoint, emulated or not, calls made."""
    return verification.snapshot(0)


@pytest.fixture(scope="session")
def live(run_facts: Snapshot) -> Stack:
    """Give the deployed stack as AWS shows it."""
    return run_facts.stack()


@pytest.fixture(scope="session")
def others(verification: Verification) -> list[tuple[Outputs, Stack]]:
    """Give the further stacks to compare with: one for each `--outputs` after the first."""
    return [
        (outputs, verification.snapshot(number).stack())
        for number, outputs in enumerate(verification.outputs)
        if number
    ]


@pytest.fixture(scope="session")
def aws(outputs: Outputs) -> Callable[..., Any]:
    """Give read-only boto3 clients: `aws("cloudwatch")`, in the stack's region unless named."""
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.scenario_asks import SCENARIO_ASKS
    from stackproof.sights.live.snapshot import guard

    guarded = Aws(guard(readers(), SCENARIO_ASKS))

    def client(service: str, region: str | None = None) -> Any:
        return guarded.client(service, region or outputs["region"])

    return client


def _wants_stack(config: pytest.Config) -> bool:
    """Tell whether this run's arguments reach a folder whose tests need a deployed stack."""
    folders = [Path(folder).resolve() for folder in config.getini("scenario_paths")]
    for argument in config.args:
        path = Path(os.path.abspath(config.invocation_params.dir / argument.split("::")[0]))
        if any(path.is_relative_to(f) or f.is_relative_to(path) for f in folders):
            return True
    return False


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return str(crash.message).splitlines()[0]
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return str(report.longrepr or "").splitlines()[0] if report.longrepr else ""
