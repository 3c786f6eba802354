"""The door of the suite: an error of ours, or a signal, ends pytest with a sentence and a code."""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, DEFECT, INTERRUPTED
from stackproof.machine import refusal
from stackproof.read_only import ReadOnlyError
from stackproof.signals import Ending, for_pytest, of_process
from stackproof.suite_text import cleaned

_PACKAGE = Path(__file__).parent
# What calls fixtures and hooks, and is nobody's code here.
_FRAMES: Final = ("_pytest", "pluggy", "xdist", "execnet")
_OUTCOMES: Final = (pytest.fail.Exception, pytest.skip.Exception, pytest.xfail.Exception)
# What pytest's debugger raises when somebody leaves it.
_DEBUGGER_LEFT: Final = "Quitting debugger"
# What the traceback of a worker tells where a hook was refused to change something.
_REFUSED: Final = re.compile(rf"\b{ReadOnlyError.__qualname__}: (.+)$", re.MULTILINE)
_DEFECT: Final = ("stackproof defect", True)


class SuiteDoor:
    """What becomes of errors and signals in one run of the suite; workers leave it to theirs."""

    def __init__(self, *, worker: bool, drills: bool) -> None:
        self.interrupted: int | None = None
        self._defect = False
        self._worker = worker
        mine = not worker and threading.current_thread() is threading.main_thread()
        # That of the process ends what comes before and after pytest, too.
        process = Ending.of_process() if mine else None
        self._ending = process or Ending(for_pytest)
        self._listens = mine and process is None
        # A drill restores what it has changed.
        self._ending.patient = drills
        if self._listens:
            self._ending.listen()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> Iterator[None]:
        """Say once, on the standard error, why a run ends before anything is collected."""
        try:
            return (yield)
        except StackproofError as error:
            _silence(session.config)
            pytest.exit(cleaned(error.told), error.exit_code)
        except KeyboardInterrupt as error:
            self.pytest_keyboard_interrupt(pytest.ExceptionInfo.from_exception(error))
            _silence(session.config)
            pytest.exit(f"nothing was verified [{Code.SIGNAL}]", self.interrupted)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep by which signal the run ended, if by one."""
        # pytest's own way to stop collecting is a KeyboardInterrupt as well.
        if isinstance(excinfo.value, KeyboardInterrupt) and not isinstance(
            excinfo.value, pytest.Session.Interrupted
        ):
            # From here on pytest ends, and lets fixtures put away what they hold.
            self._ending.take()
            self._ending.patient = True
            self.interrupted = self._ending.exit_code or INTERRUPTED

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """End with a sentence when the error is ours; a worker's comes here as its text."""
        if not self._worker and (refused_by_machine := refusal(excinfo.value)):
            pytest.exit(refused_by_machine, COULD_NOT)
        if not self._worker and isinstance(excinfo.value, StackproofError):
            pytest.exit(excinfo.value.told, excinfo.value.exit_code)
        # The controller gets a worker's error as an assertion whose message is the traceback.
        refused = _REFUSED.search(str(excinfo.value))
        if not self._worker and isinstance(excinfo.value, AssertionError) and refused:
            error = ReadOnlyError(refused[1])
            pytest.exit(error.told, error.exit_code)
        from_worker = isinstance(excinfo.value, AssertionError) and _is_ours(str(excinfo.value))
        if isinstance(excinfo.value, BrokenPipeError):
            raise excinfo.value  # nobody reads what pytest would say of it
        if not self._worker and (from_worker or _in_ours(excinfo.value)):
            self._defect = True
            pytest.exit(_told(excinfo.value), DEFECT)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        """Let a fixture fail that would end the run."""
        with _failing():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Let a scenario fail that would end the run."""
        with _failing():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Iterator[None]:
        """Let a fixture fail that would end the run behind its scenario."""
        try:
            with _failing():
                return (yield)
        finally:
            # What pytest doesn't foresee leaves the rest as it was set up, and the next one breaks.
            item.session._setupstate.teardown_exact(nextitem)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Iterator[pytest.CollectReport]:
        """Let a module that would end the run be one that cannot be collected."""
        try:
            return (yield)  # type: ignore[misc]
        except (SystemExit, KeyboardInterrupt) as error:
            if of_process(error):
                raise
            return pytest.CollectReport(collector.nodeid, "failed", ends(error), [])  # type: ignore[return-value]

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Tell a fixture of ours that fails from a scenario that does."""
        from stackproof.reports.scenarios import UNKNOWN

        report: Any = yield
        error = None if call.excinfo is None else call.excinfo.value
        if call.when == "setup" and isinstance(error, Exception) and _fixture(error):
            refused = refusal(error)
            report.longrepr = refused or _told(error)
            report.user_properties.append(_DEFECT if refused is None else UNKNOWN)
        return report  # type: ignore[no-any-return]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a defect, a worker's too."""
        self._defect = self._defect or _DEFECT in map(tuple, report.user_properties)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """Give the run its exit code when it isn't the scenarios' to give."""
        with self._guarded(session):
            yield

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Iterator[None]:
        """Let the summary that fails be a sentence: pytest has no door behind this."""
        with self._guarded(terminalreporter._session):
            yield

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Give the signals back to a process that lives on."""
        if self._listens:
            self._ending.stop()

    @contextmanager
    def _guarded(self, session: pytest.Session) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except StackproofError as error:
            self._could_not(session, error.told, error.exit_code)
        except (OSError, MemoryError, RuntimeError) as error:
            # pytest writes files of its own at the end, and says nothing of what keeps it from it.
            told = refusal(error)
            if told is None and isinstance(error, OSError) and error.filename:
                told = f"{error.filename} cannot be written: {error.strerror} [{Code.UNWRITABLE}]"
            self._could_not(session, told or _told(error), COULD_NOT if told else DEFECT)
            self._defect = self._defect or told is None
        except Exception as error:  # noqa: BLE001 - see above
            sys.stderr.write(f"\n{cleaned(_told(error))}\n")
            self._defect = True
        if self.interrupted is not None:
            session.exitstatus = self.interrupted
        elif self._defect:
            session.exitstatus = DEFECT

    def _could_not(self, session: pytest.Session, told: str, code: int) -> None:
        sys.stderr.write(f"\n{cleaned(told)}\n")
        # A failure that was seen is hidden by nothing.
        if session.exitstatus != pytest.ExitCode.TESTS_FAILED:
            session.exitstatus = code


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except _OUTCOMES:
        raise
    except BaseException as error:
        usual = isinstance(error, Exception) and not isinstance(error, pytest.exit.Exception)
        if usual or of_process(error) or str(error) == _DEBUGGER_LEFT:
            raise
        pytest.fail(ends(error), pytrace=False)


def ends(error: BaseException) -> str:
    """Say of what would end the run where it is raised."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not _is_of(frame.filename, _FRAMES)]
    place = f"{theirs[-1].filename}:{theirs[-1].lineno}: " if theirs else ""
    raised = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{place}it would end the whole run ({raised}); a scenario fails, or says why it can't"


def _silence(config: pytest.Config) -> None:
    """Take pytest's reporter away, which would say again what pytest itself says at the start."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        config.pluginmanager.unregister(reporter)


def _told(error: BaseException) -> str:
    from stackproof.defects import command_line, tell

    return tell(error, command_line())


def _is_ours(text: str) -> bool:
    return str(_PACKAGE) in text and "scenarios" not in text.rpartition(str(_PACKAGE))[2]


def _in_ours(error: BaseException) -> bool:
    return any(_ours(frame.filename) for frame in traceback.extract_tb(error.__traceback__))


def _fixture(error: Exception) -> bool:
    """Tell whether it is a fixture of ours that failed, by what pytest itself has called."""
    if isinstance(error, StackproofError):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    called = (
        frame.filename
        for frame in frames
        if frame.filename != __file__ and not _is_of(frame.filename, _FRAMES)
    )
    return _ours(next(called, ""))


def _ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(_PACKAGE) and not path.is_relative_to(_PACKAGE / "scenarios")


def _is_of(file: str, packages: tuple[str, ...]) -> bool:
    if file.startswith("<") or file.startswith(sys.base_prefix + "/lib"):
        return True
    return any(package in Path(file).parts for package in packages)
