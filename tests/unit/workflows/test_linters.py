"""The workflows, actions and shell scripts before their published schemas and their linters.

Each linter is also shown a broken copy, for one that finds nothing may not have looked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.unit.workflows.documents import ACTIONS, ROOT, SCRIPTS, WORKFLOWS

BIN = Path(sys.executable).parent
SHELLCHECK = BIN / "shellcheck"

Ran = subprocess.CompletedProcess[str]


def run(*command: str | Path, folder: Path = ROOT) -> Ran:
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "GOWORK": "off", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def printed(ran: Ran) -> str:
    return ran.stdout + ran.stderr


def schema(name: str, files: Sequence[Path]) -> Ran:
    return run(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{name}", *files)


def zizmor(place: Path) -> Ran:
    return run(BIN / "zizmor", "--offline", "--no-progress", "--quiet", place)


@pytest.fixture(scope="module")
def actionlint() -> Callable[[Sequence[Path]], Ran]:
    """Give actionlint, which Go builds from its module and keeps in its own cache."""
    go = shutil.which("go")
    if go is None:
        sentence = "actionlint is built by Go, which isn't on PATH: https://go.dev/dl/"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    command = (go, "tool", "actionlint", "-pyflakes=", "-shellcheck", str(SHELLCHECK))
    module = ROOT / "tools" / "actionlint"
    return lambda files: run(*command, *files, folder=module)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str], Path]:
    """Give a copy of the folder .github with a text of deploy-stack.yml replaced."""

    def replaced(old: str, new: str) -> Path:
        copy = tmp_path / ".github"
        shutil.copytree(ROOT / ".github", copy)
        path = copy / "workflows" / "deploy-stack.yml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return path

    return replaced


@pytest.mark.requirement("5.7")
def test_workflows_follow_their_published_schema() -> None:
    ran = schema("github-workflows", WORKFLOWS)
    assert ran.returncode == 0, printed(ran)


def test_actions_follow_their_published_schema() -> None:
    ran = schema("github-actions", ACTIONS)
    assert ran.returncode == 0, printed(ran)


def test_schema_refuses_a_misspelt_key(broken: Callable[[str, str], Path]) -> None:
    ran = schema("github-workflows", [broken("runs-on:", "run-on:")])
    assert ran.returncode == 1
    assert "run-on" in printed(ran)


def test_issue_forms_follow_their_published_schema() -> None:
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    config = [path for path in forms if path.name == "config.yml"]
    others = [path for path in forms if path not in config]
    assert config
    assert len(others) > 1
    for name, files in (("github-issue-config", config), ("github-issue-forms", others)):
        ran = schema(name, files)
        assert ran.returncode == 0, printed(ran)


def test_actionlint_has_no_complaint(actionlint: Callable[[Sequence[Path]], Ran]) -> None:
    ran = actionlint(WORKFLOWS)
    assert ran.returncode == 0, printed(ran)


def test_the_workflow_of_init_has_no_complaint(
    actionlint: Callable[[Sequence[Path]], Ran], tmp_path: Path
) -> None:
    file = tmp_path / ".github" / "workflows" / "stackproof.yml"
    file.parent.mkdir(parents=True)
    shutil.copy(ROOT / "stackproof" / "starter" / "workflow.yml", file)
    for ran in (schema("github-workflows", [file]), actionlint([file]), zizmor(tmp_path)):
        assert ran.returncode == 0, printed(ran)


def test_actionlint_sees_a_job_that_does_not_exist(
    actionlint: Callable[[Sequence[Path]], Ran], broken: Callable[[str, str], Path]
) -> None:
    ran = actionlint([broken("needs: preview", "needs: previews")])
    assert ran.returncode == 1
    assert "previews" in printed(ran)


def test_actionlint_shows_the_steps_to_shellcheck(
    actionlint: Callable[[Sequence[Path]], Ran], broken: Callable[[str, str], Path]
) -> None:
    ran = actionlint([broken('rollback.sh "$STACK"', "rollback.sh $STACK")])
    assert ran.returncode == 1
    assert "SC2086" in printed(ran)


def test_zizmor_finds_nothing_insecure() -> None:
    for place in (ROOT / ".github", ROOT / "action.yml"):
        ran = zizmor(place)
        assert ran.returncode == 0, printed(ran)


def test_zizmor_sees_an_input_that_a_shell_would_run(broken: Callable[[str, str], Path]) -> None:
    path = broken('rollback.sh "$STACK"', 'rollback.sh "${{ inputs.stack }}"')
    ran = zizmor(path.parents[1])
    assert ran.returncode != 0
    assert "template-injection" in printed(ran)


def test_zizmor_sees_an_action_that_is_not_pinned(broken: Callable[[str, str], Path]) -> None:
    path = broken("actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "a/b@v1")
    ran = zizmor(path.parents[1])
    assert ran.returncode != 0
    assert "unpinned-uses" in printed(ran)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_has_no_complaint(script: Path) -> None:
    ran = run(SHELLCHECK, script)
    assert ran.returncode == 0, printed(ran)


def test_shellcheck_sees_an_unquoted_variable(tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    script.write_text('#!/usr/bin/env bash\nrm "$1"\nrm $1\n')
    ran = run(SHELLCHECK, script)
    assert ran.returncode == 1
    assert "SC2086" in printed(ran)
