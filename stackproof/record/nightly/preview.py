"""What a stack's program declares: previewed with the policy pack, by the Pulumi CLI.

On the embedded AWS and without a CLI, a Python program runs in this process instead.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from stackproof import children
from stackproof.errors import StackproofError
from stackproof.model import Sight
from stackproof.record import form
from stackproof.record.declared import read
from stackproof.record.findings import finding_of
from stackproof.scratch import scratch
from stackproof.settings.places import DECLARED_VARIABLE, PROFILE_VARIABLE
from stackproof.settings.settings import Settings
from stackproof.waivers import Waiver, Waivers

PACK: Final = "policies"


class PreviewError(StackproofError):
    """Raised when a program can't be previewed; says why."""


def declared(
    stack: str, root: Path, settings: Settings, waived: tuple[Waiver, ...]
) -> list[form.Finding]:
    """Preview a stack of the project in a folder; give what was found.

    Raises PreviewError, or EmbeddedError, when it can't be.
    """
    cli = shutil.which("pulumi")
    if cli is not None:
        return _by_cli(cli, stack, root, settings.profile)
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint is None:
        raise PreviewError("there is no `pulumi` on PATH to preview the program with")
    return _by_engine(endpoint, stack, root, settings, waived)


def _by_cli(cli: str, stack: str, root: Path, profile: str | None) -> list[form.Finding]:
    pack = root / PACK
    if not (pack / "PulumiPolicy.yaml").is_file():
        raise PreviewError(f"there is no policy pack in {pack}: `stackproof init` writes one")
    with scratch() as folder:
        file = folder / "declared.json"
        variables = {**os.environ, DECLARED_VARIABLE: str(file)}
        if profile:
            variables[PROFILE_VARIABLE] = profile
        command = [cli, "preview", "--policy-pack", str(pack), "--stack", stack]
        command += ["--cwd", str(root), "--non-interactive", "--color", "never"]
        ran = children.run(command, variables)
        if not file.is_file():
            lines = (ran.stderr or ran.stdout).decode("utf-8", "replace").splitlines()
            told = [line.strip() for line in lines if "error" in line.lower()]
            why = next(iter(told), f"exit code {ran.returncode}, and no verdict of the pack")
            raise PreviewError(f"`pulumi preview --stack {stack}`: {why}")
        return read(file)


def _by_engine(
    endpoint: str, stack: str, root: Path, settings: Settings, waived: tuple[Waiver, ...]
) -> list[form.Finding]:
    import pulumi

    from stackproof.embedded.engine import run
    from stackproof.embedded.project import find_project, stack_config
    from stackproof.verify import judge_by

    project = find_project(root)
    try:
        made = run(project, stack, stack_config(project, stack), endpoint, preview=True)
    except pulumi.RunError as error:
        raise PreviewError(f"the program of {stack} does not run: {error}") from None
    judged, _ = settings.kept(judge_by(settings, made.declared()))
    found = Waivers(waived, stack).apply(judged)
    return [finding_of(finding, Sight.DECLARED) for finding in found]
