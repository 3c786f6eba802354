"""The pytest plugin of the scenario suite: a deployed stack as fixtures, read once per run.

Fixtures: `outputs` (the stack's outputs), `live` (its resources as AWS shows them), `run_facts`
(account, endpoint, calls), `accounting` (how each resource ends), `compared` (findings about what
is named and isn't there), `waivers` (the failures that are accepted), `settings` (the project's),
`aws` (read-only boto3 clients), `probe` (asks with them until the answer holds, as long as AWS may
need to show it), `others` (further stacks given by more than one `--outputs`).
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stackproof import log
from stackproof.endpoints import who
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT
from stackproof.garbage import collect_seldom
from stackproof.model import Cause, Control, Stack, Unknown, UnresolvedError
from stackproof.read_only import MARKER, ReadOnlyRun
from stackproof.safe_text import clean, legible
from stackproof.scratch import scratch, write_whole
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.signals import of_process
from stackproof.suite_door import SuiteDoor, ends
from stackproof.suite_names import some_path, something
from stackproof.suite_scope import Scope, add_options, handed, taken
from stackproof.suite_text import change_texts, cleaned
from stackproof.writable import check_apart, check_writable

if TYPE_CHECKING:
    from stackproof.fleet.targets import Target
    from stackproof.model import Finding
    from stackproof.outputs import Outputs
    from stackproof.parity.accounting import Accounting
    from stackproof.probing import Probing
    from stackproof.record.known_secrets import Hiding
    from stackproof.reports.scenarios import Scenarios
    from stackproof.settling import Look
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.snapshot import Snapshot
    from stackproof.sights.state import State
    from stackproof.waivers import Waiver, Waivers

_SCENARIOS = "stackproof.scenarios"
# Before they are imported, so that they say what an assertion compared.
pytest.register_assert_rewrite(_SCENARIOS)

FAMILIES = {
    "payment_workflow": "a payment flows from the load balancer to service, database and cache",
    "request_path": "a request finds its way through the stack",
    "delivery": "a change reaches production, and a bad one goes back",
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
    group = parser.getgroup("stackproof", "verify a deployed AWS stack (exit code 3: could not)")
    group.addoption(
        "--outputs",
        action="append",
        type=some_path,
        metavar="FILE",
        help="the stack's outputs (default: STACKPROOF_OUTPUTS, flat-outputs.json or "
        "cfn-outputs/flat-outputs.json); given again, further stacks to compare it with",
    )
    add_options(group)
    group.addoption(
        "--aws-profile",
        type=something,
        action="append",
        metavar="NAME",
        help="the AWS profile that reaches the stack's account (default: the one that is in use); "
        "given again, those of the further --outputs, in the same order",
    )
    group.addoption(
        "--assume-role",
        type=something,
        action="append",
        metavar="ARN",
        help="the role that reaches the stack's account, assumed by the profile; given again, "
        "those of the further --outputs, in the same order",
    )
    group.addoption(
        "--external-id",
        type=something,
        metavar="ID",
        help="what the role's trust policy wants to be told by those who assume it",
    )
    group.addoption(
        "--state",
        type=some_path,
        metavar="FILE",
        help="the stack's state (`pulumi stack export`), which adds URNs",
    )
    group.addoption(
        "--waivers",
        type=some_path,
        metavar="FILE",
        help="the failures that are accepted (default: STACKPROOF_WAIVERS, or waivers.yaml beside "
        "the project's Pulumi.yaml)",
    )
    group.addoption(
        "--drills",
        action="store_true",
        help="run what is marked `drill`, too, which changes something on purpose",
    )
    group.addoption(
        "--settle",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="read again what does not hold, until it does or for so long: right after a "
        "deployment AWS does not show everything yet",
    )
    group.addoption(
        "--scenario-report",
        type=some_path,
        metavar="FILE",
        help="write what each scenario proved, as JSON",
    )
    group.addoption(
        "--stackproof-verbose",
        action="count",
        default=0,
        help="show each call and what could not be seen; given twice, also how it was found whose "
        "an item is (ini: stackproof_verbose = 1 or 2)",
    )
    group.addoption(
        "--stackproof-log-file",
        type=some_path,
        metavar="FILE",
        help="keep all of that as JSON, one event a line (ini: stackproof_log_file)",
    )
    parser.addini("stackproof_verbose", "1 shows calls, 2 also whose items are", default="0")
    parser.addini("stackproof_log_file", "keeps calls, and whose items are, as JSON lines", "paths")
    parser.addini(
        "scenario_paths",
        "folders whose tests need a deployed stack (--outputs says so for a single run)",
        "paths",
        [],
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    # "nan" and "inf" would be waited for without an end.
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number of seconds from 0 on, such as 120")
    return seconds


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Let a conftest that would end the run be one that does not load."""
    try:
        return (yield)
    except BaseException as error:
        if isinstance(error, Exception) or of_process(error):
            raise
        raise pytest.UsageError(ends(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and the run itself when a deployed stack is to be verified."""
    for name, meaning in FAMILIES.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    config.addinivalue_line(
        "markers", "types(*tokens): only for stacks with a resource of one of these types"
    )
    config.addinivalue_line("markers", "blueprint(*names): only for stacks of these blueprints")
    config.addinivalue_line("markers", "environments(*names): only for these environments")
    config.addinivalue_line(
        "markers",
        "settings(*names, **values): only for stacks whose output `settings` has these, or so",
    )
    config.addinivalue_line(
        "markers", "side_by_side(same=None): only when --outputs names several stacks"
    )
    config.addinivalue_line(
        "markers", "needs_outputs(*names): only for stacks that have all of these outputs"
    )
    config.addinivalue_line("markers", f"{MARKER}: changes something; runs with --drills only")
    verifies = _wants_stack(config)
    read_only_run = ReadOnlyRun(
        drills=config.getoption("--drills"),
        verifies=verifies,
        folders=_folders(config) if verifies and not _general(config) else (),
    )
    config.pluginmanager.register(read_only_run, "stackproof-read-only")
    if verifies:
        collect_seldom()
        _listen(config)
        door = SuiteDoor(worker=hasattr(config, "workerinput"), drills=config.getoption("--drills"))
        config.pluginmanager.register(door, "stackproof-door")
        config.pluginmanager.register(Verification(config, door), "stackproof-verification")


class Verification:
    """One run of the suite against deployed stacks."""

    def __init__(self, config: pytest.Config, door: SuiteDoor) -> None:
        from stackproof.reports.scenarios import Scenarios

        self.config = config
        self.door = door
        self._general = _general(config)
        self.outputs: list[Outputs] = []
        self.waived: tuple[Waiver, ...] = ()
        self.settings: Settings = EVERYTHING
        self.scenarios: Scenarios = Scenarios()
        self._worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self._scratch = ExitStack()
        self._snapshots: list[Path] = []
        self._header: list[str] = []
        self._printed: set[str] = set()
        # What the first stack has, or may have; None where nothing was read, or will be again.
        self._types: frozenset[str] | None = None
        self._looks: list[Look] = []
        self._deadline = time.time() + config.getoption("--settle")
        self._probing: Probing | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Read the stacks before workers start; stop with one sentence when that can't be done."""
        from stackproof.own.scenarios import arguments
        from stackproof.project import project_or, waivers_file
        from stackproof.settings.loading import load
        from stackproof.settings.places import find
        from stackproof.settling import Look
        from stackproof.waivers import load as load_waivers

        project = project_or(self.config.invocation_params.dir)
        file = waivers_file(project, self.config.getoption("--waivers"))
        options = self.config.getoption("--outputs") or [None]
        scope = Scope(self.config.getoption, self._scratch.enter_context(scratch()))
        self._scope = scope
        if self.config.getoption("--external-id") and not self.config.getoption("--assume-role"):
            raise StackproofError("--external-id is for --assume-role ARN", Code.USAGE)
        for option in ("--aws-profile", "--assume-role"):
            given = self.config.getoption(option)
            if given and len(given) != len(options):
                raise StackproofError(
                    f"{option} is given {len(given)} times for {len(options)} stacks; name one "
                    "for each --outputs, in the same order",
                    Code.USAGE,
                )
        if self._worker is None:
            report = self.config.getoption("--scenario-report")
            check_apart([report], [*options, self.config.getoption("--state"), file])
            check_writable(report)
        else:
            state = self._worker["stackproof_state"]
            scope.state_file = Path(state) if state else None
            self._snapshots = [Path(path) for path in self._worker["stackproof_snapshots"]]
            self._deadline = self._worker["stackproof_deadline"]
            self._looks = [Look(*look) for look in self._worker["stackproof_looks"]]
            shown = self._worker["stackproof_types"]
            self._types = None if shown is None else frozenset(shown)
        self.settings = load(find(project))
        if self._worker is None:
            self.outputs = scope.outputs(dict(self.settings.own_tags))
        else:
            self.outputs = [taken(sent) for sent in self._worker["stackproof_outputs"]]
        self.waived = (*load_waivers(file, self.settings.own), *self.settings.waivers)
        if self._general:
            beside = arguments(self.settings.scenarios)
            self.config.args += [
                argument for argument in beside if argument not in self.config.args
            ]
        if self.config.option.collectonly:
            return
        if self._worker is None:
            self._read()
        if self.config.getoption("--settle") > 0:
            self._settle()

    def _settle(self) -> None:
        """Let scenarios that fail be run again on newer readings."""
        from stackproof.rereading import Rereading

        def read() -> list[Snapshot]:
            return [self._snapshot(outputs, number) for number, outputs in enumerate(self.outputs)]

        def use(snapshots: list[Path]) -> None:
            self._snapshots = snapshots

        folder = self._snapshots[0].parent
        self.config.pluginmanager.register(Rereading(folder, self._deadline, read, use))

    def _read(self) -> None:
        from stackproof.record.made import accounting_of as counts_of
        from stackproof.record.made import gaps_of, unjudged_of
        from stackproof.reports import accounts
        from stackproof.settling import told as told_of
        from stackproof.verify import accounting_of, left_open, settled, waivers_of

        folder = self._scratch.enter_context(scratch())
        for number, outputs in enumerate(self.outputs):
            state = self.state() if number == 0 else None
            aws = self._asking(number)
            left = self._deadline - time.time()
            looks: Sequence[Look] = ()
            if self.config.getoption("--settle") > 0:
                snapshot, run = settled(
                    outputs,
                    state,
                    self.waived,
                    max(0.0, left),
                    aws,
                    settings=self.settings,
                    regions=self._scope.where(aws),
                )
                looks = run.looks
                self._looks += looks if number == 0 else ()
            else:
                snapshot = self._snapshot(outputs, number)
            if number == 0 and self.config.getoption("--settle") <= 0:
                self._types = frozenset((*snapshot.gaps, *(r.type for r in snapshot.resources)))
            path = folder / f"snapshot-{number}.json"
            snapshot.save(path)
            self._snapshots.append(path)
            self._header.append(
                f"stackproof: {outputs.get('stack', outputs.path)}, account {snapshot.account}, "
                f"{', '.join(snapshot.regions)}, {who(snapshot.endpoint)}: "
                f"{len(snapshot.there)} resources, {sum(snapshot.calls.values())} API calls, "
                f"{snapshot.seconds:.1f} s"
            )
            self._header += [f"  {warning}" for warning in Code.READ_AGAIN.on(*told_of(looks))]
            aside = filter(None, (self.settings.left_out, self.settings.tolerance))
            self._header += [f"  {warning}" for warning in Code.LEFT_OUT.on(*aside)]
            told = accounting_of(outputs, state, snapshot, self.settings)
            self._header.append(f"  {accounts.counted(counts_of(told))}")
            unread = accounts.not_read(gaps_of(snapshot.lost))
            unjudged = accounts.named(unjudged_of(told), accounts.ON_A_LINE)
            in_part = accounts.seen_in_part(counts_of(told), accounts.ON_A_LINE)
            for status, listed in (*unjudged, *unread, *in_part):
                self._header.append(f"  {status}: {listed}")
            notes = Code.STATE_OPEN.on(*(state.notes if state else ()))
            if number == 0:
                there = [*snapshot.there, *(entry.resource for entry in told.entries)]
                waivers = waivers_of(outputs, snapshot, self.waived, state)
                notes += Code.LEFT_OUT.on(*self.settings.told_idle(there))
                notes += Code.WAIVER_IDLE.on(*waivers.idle(there))
            if not self._scope.account:
                notes += left_open(outputs, state, snapshot)
            self._header += [f"  warning: {note}" for note in (*notes, *self._scope.warnings)]

    def _snapshot(self, outputs: Outputs, number: int) -> Snapshot:
        from stackproof.verify import snapshot_of

        aws = self._asking(number)
        if self._scope.account:
            return self._scope.whole(aws)
        return snapshot_of(
            outputs, self.state() if number == 0 else None, aws, self._scope.where(aws)
        )

    def pytest_report_header(self) -> list[str]:
        """Say which stack was read, where, and how, and how each of its resources ended."""
        return [clean(line) for line in self._header]

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: list[Any]) -> None:
        """Start workers as this process was started: no module of the folder is a library's."""
        for spec in specs:
            if spec.popen and not spec.python and sys.flags.safe_path:
                spec.python = f"{shlex.quote(sys.executable)} -P"

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the one snapshot to an xdist worker."""
        node.workerinput["stackproof_outputs"] = [handed(outputs) for outputs in self.outputs]
        state = self._scope.state_file
        if state is not None and state.is_file():
            state = state.resolve()
        node.workerinput["stackproof_state"] = None if state is None else str(state)
        node.workerinput["stackproof_snapshots"] = [str(path) for path in self._snapshots]
        node.workerinput["stackproof_deadline"] = self._deadline
        node.workerinput["stackproof_looks"] = [
            (look.seconds, list(look.open), list(look.less)) for look in self._looks
        ]
        node.workerinput["stackproof_types"] = self._types and sorted(self._types)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what is not about this blueprint, environment, setting or comparison."""
        out = [item for item in items if not self._concerns(item)]
        if out:
            config.hook.pytest_deselected(items=out)
            items[:] = [item for item in items if self._concerns(item)]

    def _concerns(self, item: pytest.Item) -> bool:
        control = _control_of(item)
        if control is not None and not self._holds(control):
            return False
        first, *others = self.outputs
        for mark in item.iter_markers("side_by_side"):
            same = mark.kwargs.get("same")
            alike = (same is None or first.get(same) == other.get(same) for other in others)
            if not any(alike) or (same and first.get(same) is None):
                return False
        for mark in item.iter_markers("types"):
            if self._types is not None and self._types.isdisjoint(mark.args):
                return False
        needed = (name for mark in item.iter_markers("needs_outputs") for name in mark.args)
        if any(first.get(name) is None for name in needed):
            return False
        # Without that output nothing says that it is switched off: the scenario tells so itself.
        if isinstance(first.get("settings"), Mapping) and not all(
            mark.kwargs.items() <= first.settings.items() and first.settings.keys() >= {*mark.args}
            for mark in item.iter_markers("settings")
        ):
            return False
        return all(
            first.get(output) in mark.args
            for marker, output in (("blueprint", "blueprint"), ("environments", "environment"))
            for mark in item.iter_markers(marker)
        )

    def _holds(self, control: Control) -> bool:
        """Tell whether a control is to be judged; those of what is named are always."""
        from stackproof.parity.controls import PARITY

        return control.id in PARITY or self.settings.holds(control)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Say in a sentence what a scenario needed and could not see; never let that pass."""
        from stackproof.record.findings import unseen
        from stackproof.reports.scenarios import UNKNOWN

        report: Any = yield
        unknown = None if call.excinfo is None else _unknown(call.excinfo.value)
        if unknown is not None:
            report.outcome = "failed"
            report.longrepr = unseen(unknown)
            report.user_properties.append(UNKNOWN)
        doc = (getattr(getattr(item, "function", None), "__doc__", "") or "").strip()
        lines = [line.strip() for line in doc.splitlines() if line.strip()]
        family = next((m.name for m in item.iter_markers() if m.name in FAMILIES), "")
        proves, why = lines[0] if lines else item.name, " ".join(lines[1:])
        report.user_properties.append(("family", family))
        report.user_properties.append(("proves", proves))
        report.user_properties.append(("why", why))
        if (control := _control_of(item)) is not None:
            report.user_properties.append(("severity", control.severity.value))
        report.user_properties += self._first_readings(item)
        if call.when == "call" and self._probing is not None and self._probing.waited:
            report.user_properties.append(("waits", self._probing.told()))
        if report.failed and why:
            report.sections.append(("what it proves, and why", f"{proves}\n{why}"))
        return report  # type: ignore[no-any-return]

    def _first_readings(self, item: pytest.Item) -> list[tuple[str, object]]:
        """Say of a control's scenario what did not hold at first, while the stack settled."""
        from stackproof.rereading import AT_FIRST, READINGS

        control = _control_of(item)
        if control is None:
            return []
        prefix = f"{control.id} on "
        open_ = [
            [name.removeprefix(prefix) for name in look.open if name.startswith(prefix)]
            for look in self._looks
        ]
        if len(open_) < 2 or not any(open_):
            return []
        until = max(number for number, names in enumerate(open_, 1) if names)
        first = next(names for names in open_ if names)
        return [
            (READINGS, min(until + 1, len(open_))),
            (AT_FIRST, f"did not hold on {', '.join(first)}"),
        ]

    # Before the terminal's: it marks a test whose subtests failed as failed, unknown or not.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the report and the exit code need; show what it tells as mere text."""
        shown = self._worker is None
        if shown and (
            not report.passed or report.sections or isinstance(report, pytest.SubtestReport)
        ):
            change_texts(report, self.hiding)
            report.sections = [(title, self.hiding(told)) for title, told in report.sections]
        self.scenarios.take(report)
        if shown:
            change_texts(report, cleaned)

    @pytest.hookimpl(tryfirst=True)
    def pytest_make_parametrize_id(self, val: object) -> str | None:
        """Call no scenario as if it were a command to the runner of a job."""
        return clean(val) if isinstance(val, str) and clean(val) != legible(val) else None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """With `-v`, say once what a scenario proves and why, whatever its parameters."""
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        sentences = self.scenarios.sentences(nodeid)
        scenario = nodeid.partition("[")[0]
        if (
            terminal is None
            or sentences is None
            or terminal.verbosity < 1
            or scenario in self._printed
        ):
            return
        self._printed.add(scenario)
        terminal.ensure_newline()
        for sentence in filter(None, sentences):
            terminal.write_line(f"    {clean(sentence)}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport | pytest.CollectReport
    ) -> tuple[str, str, str] | None:
        """Show what could not be seen as unknown, apart from what failed."""
        if isinstance(report, pytest.TestReport) and self.scenarios.unknown(report):
            return "unknown", "?", "UNKNOWN"
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report; exit with 3 when nothing failed but not everything was seen."""
        if self._worker is not None or self.config.option.collectonly:
            return
        ran = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if ran and self.scenarios.blind:
            session.exitstatus = COULD_NOT
        path = self.config.getoption("--scenario-report")
        # What a run that was interrupted has to say would look whole.
        if path is not None and self.door.interrupted is None:
            self._write(path)

    def _write(self, path: Path) -> None:
        try:
            told = [
                {**record, "scenario": self.hiding(record["scenario"])}
                for record in self.scenarios.records
            ]
            write_whole(json.dumps(told, indent=2), path)
        except OSError as error:
            raise StackproofError(
                f"{path} cannot be written: {error.strerror}", Code.UNWRITABLE
            ) from None

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how families ended, what took several readings or was not seen, and why 3."""
        counts = {} if terminalreporter.verbosity < -1 else self.scenarios.by_family
        if counts:
            terminalreporter.section("scenarios by family")
        for family, outcomes in sorted(counts.items()):
            ended = ", ".join(f"{n} {outcome}" for outcome, n in outcomes.items() if n)
            terminalreporter.write_line(f"{ended}: {FAMILIES.get(family, 'of no family')}")
        for record in self.scenarios.records:
            if record["readings"] > 1:
                terminalreporter.write_line(
                    clean(
                        f"READ {record['readings']} TIMES {record['scenario']}: "
                        f"{record['outcome']}, at first {record['at_first']}"
                    )
                )
            for wait in record["waits"]:
                terminalreporter.write_line(
                    clean(
                        f"WAITED {wait['seconds']:.0f} s for {wait['for']}, asked {wait['asked']} "
                        f"times, {record['scenario']}: {record['outcome']}"
                    )
                )
            if record["outcome"] == "unknown":
                terminalreporter.write_line(
                    clean(f"UNKNOWN {record['scenario']} - {record['message']}")
                )
        if self.scenarios.blind and not self.config.option.collectonly:
            terminalreporter.write_line(f"not verified: {self.scenarios.blind}", yellow=True)

    def pytest_unconfigure(self) -> None:
        """Remove the shared snapshot, and listen no more."""
        self._scratch.close()
        if self._worker is None:
            log.stop()

    def target(self, number: int) -> Target:
        """Give as whom a stack's account is asked."""
        from stackproof.fleet.targets import Target

        profiles = self.config.getoption("--aws-profile") or []
        roles = self.config.getoption("--assume-role") or []
        return Target(
            profiles[number] if profiles else None,
            roles[number] if roles else None,
            self.config.getoption("--external-id") if roles else None,
        )

    def _asking(self, number: int) -> Aws:
        """Give what asks a stack's account."""
        from stackproof.fleet.targets import Target
        from stackproof.verify import asking

        target = self.target(number)
        return asking() if target == Target() else asking(session=target.session())

    def state(self) -> State | None:
        """Read the first stack's state, if one is given; raise StateError when it is no good."""
        from stackproof.sights.state import load_state

        path = self._scope.state_file
        return None if path is None else load_state(path)

    @property
    def probing(self) -> Probing:
        """Give what asks AWS again, within the time to settle, and keeps how often it did."""
        from stackproof.probing import Probing

        if self._probing is None:
            self._probing = Probing(self._deadline)
        return self._probing

    @cached_property
    def hiding(self) -> Hiding:
        """Give what hides in texts the secrets that the run knows by their values."""
        from stackproof.model.json_text import parse, text_of
        from stackproof.record import known_secrets as known

        path, state = self._scope.state_file, self.state()
        exported = parse(text_of(path)) if path is not None else {}
        secret, named = known.secret_outputs(exported), state.secrets if state else {}
        shown = map(self.snapshot, range(len(self._snapshots)))
        return known.Hiding(
            chain(
                known.of_export(exported),
                *(known.of_outputs(outputs.values, secret) for outputs in self.outputs),
                *(known.of_resources((*s.resources, *s.foreign), named) for s in shown),
            )
        )

    def snapshot(self, number: int) -> Snapshot:
        """Load the snapshot of the stack or of one it is compared with."""
        from stackproof.sights.live.snapshot import Snapshot

        return Snapshot.load(self._snapshots[number])


def settings_of(config: pytest.Config) -> Settings:
    """Give the settings of a run, already while it is collected."""
    found = config.pluginmanager.get_plugin("stackproof-verification")
    return EVERYTHING if found is None else found.settings


@pytest.fixture(scope="session")
def verification(request: pytest.FixtureRequest) -> Verification:
    """Give the run that holds the outputs and the snapshots; the other fixtures come from it."""
    found = request.config.pluginmanager.get_plugin("stackproof-verification")
    if found is None:
        pytest.fail(
            "this test needs a deployed stack: give `--outputs FILE`, or put the test's folder "
            "into `scenario_paths` of the pytest configuration"
        )
    return found  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def outputs(verification: Verification) -> Outputs:
    """Give the outputs of the deployed stack: `outputs["vpc_id"]`, `outputs.list("subnet_ids")`."""
    return verification.outputs[0]


@pytest.fixture(scope="session")
def run_facts(verification: Verification) -> Snapshot:
    """Give the facts of the reading: account, regions, endpoint, emulated or not, calls made."""
    return verification.snapshot(0)


@pytest.fixture(scope="session")
def live(run_facts: Snapshot) -> Stack:
    """Give the deployed stack as AWS shows it: `live.all(type)`, `live.look_up(id, type)`.

    A scenario that needs a fact that could not be seen is unknown, not failed.
    """
    return run_facts.stack()


@pytest.fixture(scope="session")
def accounting(verification: Verification, run_facts: Snapshot) -> Accounting:
    """Give how every resource ends that state, outputs or tags name, or that was read."""
    from stackproof.verify import accounting_of

    return accounting_of(
        verification.outputs[0], verification.state(), run_facts, verification.settings
    )


@pytest.fixture(scope="session")
def compared(
    verification: Verification,
    run_facts: Snapshot,
    accounting: Accounting,
    live: Stack,
    waivers: Waivers,
) -> list[Finding]:
    """Give the findings about what is named: gone, unreadable, drifted, waived too often."""
    from stackproof import verify

    comparison = verify.compared_with(verification.state(), run_facts)
    found = verify.compared(accounting, run_facts, comparison, verification.settings)
    return [*found, *verify.about_waivers(waivers, live, found, verification.settings)]


@pytest.fixture(scope="session")
def settings(verification: Verification) -> Settings:
    """Give the project's settings, by its `stackproof.yaml`: `settings.told(control)`."""
    return verification.settings


@pytest.fixture(scope="session")
def waivers(verification: Verification, run_facts: Snapshot) -> Waivers:
    """Give what is waived in the deployed stack: `waivers.apply(findings)`."""
    from stackproof.verify import waivers_of

    outputs, *_ = verification.outputs
    return waivers_of(outputs, run_facts, verification.waived, verification.state())


@pytest.fixture(scope="session")
def others(verification: Verification) -> list[tuple[Outputs, Stack]]:
    """Give the further stacks to compare with: one for each `--outputs` after the first."""
    return [
        (outputs, verification.snapshot(number).stack())
        for number, outputs in enumerate(verification.outputs)
        if number
    ]


@pytest.fixture(scope="session")
def aws(verification: Verification, run_facts: Snapshot) -> Callable[..., Any]:
    """Give read-only boto3 clients: `aws("cloudwatch")`, in the stack's region unless named."""
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.scenario_asks import SCENARIO_ASKS
    from stackproof.sights.live.snapshot import guard

    session = verification.target(0).session()
    guarded = Aws(guard(readers(), SCENARIO_ASKS), session=session)

    def client(service: str, region: str | None = None) -> Any:
        return guarded.client(service, region or run_facts.regions[0])

    return client


@pytest.fixture(scope="session")
def probe(verification: Verification) -> Probing:
    """Ask AWS until the answer holds: `probe("metrics", ask, holds)` gives the last answer.

    Without `--settle` it is asked once. `stackproof.probing.WAITS` has what can be waited for.
    """
    return verification.probing


def _listen(config: pytest.Config) -> None:
    """Show and keep what the run does; workers go on with what the controller began."""
    if hasattr(config, "workerinput"):
        log.take_over()
        return
    files = [config.getoption("--stackproof-log-file"), *config.getini("stackproof_log_file")]
    file = next(filter(None, files), None)
    told = config.getini("stackproof_verbose")
    verbosity = config.getoption("--stackproof-verbose") or (int(told) if told.isdecimal() else 0)
    if not file and not verbosity:
        log.take_over()
    else:
        log.start(verbosity, file)


def _wants_stack(config: pytest.Config) -> bool:
    """Tell whether this run is about a deployed stack: by `--outputs`, or by what it runs."""
    if config.option.showfixtures or config.option.show_fixtures_per_test:
        return False
    if config.getoption("--outputs"):
        return True
    if _general(config):
        return True
    folders = _folders(config)
    for argument in config.args:
        path = Path(os.path.abspath(config.invocation_params.dir / argument.split("::")[0]))
        if any(path.is_relative_to(f) or f.is_relative_to(path) for f in folders):
            return True
    return False


def _general(config: pytest.Config) -> bool:
    """Tell whether this run is of the scenarios for any stack; those of the project join it."""
    return config.option.pyargs and any(a.startswith(_SCENARIOS) for a in config.args)


def _control_of(item: pytest.Item) -> Control | None:
    """Give the control that a scenario tries; None where it tries none."""
    control = getattr(getattr(item, "callspec", None), "params", {}).get("control")
    return control if isinstance(control, Control) else None


def _folders(config: pytest.Config) -> list[Path]:
    """Give the folders of scenarios that pytest's configuration and the project's settings name."""
    from stackproof.project import project_or
    from stackproof.settings.places import named_in

    own = named_in(project_or(config.invocation_params.dir), "scenarios")
    return [Path(folder).resolve() for folder in (*config.getini("scenario_paths"), *own)]


def _unknown(error: BaseException) -> Unknown | None:
    """Give what an error says could not be seen, when it says so."""
    if isinstance(error, UnresolvedError):
        return error.unknown
    if type(error).__module__.split(".")[0] not in ("botocore", __package__):
        return None
    from botocore.exceptions import ClientError

    from stackproof.sights.live.ask import Ask
    from stackproof.sights.live.codes import LiveError, denies, parts
    from stackproof.sights.live.errors import FROM_AWS, explain

    if isinstance(error, FROM_AWS):
        asked = Ask("aws", getattr(error, "operation_name", "a scenario"))
        # What a scenario has asked for itself, and is not there, is its failure.
        if isinstance(error, ClientError) and denies(parts(error)[0], asked):
            return None
        try:
            return explain(error, asked, {})
        except LiveError as refused:
            error = refused
    refusal = isinstance(error, LiveError)
    return Unknown(Cause.ACCESS_DENIED, detail=str(error)) if refusal else None
