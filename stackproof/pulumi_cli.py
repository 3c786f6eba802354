"""What the Pulumi CLI says of a stack: its outputs and its state, without their secrets."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stackproof.children import Pool, run
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.outputs import Outputs, OutputsError
from stackproof.outputs import load as load_outputs
from stackproof.scratch import scratch

if TYPE_CHECKING:
    from stackproof.sights.state import State

OUTPUTS: Final = "outputs.json"
STATE: Final = "state.json"
_OUTPUTS: Final = ("output", "--json")
_STATE: Final = ("export",)


class CliError(StackproofError):
    """Raised when the Pulumi CLI can't be asked, or answers with an error; says which."""

    code = Code.PULUMI_CLI


def ask(stack: str, into: Path | None = None) -> tuple[Outputs, State]:
    """Ask for the outputs and the state of a stack of the project that we stand in.

    The folder `into` gets both as the files OUTPUTS and STATE. Secrets stay encrypted. Raises
    CliError when the CLI doesn't answer, or with what is no good.
    """
    from stackproof.sights.state import StateError, load_state

    with Pool() as pool, scratch() as own:
        folder = into or own
        outputs, state = pool.map(lambda about: _output_of(stack, about), (_OUTPUTS, _STATE))
        # They are read as if somebody had written the files.
        exported, told = folder / STATE, folder / OUTPUTS
        exported.write_bytes(state)
        told.write_bytes(outputs)
        try:
            known = load_state(exported)
            # A program may put nothing out: its state names all that there is.
            exported_outputs = (
                Outputs({}, told) if outputs.split() == [b"{}"] else load_outputs(told)
            )
        except (OutputsError, StateError) as error:
            raise CliError(f"what the Pulumi CLI says of {stack}: {error}") from None
    return replace(exported_outputs, path=Path(stack)), known


def _output_of(stack: str, about: tuple[str, ...]) -> bytes:
    cli = shutil.which("pulumi")
    if cli is None:
        raise CliError(
            "there is no `pulumi` on PATH; give --outputs and --state instead of --stack"
        )
    command = [cli, "stack", *about, "--stack", stack, "--non-interactive"]
    ran = run(command)
    if ran.returncode:
        lines = ran.stderr.decode("utf-8", "replace").splitlines()
        why = next((line.strip() for line in lines if line.strip()), "it does not say why")
        raise CliError(f"`pulumi stack {about[0]} --stack {stack}`: {why}")
    return ran.stdout
