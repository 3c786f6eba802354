"""What commands are given about a stack: its outputs, its state, and what is waived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stackproof.cli import CouldNot

if TYPE_CHECKING:
    from stackproof.outputs import Outputs
    from stackproof.sights.state import State
    from stackproof.waivers import Waiver


def given(
    outputs: Path | None, state: Path | None, waivers: Path | None
) -> tuple[Outputs, State | None, tuple[Waiver, ...]]:
    """Read the files; raise CouldNot with one sentence when one of them is no good.

    A state says enough where no outputs file is named and none lies about.
    """
    from stackproof import outputs as outputs_file

    waived = accepted(waivers)
    try:
        if state is not None and not outputs_file.is_there(outputs):
            return outputs_file.Outputs({}, state), state_of(state), waived
        said = outputs_file.load(outputs_file.find(outputs))
    except outputs_file.OutputsError as error:
        raise CouldNot(str(error)) from None
    return said, None if state is None else state_of(state), waived


def state_of(path: Path) -> State:
    """Read a state file; raise CouldNot when it is no good."""
    from stackproof.sights.state import StateError, load_state

    try:
        return load_state(path)
    except StateError as error:
        raise CouldNot(str(error)) from None


def accepted(waivers: Path | None) -> tuple[Waiver, ...]:
    """Read the waivers that are named, or those of the project; raise CouldNot for bad ones."""
    from stackproof.project import project_file, waivers_file
    from stackproof.waivers import WaiversError, load

    try:
        return load(waivers_file(project_file(Path.cwd()), waivers))
    except WaiversError as error:
        raise CouldNot(str(error)) from None


def trusts() -> tuple[str, ...]:
    """Give whom the project around the working directory trusts; raise CouldNot for a bad file."""
    from stackproof.project import project_file, settings_file
    from stackproof.trust import SettingsError, trusted

    try:
        return trusted(settings_file(project_file(Path.cwd())))
    except SettingsError as error:
        raise CouldNot(str(error)) from None
