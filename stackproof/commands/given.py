"""What commands are given about a stack: outputs, state, settings, and what is waived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stackproof.outputs import Outputs
    from stackproof.settings.settings import Settings
    from stackproof.sights.state import State
    from stackproof.waivers import Waiver


@dataclass(frozen=True, slots=True)
class Given:
    """What was given about a stack."""

    outputs: Outputs
    state: State | None
    waived: tuple[Waiver, ...]
    settings: Settings


def given(
    outputs: Path | None, state: Path | None, waivers: Path | None, stack: str | None = None
) -> Given:
    """Read the files, or ask the Pulumi CLI about a stack.

    A state says enough where no outputs file is named and none lies about. Raises StackproofError
    when something is no good, UsageError for a stack and files.
    """
    from stackproof import outputs as outputs_file
    from stackproof.sights.state import load_state

    held = settings()
    waived = accepted(waivers, held)
    if stack is not None:
        asked, known = asked_of_pulumi(stack, outputs, state)
        return Given(replace(asked, tags=held.own_tags), known, waived, held)
    if state is not None and not outputs_file.is_there(outputs):
        found = outputs_file.Outputs({}, state)
    else:
        found = outputs_file.load(outputs_file.find(outputs))
    read = None if state is None else load_state(state)
    return Given(replace(found, tags=held.own_tags), read, waived, held)


def asked_of_pulumi(
    stack: str, outputs: Path | None = None, state: Path | None = None
) -> tuple[Outputs, State]:
    """Ask the Pulumi CLI; raise CliError when it doesn't say, UsageError where files do."""
    from stackproof.pulumi_cli import ask

    if outputs is not None or state is not None:
        raise click.UsageError("--stack asks the Pulumi CLI for what --outputs and --state say")
    return ask(stack)


def accepted(waivers: Path | None, held: Settings) -> tuple[Waiver, ...]:
    """Read the waivers that are named, or those of the project; raise WaiversError for bad ones."""
    from stackproof.project import project_or, waivers_file
    from stackproof.waivers import load

    listed = load(waivers_file(project_or(Path.cwd()), waivers), held.own)
    return (*listed, *held.waivers)


def settings() -> Settings:
    """Give the settings of the project, or folder, that we stand in; SettingsError for bad ones."""
    from stackproof.project import project_or
    from stackproof.settings.loading import load
    from stackproof.settings.places import find

    return load(find(project_or(Path.cwd())))
