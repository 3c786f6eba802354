"""No option takes an empty name: an unset variable of a script must not mean another thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.exit_codes import USAGE

pytest_plugins = "pytester"


def _commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield words
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inside = command.get_command(context, name)
        assert inside is not None
        yield from _commands(inside, (*words, name))


def _found(words: tuple[str, ...]) -> click.Command:
    command: click.Command | None = main
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return command


def _of_commands() -> Iterator[tuple[tuple[str, ...], str]]:
    for words in _commands(main):
        for option in _found(words).params:
            if isinstance(option, click.Option) and not (option.is_flag or option.count):
                yield words, option.opts[-1]


NAMING = list(_of_commands())


@pytest.mark.parametrize(("words", "option"), NAMING, ids=" ".join)
@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_option_of_a_command_is_a_usage_error(
    words: tuple[str, ...],
    option: str,
    empty: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, [*words, option, empty])
    assert ran.exit_code == USAGE, ran.output
    assert option in ran.stderr
    assert ran.stderr.endswith("[SP1001]\n")


def test_commands_have_such_options() -> None:
    named = {(" ".join(words), option) for words, option in NAMING}
    wanted = ("--stack", "--state", "--outputs", "--tag", "--profile", "--assume-role", "--region")
    assert named >= {("verify", option) for option in wanted}
    assert len(named) > 100


OPTIONS = (
    *("--outputs", "--stack", "--state", "--tag", "--region", "--aws-profile", "--assume-role"),
    *("--external-id", "--waivers", "--scenario-report", "--stackproof-log-file"),
)


@pytest.mark.parametrize("option", OPTIONS)
def test_an_empty_option_of_the_suite_is_a_usage_error(
    option: str, pytester: pytest.Pytester
) -> None:
    ran = pytester.runpytest_inprocess(f"{option}=")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines([f"*argument {option}: it is empty"])


def test_the_suite_has_no_other_options_that_name_something(
    pytestconfig: pytest.Config,
) -> None:
    (group,) = (g for g in pytestconfig._parser._groups if g.name == "stackproof")
    taking = {option.names()[0] for option in group.options if option.attrs().get("type")}
    assert taking - {"--settle"} == set(OPTIONS)
