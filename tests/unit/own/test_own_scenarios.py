"""Own scenarios run with the suite for any stack, and their cases without a stack."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from stackproof import LoadError, scenarios_of
from stackproof.cli import main
from stackproof.exit_codes import COULD_NOT
from stackproof.interpreter import module_command
from stackproof.own import points
from tests.unit.own.project import CONTROL, distribution
from tests.unit.test_plugin import Suite, suite

pytest_plugins = "pytester"
__all__ = ["suite"]

SCENARIO = '''
import pytest

@pytest.mark.security
def test_ours(live, seven):
    """Our own promise holds."""
    assert seven == 7 and live.all("aws:kms/key:Key")
'''
CONFTEST = "import pytest\n\n@pytest.fixture\ndef seven(): return 7\n"
GENERAL = ("--pyargs", "stackproof.scenarios", "-k", "ours or kms-key-rotation or ours-stream")


@pytest.fixture
def project(suite: Suite) -> Suite:
    folder = suite.pytester.path
    suite.pytester.makefile(".yaml", Pulumi="name: shop\nruntime: yaml\n")
    (folder / "checks").mkdir()
    (folder / "checks" / "test_ours.py").write_text(SCENARIO)
    (folder / "checks" / "conftest.py").write_text(CONFTEST)
    (folder / "rules").mkdir()
    (folder / "rules" / "streams.py").write_text(CONTROL)
    suite.pytester.makefile(".yaml", stackproof="scenarios: [checks]\ncontrols: [rules]\n")
    return suite


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    points.all_points.cache_clear()
    yield tmp_path
    points.all_points.cache_clear()


def ran(suite: Suite) -> dict[str, str]:
    return {record["scenario"].rpartition("::")[2]: record["outcome"] for record in suite.records}


@pytest.mark.parametrize("workers", ["0", "1"])
def test_own_scenarios_and_controls_join_the_suite(project: Suite, workers: str) -> None:
    if workers == "0":
        project.run(*GENERAL)
        assert ran(project) == {
            "test_control[kms-key-rotation]": "failed",
            "test_control[ours-stream-encrypted]": "skipped",
            "test_ours": "passed",
        }
    # Workers are told the same arguments, and don't add to them again.
    collected = project.run(*GENERAL, "--collect-only", "-q", "-n", workers)
    assert collected.ret == 0


def test_own_scenarios_run_alone_and_need_a_stack_then(project: Suite) -> None:
    assert project.run("checks").ret == 0
    assert ran(project) == {"test_ours": "passed"}
    (project.pytester.path / "flat-outputs.json").unlink()
    assert project.run("checks").ret == COULD_NOT


def test_a_distribution_brings_scenarios(suite: Suite, site: Path) -> None:
    (site / "acme_checks").mkdir()
    (site / "acme_checks" / "__init__.py").write_text("")
    (site / "acme_checks" / "conftest.py").write_text(CONFTEST)
    (site / "acme_checks" / "test_ours.py").write_text(SCENARIO)
    distribution(site, "acme-checks", points.SCENARIOS, "acme_checks")
    suite.run(*GENERAL)
    assert ran(suite)["test_ours"] == "passed"


def test_the_command_runs_pytest_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: said.append(arguments))
    invoke = CliRunner().invoke
    ours = [*module_command("stackproof.suite"), "--pyargs", "stackproof.scenarios"]
    invoke(main, ["scenarios", "--family", "security", "--family", "cost", "--outputs", "a.json"])
    invoke(main, ["scenarios", "--list"])
    invoke(main, ["scenarios", "-n", "3", "-x"])
    assert said == [
        [*ours, "-n", "auto", "-m", "security or cost", "--outputs", "a.json"],
        [*ours, "-n", "0", "--collect-only", "-q"],
        [*ours, "-n", "3", "-x"],
    ]
    wrong = invoke(main, ["scenarios", "--family", "luck"])
    assert wrong.exit_code == 2
    assert "there is no family 'luck'; those there are: " in wrong.output
    assert len(said) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [("x = 1\n", "no scenario is defined there"), ("import nowhere\n", ":1: ModuleNotFoundError")],
)
def test_a_file_without_scenarios_is_said(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(text)
    with pytest.raises(LoadError, match=f"{file}.*{why}"):
        scenarios_of(file)
    with pytest.raises(LoadError, match="there is no such file"):
        scenarios_of(tmp_path / "none.py")


BODY = "import sys, pytest\n"
WHERE = {
    "scenario": "def test_it(live):\n    {}\n",
    "setup": "@pytest.fixture\ndef it():\n    {}\ndef test_it(live, it):\n    pass\n",
    "teardown": "@pytest.fixture\ndef it():\n    yield\n    {}\ndef test_it(live, it):\n    pass\n",
    "module": "{}\n",
}
EXITS = "pytest.exit('bye', returncode=0)"


@pytest.mark.parametrize(
    ("where", "ends", "workers"),
    [
        *((where, EXITS, "0") for where in WHERE),
        *((where, "raise KeyboardInterrupt", "0") for where in WHERE),
        *((where, "sys.exit(0)", "0") for where in WHERE),
        ("scenario", EXITS, "1"),
        ("module", "sys.exit(0)", "1"),
    ],
)
def test_what_would_end_the_run_is_a_failure_of_its_own(
    where: str, ends: str, workers: str, project: Suite
) -> None:
    file = project.pytester.path / "checks" / "test_a.py"
    text = BODY + WHERE[where].format(ends)
    file.write_text(text)
    line = 1 + [one.strip() for one in text.splitlines()].index(ends)
    before = signal.getsignal(signal.SIGINT)
    try:
        ended = project.run("checks", "-n", workers)
    finally:
        signal.signal(signal.SIGINT, before)
    said = "\n".join([*ended.outlines, *ended.errlines])
    assert "INTERNALERROR" not in said
    if where == "module" and workers == "0":
        assert ended.ret == pytest.ExitCode.INTERRUPTED
    else:
        assert ended.ret == pytest.ExitCode.TESTS_FAILED
        assert "1 passed: security and PCI DSS" in said
    # At the import of a module pytest.exit() is an error like any other.
    told = f"{file}:{line}: it would end the whole run ("
    assert (told in said) != (where == "module" and ends == EXITS)


@pytest.mark.parametrize("ends", ["sys.exit(0)", "raise GeneratorExit", EXITS])
def test_a_conftest_does_not_end_the_run_with_a_code_of_its_own(ends: str, project: Suite) -> None:
    file = project.pytester.path / "checks" / "conftest.py"
    file.write_text(f"{BODY}{ends}\n")
    ended = project.run("checks")
    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    assert str(file) in "\n".join([*ended.outlines, *ended.errlines])
