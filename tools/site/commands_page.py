"""The reference of the command line, made of what `--help` says."""

from __future__ import annotations

from collections.abc import Iterator

import click

from stackproof.cli import main
from tools.site.markdown import fenced, page


def commands_page() -> str:
    """Write the page of every command, in the words that it prints itself."""
    parts = [f"## {path}\n\n{fenced('text', help_)}" for path, help_ in _helps()]
    return page("# Commands", "What `--help` prints, of every command.", *parts)


def _helps() -> Iterator[tuple[str, str]]:
    yield from _help(main, click.Context(main, info_name="stackproof", max_content_width=88))


def _help(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _help(inner, click.Context(inner, parent=context, info_name=name))
