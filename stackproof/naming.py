"""What an option names: an empty variable of a script must not mean something else to a command."""

from __future__ import annotations

from typing import Any

import click

from stackproof.suite_names import EMPTY


def naming(command: click.Command) -> None:
    """Let options and arguments of a command, and of all in a group, refuse what is empty."""
    if isinstance(command, click.Group):
        for inside in command.commands.values():
            naming(inside)
    for parameter in command.params:
        if isinstance(parameter.type, (click.types.StringParamType, click.Path)):
            parameter.type = _Something(parameter.type)


class _Something(click.ParamType[Any]):
    """Text of another type, such as a path, which an empty text is not."""

    def __init__(self, of: click.ParamType[Any]) -> None:
        self.name = of.name
        self._of = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the value as its own type has it."""
        if isinstance(value, str) and not value.strip():
            self.fail(EMPTY, param, ctx)
        return self._of.convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Show it as its own type is shown."""
        return self._of.get_metavar(param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """Complete it as its own type is completed."""
        return self._of.shell_complete(ctx, param, incomplete)
