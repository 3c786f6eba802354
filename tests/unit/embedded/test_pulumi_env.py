from __future__ import annotations

from pathlib import Path

import pytest

from stackproof.embedded.pulumi_env import (
    asks_pulumi,
    config_kept,
    ensure_stack,
    folder_of,
    lasting_state,
    project_dir,
    stack_of,
    variables,
)
from stackproof.embedded.server.state import Server

SALT = "encryptionsalt: v1:abc\n"


@pytest.mark.parametrize(
    ("arguments", "stack"),
    [
        (["pulumi", "up", "--stack", "pay-dev"], "pay-dev"),
        (["pulumi", "up", "-s", "pay-dev", "--yes"], "pay-dev"),
        (["pulumi", "up", "--stack=pay-dev"], "pay-dev"),
        (["pulumi", "up", "--stack"], None),
        (["pulumi", "stack", "ls"], None),
    ],
)
def test_the_stack_is_read_from_the_command_line(arguments: list[str], stack: str | None) -> None:
    assert stack_of(arguments) == stack


@pytest.mark.parametrize("option", [["-C", "there"], ["--cwd", "there"], ["--cwd=there"]])
def test_the_folder_is_read_from_the_command_line(option: list[str]) -> None:
    assert folder_of(["pulumi", *option, "up"]) == Path.cwd() / "there"
    assert folder_of(["pulumi", "up"]) == Path.cwd()


def test_a_project_is_found_from_below(tmp_path: Path) -> None:
    below = tmp_path / "infra" / "components"
    below.mkdir(parents=True)
    assert project_dir(below) == below
    (tmp_path / "Pulumi.yaml").touch()
    assert project_dir(below) == tmp_path


def test_state_goes_with_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    living, gone = Server.at(1000, 1), Server.at(1000, 2)
    monkeypatch.setattr("stackproof.embedded.pulumi_env.answers", lambda server: server == living)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (lasting_state(gone) / "state").touch()
    (lasting_state(living) / "state").touch()
    assert (lasting_state(living) / "state").exists()
    assert not (lasting_state(gone) / "state").exists()
    assert (lasting_state(living) / "state").exists()


@pytest.mark.parametrize(
    ("command", "asks"),
    [
        (["/usr/bin/pulumi", "up"], True),
        (["stackproof", "verify", "--stack", "dev"], True),
        (["stackproof", "verify", "--stack=dev"], True),
        (["stackproof", "verify", "--state", "state.json"], False),
        (["pytest", "-s", "tests"], False),
    ],
)
def test_what_asks_the_cli_has_it_on_its_path(command: list[str], asks: bool) -> None:
    assert asks_pulumi(command) is asks


def test_the_users_backend_login_and_plugins_are_replaced(tmp_path: Path) -> None:
    users = {"PULUMI_BACKEND_URL": "s3://real", "PULUMI_HOME": "/home/me/.pulumi", "PATH": "/bin"}
    seen = variables(users, tmp_path, with_cli=False)
    assert seen["PULUMI_BACKEND_URL"] == (tmp_path / "backend").as_uri()
    assert seen["PULUMI_HOME"] == str(tmp_path / "home")
    assert seen["PATH"].endswith(":/bin")


@pytest.mark.parametrize(
    ("before", "written", "after"),
    [
        ("# note\nconfig: {}\n", "# note\nconfig: {}\n" + SALT, "# note\nconfig: {}\n"),
        (None, SALT, None),
        ("config: {}\n", "config:\n  a: 1\n" + SALT, "config:\n  a: 1\n"),
        (SALT, SALT + "config: {}\n", SALT + "config: {}\n"),
        (
            "config: {}\n",
            SALT + "config: {a: {secure: v1}}\n",
            SALT + "config: {a: {secure: v1}}\n",
        ),
    ],
)
def test_settings_files_are_left_without_the_runs_salt(
    tmp_path: Path, before: str | None, written: str, after: str | None
) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    if before is not None:
        path.write_text(before)
    with config_kept(tmp_path, "dev"):
        path.write_text(written)
    assert (path.read_text() if path.exists() else None) == after


def test_a_stack_that_is_there_costs_no_further_command(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: pay\nruntime: python\n")
    env = variables({"PATH": ""}, tmp_path, with_cli=False) | {"PATH": ""}
    with pytest.raises(OSError, match="pulumi"):
        ensure_stack("dev", tmp_path, env)
    stacks = tmp_path / "backend" / ".pulumi" / "stacks" / "pay"
    stacks.mkdir(parents=True)
    (stacks / "dev.json").touch()
    ensure_stack("dev", tmp_path, env)


def test_a_stack_of_that_name_of_another_project_is_another(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: pay\nruntime: python\n")
    env = variables({"PATH": ""}, tmp_path, with_cli=False) | {"PATH": ""}
    stacks = tmp_path / "backend" / ".pulumi" / "stacks" / "other"
    stacks.mkdir(parents=True)
    (stacks / "dev.json").touch()
    with pytest.raises(OSError, match="pulumi"):
        ensure_stack("dev", tmp_path, env)
